using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

/// <summary>What every client of the chain must do: here on a real node, in ChainTests.Faults.cs on nodes that fail.</summary>
public abstract partial class ChainTests(ChainFixture fixture)
{
    private readonly ChainFixture _fixture = fixture;

    protected IChain Chain => _fixture.Chain;

    protected ChainFixture Fixture => _fixture;

    [AnvilFact]
    public async Task The_deployed_contract_is_the_one_we_know_and_names_this_ledger()
    {
        Assert.Equal(LedgerCode.Current, await Chain.FindCodeHashAsync(_fixture.Contract));
        Assert.Equal(LedgerTypedData.LedgerIdOf(_fixture.Embedded.ChainId, _fixture.Contract), _fixture.LedgerId);
        Assert.Null(await Chain.FindCodeHashAsync(_fixture.Admin.Address));
    }

    [AnvilFact]
    public async Task A_log_that_grew_is_anchored_and_found_again()
    {
        await _fixture.AnchorAsync(5);
        var before = await Chain.GetHeadAsync(_fixture.Contract);
        var (size, root, receipt) = await _fixture.AnchorAsync(8);

        var block = await Chain.FindBlockAsync(BlockReference.Hash(receipt.BlockHash));
        Assert.Equal(new LedgerHead(size, root, block!.Time), await Chain.GetHeadAsync(_fixture.Contract));
        Assert.Equal(new(size, block.Time), await Chain.FindCheckpointAsync(_fixture.Contract, root));
        Assert.Null(await Chain.FindCheckpointAsync(_fixture.Contract, Digest.Sha256("never"u8)));
        Assert.Equal(new AnchoredEvent(size, root, before.Size), LedgerCalls.FindAnchored(_fixture.Contract, receipt.Logs.Single()));
        Assert.InRange(block.Time, DateTimeOffset.UtcNow.AddSeconds(-30), DateTimeOffset.UtcNow.AddSeconds(5));
    }

    [AnvilFact]
    public async Task An_account_whose_key_a_signer_keeps_anchors_as_one_with_a_key_here_does()
    {
        await using var signer = new TestSigner(_fixture.Anchorer);
        using var account = new SignerEndpoint(signer.Url, _fixture.Anchorer.Address);
        var (data, size, root) = await _fixture.GrowAsync(3);

        await _fixture.SendAsync(account, _fixture.Contract, data);

        var head = await Chain.GetHeadAsync(_fixture.Contract);
        Assert.Equal((size, root), (head.Size, head.Root));
        signer.Bend = question => question["value"] = "0x1";
        await Assert.ThrowsAsync<SignerException>(async () => await _fixture.SendAsync(account, _fixture.Contract, (await _fixture.GrowAsync(1)).Data));
    }

    [AnvilFact]
    public async Task A_contract_says_which_it_continues_and_which_continues_it()
    {
        var links = await Chain.GetLinksAsync(_fixture.Contract);
        Assert.True(links is { IsFirst: true, IsOpen: true }, $"{links}");
        var (size, root, _) = await _fixture.AnchorAsync(2);
        var next = (await _fixture.SendAsync(_fixture.Admin, null,
            LedgerCalls.DeploySuccessor(_fixture.Admin.Address, _fixture.LedgerId, _fixture.Embedded.ChainId, _fixture.Contract, size, root))).Contract!.Value;

        var expected = new ContractLinks(_fixture.Embedded.ChainId, _fixture.Contract, size, root, 0, Address.Zero);
        Assert.Equal(expected, await Chain.GetLinksAsync(next));
        Assert.False(expected.IsFirst);
    }

    [AnvilFact]
    public async Task A_rewritten_history_is_refused_and_the_error_named()
    {
        await _fixture.AnchorAsync(3);
        var (size, _, _) = await _fixture.AnchorAsync(4);
        var forged = Digest.Sha256("another history"u8);
        var data = LedgerCalls.Anchor(size + 1, forged, [forged, forged, forged]);

        var estimate = await Chain.EstimateGasAsync(_fixture.Anchorer.Address, _fixture.Contract, data);
        Assert.Equal(new GasEstimate.Reverts(new Revert("Inconsistent", $"{size + 1}, {forged}")), estimate);
    }

    [AnvilFact]
    public async Task A_stranger_cannot_anchor()
    {
        var (data, _, _) = await _fixture.GrowAsync(1);
        var estimate = await Chain.EstimateGasAsync(_fixture.Registrar.Address, _fixture.Contract, data);
        Assert.Equal("AccessControlUnauthorizedAccount", Assert.IsType<GasEstimate.Reverts>(estimate).Reason.Error);
    }

    [AnvilFact]
    public async Task A_partys_key_is_registered_with_its_own_signature()
    {
        using var key = LocalKey.Create();
        var party = new PartyId(Digest.Sha256(key.PublicKey));
        Assert.Null(await Chain.FindKeyAsync(_fixture.Contract, party, key.Address));
        await RegisterAsync(_fixture.Registrar, party, key);

        var head = await Chain.GetHeadAsync(_fixture.Contract);
        Assert.Equal(
            new LedgerKey(head.Size, LedgerKey.Never, LedgerKey.Never, KeyStatus.Registered),
            await Chain.FindKeyAsync(_fixture.Contract, party, key.Address));
    }

    [AnvilFact]
    public async Task Evidence_at_the_newest_block_proves_the_root_and_the_keys()
    {
        using var ledgerKey = LocalKey.Create();
        var ledger = new PartyId(_fixture.LedgerId);
        await RegisterAsync(_fixture.Admin, ledger, ledgerKey);
        var (size, root, receipt) = await _fixture.AnchorAsync(6);
        using var stranger = LocalKey.Create();
        var evidence = await Chain.GetEvidenceAsync(
            _fixture.Contract, root, [(ledger, ledgerKey.Address), (ledger, stranger.Address)], BlockReference.Latest);

        Assert.Null(AnchorCheck.Verify(evidence));
        Assert.Equal(receipt.BlockHash, evidence.BlockHash);
        Assert.Equal(LedgerCode.Current, evidence.Account.CodeHash);
        Assert.Equal(_fixture.LedgerId, Value(evidence, LedgerSlots.LedgerId));
        Assert.Equal(Digest.Zero, Value(evidence, LedgerSlots.Predecessor));
        Assert.Equal(size, LedgerSlots.FindCheckpoint(Value(evidence, LedgerSlots.CheckpointOf(root)))!.Value.Size);
        Assert.Equal(KeyStatus.Registered, LedgerSlots.FindKey(Value(evidence, LedgerSlots.KeyOf(ledger, ledgerKey.Address)))!.Value.Status);
        Assert.Equal(KeyStatus.None, LedgerSlots.FindKey(Value(evidence, LedgerSlots.KeyOf(ledger, stranger.Address)))!.Value.Status);
    }

    [AnvilFact]
    public async Task Evidence_with_any_bit_flipped_proves_nothing()
    {
        var (_, root, _) = await _fixture.AnchorAsync(2);
        var evidence = await Chain.GetEvidenceAsync(_fixture.Contract, root, [], BlockReference.Latest);
        Assert.Null(AnchorCheck.Verify(evidence));

        byte[][] parts = [.. evidence.Header, .. evidence.Account.Proof, .. evidence.Slots.SelectMany(slot => slot.Proof)];
        foreach (var part in parts.Distinct())
        {
            for (var bit = 0; bit < part.Length * 8; bit++)
            {
                part[bit / 8] ^= (byte)(1 << bit % 8);
                Assert.NotNull(AnchorCheck.Verify(evidence));
                part[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }
        Assert.NotNull(AnchorCheck.Verify(evidence with { BlockHash = root }));
        Assert.NotNull(AnchorCheck.Verify(evidence with { Contract = _fixture.Admin.Address }));
        Assert.NotNull(AnchorCheck.Verify(evidence with { Account = evidence.Account with { Nonce = evidence.Account.Nonce + 1 } }));
        Assert.Null(AnchorCheck.Verify(evidence));
    }

    [AnvilFact]
    public async Task Evidence_is_taken_again_when_a_block_comes_between()
    {
        var (_, root, _) = await _fixture.AnchorAsync(1);
        using var stop = new CancellationTokenSource();
        var mining = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await _fixture.Rpc.TryCallAsync("evm_mine", []);
                await Task.Delay(15);
            }
        });
        for (var i = 0; i < 40; i++)
        {
            Assert.Null(AnchorCheck.Verify(await Chain.GetEvidenceAsync(_fixture.Contract, root, [], BlockReference.Latest)));
        }
        await stop.CancelAsync();
        await mining;
    }

    [AnvilFact]
    public async Task The_same_bytes_sent_twice_are_already_known_or_of_a_used_nonce()
    {
        var (data, _, _) = await _fixture.GrowAsync(1);
        var signed = await SignAsync(data);
        Assert.Equal(BroadcastOutcome.Accepted, (await Chain.BroadcastAsync(signed)).Outcome);
        await _fixture.WaitAsync(signed);
        Assert.Contains((await Chain.BroadcastAsync(signed)).Outcome, new[] { BroadcastOutcome.AlreadyKnown, BroadcastOutcome.NonceTooLow });
    }

    [AnvilFact]
    public async Task A_legacy_transaction_is_taken_too()
    {
        var (data, _, _) = await _fixture.GrowAsync(1);
        var fees = await Chain.FindFeesAsync(new FeePolicy(FeeMode.Legacy));
        var signed = await SignAsync(data, fees);
        Assert.Equal(BroadcastOutcome.Accepted, (await Chain.BroadcastAsync(signed)).Outcome);
        Assert.True((await _fixture.WaitAsync(signed)).Succeeded);
    }

    [AnvilFact]
    public async Task Fees_above_the_ceiling_are_not_offered()
    {
        Assert.Null(await Chain.FindFeesAsync(new FeePolicy(Ceiling: 1)));
        Assert.Null(await Chain.FindFeesAsync(new FeePolicy(FeeMode.Legacy, Ceiling: 1)));
        Assert.Equal(new Fees.Legacy(0), await Chain.FindFeesAsync(new FeePolicy(FeeMode.Zero, Ceiling: 1)));
        var fees = Assert.IsType<Fees.Eip1559>(await Chain.FindFeesAsync(new FeePolicy(MinimumTip: 30_000_000_000)));
        Assert.Equal((UInt128)30_000_000_000, fees.MaxPriorityFeePerGas);
    }

    [AnvilFact]
    public async Task A_verifier_learns_what_the_chain_says_of_the_contract_it_names()
    {
        var (size, root, receipt) = await _fixture.AnchorAsync(2);
        var unknown = Digest.Sha256("unknown"u8);
        var facts = await OnlineFacts.GetAsync(Chain, _fixture.Contract, [root, unknown], [receipt.BlockNumber, receipt.BlockNumber + 1000]);

        Assert.Equal(_fixture.Embedded.ChainId, facts.ChainId);
        Assert.Equal(LedgerCode.Current, facts.CodeHash);
        Assert.Equal(_fixture.LedgerId, facts.LedgerId);
        Assert.Equal(size, facts.Checkpoints[root].Size);
        Assert.DoesNotContain(unknown, facts.Checkpoints);
        Assert.Equal(receipt.BlockHash, facts.Blocks[receipt.BlockNumber]);
        Assert.Single(facts.Blocks);
        Assert.InRange(facts.FinalBlock!.Value, receipt.BlockNumber, receipt.BlockNumber + 100);

        var elsewhere = await OnlineFacts.GetAsync(Chain, _fixture.Admin.Address, [root], []);
        Assert.Null(elsewhere.CodeHash);
        Assert.Empty(elsewhere.Checkpoints);
    }

    private async Task<SignedTransaction> SignAsync(byte[] data, Fees? fees = null) => await Chain.SignAsync(new Transaction
    {
        ChainId = _fixture.Embedded.ChainId,
        Nonce = await Chain.GetTransactionCountAsync(_fixture.Anchorer.Address),
        To = _fixture.Contract,
        Data = data,
        GasLimit = 200_000,
        Fees = fees ?? (await Chain.FindFeesAsync(new FeePolicy()))!,
    }, _fixture.Anchorer);

    private async Task RegisterAsync(LocalKey sender, PartyId party, LocalKey key)
    {
        var nonce = await Chain.GetPartyNonceAsync(_fixture.Contract, party);
        var signature = key.Sign(LedgerTypedData.Key(_fixture.LedgerId, party, key.Address, nonce));
        await _fixture.SendAsync(sender, _fixture.Contract, LedgerCalls.RegisterKey(party, key.Address, signature));
    }

    private static Digest Value(Anchor anchor, Digest slot) => anchor.Slots.Single(found => found.Slot == slot).Value;
}

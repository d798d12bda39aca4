using Nethereum.Contracts;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Nethereum;
using Provenance.Core;

namespace Provenance.Tests.Chain.Nethereum;

/// <summary>A chain whose contract is deployed, and written to, through Nethereum.</summary>
public sealed class NethereumFixture : ChainFixture
{
    public override OpenChain Open => NethereumChain.Open;
}

/// <summary>The client on Nethereum's Web3.</summary>
public sealed class NethereumChainTests(NethereumFixture fixture) : ChainTests(fixture), IClassFixture<NethereumFixture>
{
    [AnvilFact]
    public async Task Nethereums_own_queries_find_the_contracts_events_and_state()
    {
        var (size, root, receipt) = await Fixture.AnchorAsync(3);
        var web3 = new Web3(Fixture.Embedded.Url.ToString());
        var contract = Fixture.Contract.ToString();

        var anchored = web3.Eth.GetEvent<AnchoredEventDTO>(contract);
        var block = new BlockParameter(receipt.BlockNumber);
        var found = Assert.Single(await anchored.GetAllChangesAsync(anchored.CreateFilterInput(block, block)));
        Assert.Equal((size, "0x" + root), (found.Event.Size, "0x" + Convert.ToHexStringLower(found.Event.Root)));
        Assert.Equal(new AnchoredEvent(size, root, found.Event.PreviousSize), LedgerCalls.FindAnchored(Fixture.Contract, receipt.Logs.Single()));

        var head = await web3.Eth.GetContractQueryHandler<HeadFunction>().QueryAsync<HeadOutput>(contract, new HeadFunction());
        Assert.Equal((await Chain.GetHeadAsync(Fixture.Contract)).Size, head.Size);
    }

    [AnvilFact]
    public async Task Both_clients_read_the_same_from_one_chain()
    {
        using var key = LocalKey.Create();
        var ledger = new PartyId(Fixture.LedgerId);
        var (_, root, receipt) = await Fixture.AnchorAsync(4);
        using var ours = RpcChain.Open([Fixture.Embedded.Url]);

        Assert.Equal(await ours.GetHeadAsync(Fixture.Contract), await Chain.GetHeadAsync(Fixture.Contract));
        Assert.Equal(await ours.FindCheckpointAsync(Fixture.Contract, root), await Chain.FindCheckpointAsync(Fixture.Contract, root));
        Assert.Equal(await ours.FindBlockAsync(BlockReference.Finalized), await Chain.FindBlockAsync(BlockReference.Finalized));
        Assert.Equal(await ours.FindBlockAsync(BlockReference.Hash(receipt.BlockHash)), await Chain.FindBlockAsync(BlockReference.Hash(receipt.BlockHash)));
        Assert.Equal(await ours.GetBalanceAsync(Fixture.Admin.Address), await Chain.GetBalanceAsync(Fixture.Admin.Address));
        Assert.Equal(await ours.FindFeesAsync(new FeePolicy()), await Chain.FindFeesAsync(new FeePolicy()));
        Assert.Equivalent(await ours.FindReceiptAsync(receipt.Transaction), await Chain.FindReceiptAsync(receipt.Transaction), strict: true);
        Assert.Equivalent(
            await ours.GetEvidenceAsync(Fixture.Contract, root, [(ledger, key.Address)], BlockReference.Latest),
            await Chain.GetEvidenceAsync(Fixture.Contract, root, [(ledger, key.Address)], BlockReference.Latest), strict: true);
    }
}

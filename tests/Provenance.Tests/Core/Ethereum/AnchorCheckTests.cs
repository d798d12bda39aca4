using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

/// <summary>Against a block that a node made and proved: see tests/vectors/ethereum/anchor.json.</summary>
public class AnchorCheckTests
{
    private static readonly JsonElement Vector = ReadVector();
    private static readonly JsonElement Expected = Vector.GetProperty("expected");

    [Fact]
    public void A_nodes_own_proofs_hold_and_say_what_the_contract_keeps()
    {
        var anchor = Anchor();
        Assert.Null(AnchorCheck.Verify(anchor));

        var ledgerId = Digest.Parse(Expected.GetProperty("ledgerId").GetString());
        var (ledger, party) = (new PartyId(ledgerId), new PartyId(Digest.Parse(Expected.GetProperty("party").GetString())));
        Assert.Equal(ledgerId, Value(anchor, LedgerSlots.LedgerId));
        Assert.Equal(ledgerId, LedgerTypedData.LedgerIdOf(anchor.ChainId, anchor.Contract));
        Assert.Equal(Digest.Zero, Value(anchor, LedgerSlots.PredecessorChainId));
        Assert.Equal((Address.Zero, 0UL), LedgerSlots.FindPredecessor(Value(anchor, LedgerSlots.Predecessor)));
        Assert.Equal(Digest.Zero, Value(anchor, LedgerSlots.StartRoot));

        var (root, unknownRoot) = (Digest.Parse(Expected.GetProperty("root").GetString()), Digest.Parse(Expected.GetProperty("unknownRoot").GetString()));
        Assert.Equal(
            (Expected.GetProperty("size").GetUInt64(), Expected.GetProperty("time").GetUInt64()),
            LedgerSlots.FindCheckpoint(Value(anchor, LedgerSlots.CheckpointOf(root))));
        Assert.Equal((0UL, 0UL), LedgerSlots.FindCheckpoint(Value(anchor, LedgerSlots.CheckpointOf(unknownRoot))));

        var registered = new LedgerKey(0, LedgerKey.Never, LedgerKey.Never, KeyStatus.Registered);
        Assert.Equal(registered, LedgerSlots.FindKey(Value(anchor, LedgerSlots.KeyOf(ledger, Address.Parse(Expected.GetProperty("ledgerKey").GetString()!)))));
        Assert.Equal(registered, LedgerSlots.FindKey(Value(anchor, LedgerSlots.KeyOf(party, Address.Parse(Expected.GetProperty("partyKey").GetString()!)))));
    }

    [Fact]
    public void The_header_gives_the_blocks_hash_number_and_time()
    {
        Assert.True(BlockHeader.TryRead(Anchor().Header, out var header, out _));
        Assert.Equal(Anchor().BlockHash, header.Hash);
        Assert.Equal(Expected.GetProperty("number").GetUInt64(), header.Number);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Expected.GetProperty("time").GetInt64()), header.Time);
    }

    /// <summary>But for two things that whoever reads the anchor has to settle. The chain's id stands in no header: the ledger's id covers
    /// it. And nodes that show one slot to be empty may well show it of another: the reader asks for the slots that it needs.</summary>
    [Fact]
    public void Any_flipped_bit_anywhere_is_found()
    {
        var anchor = Anchor();
        for (var field = 0; field < anchor.Header.Count; field++)
        {
            foreach (var changed in Flips(anchor.Header[field]))
            {
                AssertFails(anchor with { Header = Replaced(anchor.Header, field, changed) });
            }
        }
        foreach (var (account, change) in AccountFlips(anchor.Account))
        {
            Assert.True(AnchorCheck.Verify(anchor with { Account = account }) is not null, change);
        }
        foreach (var changed in Flips(anchor.BlockHash.ToArray()))
        {
            AssertFails(anchor with { BlockHash = new Digest(changed) });
        }
        foreach (var changed in Flips(anchor.Contract.ToArray()))
        {
            AssertFails(anchor with { Contract = new Address(changed) });
        }
        for (var i = 0; i < anchor.Slots.Count; i++)
        {
            var slot = anchor.Slots[i];
            foreach (var changed in slot.Value == Digest.Zero ? [] : Flips(slot.Slot.ToArray()))
            {
                AssertFails(anchor with { Slots = Replaced(anchor.Slots, i, slot with { Slot = new Digest(changed) }) });
            }
            foreach (var changed in Flips(slot.Value.ToArray()))
            {
                AssertFails(anchor with { Slots = Replaced(anchor.Slots, i, slot with { Value = new Digest(changed) }) });
            }
            foreach (var proof in ProofFlips(slot.Proof))
            {
                AssertFails(anchor with { Slots = Replaced(anchor.Slots, i, slot with { Proof = proof }) });
            }
        }
    }

    [Fact]
    public void Slots_have_one_order_and_none_stands_twice()
    {
        var anchor = Anchor();
        AssertFails(anchor with { Slots = [.. anchor.Slots.Reverse()] });
        AssertFails(anchor with { Slots = [anchor.Slots[0], .. anchor.Slots] });
        Assert.Null(AnchorCheck.Verify(anchor with { Slots = [] }));
    }

    [Fact]
    public void A_stored_value_cannot_be_passed_off_as_absent_nor_the_other_way_round()
    {
        var anchor = Anchor();
        for (var i = 0; i < anchor.Slots.Count; i++)
        {
            var slot = anchor.Slots[i];
            var other = slot.Value == Digest.Zero ? Digest.Sha256([1]) : Digest.Zero;
            AssertFails(anchor with { Slots = Replaced(anchor.Slots, i, slot with { Value = other }) });
            AssertFails(anchor with { Slots = Replaced(anchor.Slots, i, slot with { Value = other, Proof = [] }) });
        }
    }

    [Theory]
    [InlineData(0, 31, "parentHash")]
    [InlineData(2, 32, "beneficiary")]
    [InlineData(3, 0, "stateRoot")]
    [InlineData(6, 255, "logsBloom")]
    [InlineData(8, 9, "number")]
    [InlineData(11, 9, "timestamp")]
    [InlineData(14, 7, "nonce")]
    [InlineData(20, 33, "requestsHash")]
    public void A_header_field_of_another_width_is_named(int field, int width, string name)
    {
        var header = Replaced(Anchor().Header, field, [.. Enumerable.Repeat((byte)1, width)]);
        Assert.False(BlockHeader.TryRead(header, out _, out var reason));
        Assert.StartsWith(name, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_too_few_fields_with_leading_zeros_or_a_time_that_no_calendar_has_is_refused()
    {
        var header = Anchor().Header;
        Assert.False(BlockHeader.TryRead([.. header.Take(14)], out _, out _));
        Assert.False(BlockHeader.TryRead([.. Enumerable.Repeat(header, 4).SelectMany(fields => fields)], out _, out _));
        Assert.False(BlockHeader.TryRead(Replaced(header, 8, [0, .. header[8]]), out _, out _));
        Assert.False(BlockHeader.TryRead(Replaced(header, 11, [255, 255, 255, 255, 255, 255, 255, 255]), out _, out _));
        Assert.True(BlockHeader.TryRead([.. header.Take(15)], out _, out _), "as before EIP-1559");
        Assert.True(BlockHeader.TryRead([.. header, [1, 2, 3]], out _, out _), "a fork to come");
    }

    /// <summary>Mainnet's first block, whose hash everybody knows: 15 fields, made by another client in 2015.</summary>
    [Fact]
    public void The_first_block_of_Ethereum_has_its_known_hash()
    {
        byte[][] fields =
        [
            new byte[32], Convert.FromHexString("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"), new byte[20],
            Convert.FromHexString("d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544"),
            TrieProof.EmptyRoot.ToArray(), TrieProof.EmptyRoot.ToArray(), new byte[256],
            [0x04, 0, 0, 0, 0], [], [0x13, 0x88], [], [],
            Convert.FromHexString("11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa"), new byte[32],
            Convert.FromHexString("0000000000000042"),
        ];
        Assert.True(BlockHeader.TryRead(fields, out var header, out _));
        Assert.Equal("d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3", header.Hash.ToString());
    }

    private static void AssertFails(Anchor anchor) => Assert.NotNull(AnchorCheck.Verify(anchor));

    private static Digest Value(Anchor anchor, Digest slot) => anchor.Slots.Single(found => found.Slot == slot).Value;

    private static IEnumerable<(AnchorAccount Account, string Change)> AccountFlips(AnchorAccount account)
    {
        yield return (account with { Nonce = account.Nonce ^ 1 }, "nonce");
        yield return (account with { Balance = [1] }, "balance");
        yield return (account with { Balance = [0] }, "balance with leading zero");
        foreach (var changed in Flips(account.CodeHash.ToArray()))
        {
            yield return (account with { CodeHash = new Digest(changed) }, "code hash");
        }
        foreach (var changed in Flips(account.StorageHash.ToArray()))
        {
            yield return (account with { StorageHash = new Digest(changed) }, "storage hash");
        }
        foreach (var proof in ProofFlips(account.Proof))
        {
            yield return (account with { Proof = proof }, "account proof");
        }
    }

    private static IEnumerable<IReadOnlyList<byte[]>> ProofFlips(IReadOnlyList<byte[]> proof) =>
        Enumerable.Range(0, proof.Count).SelectMany(node => Flips(proof[node]).Select(changed => Replaced(proof, node, changed)));

    private static IEnumerable<byte[]> Flips(byte[] bytes)
    {
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            yield return changed;
        }
    }

    private static IReadOnlyList<T> Replaced<T>(IReadOnlyList<T> list, int index, T item) => [.. list.Take(index), item, .. list.Skip(index + 1)];

    private static JsonElement ReadVector()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("tests/vectors/ethereum/anchor.json")));
        return document.RootElement.Clone();
    }

    private static Anchor Anchor()
    {
        var anchor = Vector.GetProperty("anchor");
        var account = anchor.GetProperty("account");
        Digest Hash(JsonElement of, string member) => Digest.Parse(of.GetProperty(member).GetString());
        byte[][] BytesList(JsonElement of, string member) => [.. of.GetProperty(member).EnumerateArray().Select(bytes => bytes.HexBytes())];
        return new Anchor(
            anchor.GetProperty("chainId").GetUInt64(), new Address(anchor.HexBytes("contract")), BytesList(anchor, "header"), Hash(anchor, "blockHash"),
            new AnchorAccount(
                account.GetProperty("nonce").GetUInt64(), account.HexBytes("balance"), Hash(account, "storageHash"), Hash(account, "codeHash"), BytesList(account, "proof")),
            [.. anchor.GetProperty("slots").EnumerateArray().Select(slot => new AnchorSlot(Hash(slot, "slot"), Hash(slot, "value"), BytesList(slot, "proof")))]);
    }
}

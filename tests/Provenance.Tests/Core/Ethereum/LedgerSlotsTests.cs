using System.Globalization;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

/// <summary>The contract's own tests hold the layout to the deployed code; here it is held to what ethers computes of the same rules.</summary>
public class LedgerSlotsTests
{
    private static readonly JsonElement Vectors = Eip712Tests.Vectors().GetProperty("slots");

    [Fact]
    public void Slots_of_mappings_are_hashed_as_Solidity_does()
    {
        var (party, key) = (new PartyId(Vectors.Digest("party")), new Address(Vectors.HexBytes("key")));
        Assert.Equal(Vectors.Digest("checkpointOf"), LedgerSlots.CheckpointOf(Vectors.Digest("root")));
        Assert.Equal(Vectors.Digest("keyOf"), LedgerSlots.KeyOf(party, key));
        Assert.Equal("0000000000000000000000000000000000000000000000000000000000000006", LedgerSlots.Head.ToString());
    }

    [Fact]
    public void Packed_values_come_apart()
    {
        var checkpoint = Vectors.GetProperty("checkpoint");
        Assert.Equal((Number(checkpoint, "size"), Number(checkpoint, "time")), LedgerSlots.FindCheckpoint(checkpoint.Digest("value")));

        var predecessor = Vectors.GetProperty("predecessor");
        Assert.Equal(
            (new Address(predecessor.HexBytes("contract")), Number(predecessor, "startSize")),
            LedgerSlots.FindPredecessor(predecessor.Digest("value")));

        var key = Vectors.GetProperty("ledgerKey");
        Assert.Equal(
            new LedgerKey(Number(key, "validFrom"), LedgerKey.Never, Number(key, "compromisedSince"), KeyStatus.Reassigned),
            LedgerSlots.FindKey(key.Digest("value")));
    }

    [Fact]
    public void Nothing_stored_reads_as_nothing()
    {
        Assert.Equal((0UL, 0UL), LedgerSlots.FindCheckpoint(Digest.Zero));
        Assert.Equal((Address.Zero, 0UL), LedgerSlots.FindPredecessor(Digest.Zero));
        Assert.Equal(new LedgerKey(0, 0, 0, KeyStatus.None), LedgerSlots.FindKey(Digest.Zero));
    }

    [Fact]
    public void Values_that_the_contract_cannot_have_stored_are_refused()
    {
        var ones = Digest.Parse(new string('f', 64));
        Assert.Null(LedgerSlots.FindCheckpoint(ones));
        Assert.Null(LedgerSlots.FindPredecessor(ones));
        Assert.Null(LedgerSlots.FindKey(ones));
        Assert.Null(LedgerSlots.FindKey(Digest.Parse("0000000000000003" + new string('0', 48))));
        Assert.Null(LedgerSlots.FindKey(Digest.Parse("0100000000000001" + new string('0', 48))));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void A_key_speaks_from_its_first_leaf_up_to_the_one_at_its_end(ulong leaf, bool isValid)
    {
        Assert.Equal(isValid, new LedgerKey(10, 20, LedgerKey.Never, KeyStatus.Registered).IsValidAt(leaf));
        Assert.False(new LedgerKey(10, 20, LedgerKey.Never, KeyStatus.None).IsValidAt(leaf));
    }

    private static ulong Number(JsonElement vector, string member) => ulong.Parse(vector.GetProperty(member).GetString()!, CultureInfo.InvariantCulture);
}

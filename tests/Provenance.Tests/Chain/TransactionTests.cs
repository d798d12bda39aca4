using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

/// <summary>Held to ethers' vectors.</summary>
public class TransactionTests
{
    private static IEnumerable<JsonElement> Vectors => Conformance.Json("ethereum/transactions.json").EnumerateArray();

    [ConformanceFact]
    public void Eip1559_transactions_are_the_bytes_that_ethers_makes()
    {
        foreach (var vector in Vectors)
        {
            Check(vector, Eip1559(vector.GetProperty("transaction")), "London");
        }
    }

    [ConformanceFact]
    public void Legacy_transactions_with_a_chain_id_are_the_bytes_that_ethers_makes()
    {
        // EIP-155 is about the chain id; we sign nothing without one.
        foreach (var vector in Vectors.Where(vector => vector.GetProperty("transaction").TryGetProperty("chainId", out _)))
        {
            Check(vector, Legacy(vector.GetProperty("transaction")), "Eip155");
        }
    }

    [ConformanceFact]
    public void What_we_sign_is_from_the_key_and_its_hash_is_that_of_its_bytes()
    {
        foreach (var vector in Vectors.Take(20))
        {
            using var key = LocalKey.Parse(vector.GetProperty("privateKey").GetString());
            var transaction = Eip1559(vector.GetProperty("transaction"));
            var signed = transaction.Sign(key);
            Assert.Equal(Keccak256.Hash(signed.Raw.Span), signed.Hash);
            var fields = Rlp.Decode(signed.Raw.Span[1..]).Items;
            Assert.Equal(12, fields.Count);
            var signature = new EthSignature(Word(fields[10]), Word(fields[11]), (byte)(27 + fields[9].Bytes.Length));
            Assert.Equal(key.Address, Secp256k1.Recover(transaction.SigningHash, signature));
        }
    }

    /// <summary>The worked example of EIP-155.</summary>
    [Fact]
    public void The_example_of_eip_155_has_its_signing_hash_and_bytes()
    {
        var transaction = new Transaction
        {
            ChainId = 1,
            Nonce = 9,
            To = Address.Parse("0x3535353535353535353535353535353535353535"),
            Value = BigInteger.Pow(10, 18),
            GasLimit = 21000,
            Fees = new Fees.Legacy(20_000_000_000),
        };
        Assert.Equal("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", transaction.SigningHash.ToString());

        var signature = new EthSignature(
            Digest.Parse("28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"),
            Digest.Parse("67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"), 27);
        using var key = LocalKey.Parse("4646464646464646464646464646464646464646464646464646464646464646");
        Assert.Equal(key.Address, Secp256k1.Recover(transaction.SigningHash, signature));
        Assert.Equal(
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d"
            + "3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
            Hex.Prefixed(transaction.EncodeSigned(signature)));
    }

    [Fact]
    public void A_replacement_raises_both_fees_by_at_least_the_percentage()
    {
        Assert.Equal(new Fees.Eip1559(12, 2), new Fees.Eip1559(10, 1).Raised(11));
        Assert.Equal(new Fees.Legacy(110), new Fees.Legacy(100).Raised(10));
    }

    private static void Check(JsonElement vector, Transaction transaction, string kind)
    {
        var name = vector.GetProperty("name").GetString();
        Assert.True(vector.GetProperty("unsigned" + kind).GetString() == Hex.Prefixed(transaction.EncodeUnsigned()), name);
        var signature = vector.GetProperty("signature" + kind);
        var v = Number(signature.GetProperty("v"));
        var parity = kind == "London" ? v : v - 35 - 2 * (BigInteger)transaction.ChainId;
        var signed = transaction.EncodeSigned(new EthSignature(
            Digest.Parse(signature.GetProperty("r").GetString()!.AsSpan(2)), Digest.Parse(signature.GetProperty("s").GetString()!.AsSpan(2)), (byte)(27 + parity)));
        Assert.True(vector.GetProperty("signed" + kind).GetString() == Hex.Prefixed(signed), name);
    }

    private static Transaction Eip1559(JsonElement json) =>
        Read(json, new Fees.Eip1559((UInt128)Number(json, "maxFeePerGas"), (UInt128)Number(json, "maxPriorityFeePerGas")));

    private static Transaction Legacy(JsonElement json) => Read(json, new Fees.Legacy((UInt128)Number(json, "gasPrice")));

    private static Transaction Read(JsonElement json, Fees fees) => new()
    {
        ChainId = (ulong)Number(json, "chainId"),
        Nonce = (ulong)Number(json, "nonce"),
        To = json.TryGetProperty("to", out var to) ? Address.Parse(to.GetString()!) : null,
        Value = Number(json, "value"),
        Data = json.TryGetProperty("data", out var data) ? Hex.FindPrefixed(data.GetString()) : ReadOnlyMemory<byte>.Empty,
        GasLimit = (ulong)Number(json, "gasLimit"),
        Fees = fees,
        AccessList = !json.TryGetProperty("accessList", out var list) ? [] :
        [
            .. list.EnumerateArray().Select(entry => (
                Address.Parse(entry.GetProperty("address").GetString()!),
                (IReadOnlyList<Digest>)[.. entry.GetProperty("storageKeys").EnumerateArray().Select(slot => Digest.Parse(slot.GetString()!.AsSpan(2)))])),
        ],
    };

    private static BigInteger Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Number(value) : 0;

    private static BigInteger Number(JsonElement value) => value.ValueKind is JsonValueKind.Number
        ? value.GetInt64()
        : BigInteger.Parse("0" + value.GetString()![2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static Digest Word(RlpItem item) => new([.. new byte[Digest.Size - item.Bytes.Length], .. item.Bytes.Span]);
}

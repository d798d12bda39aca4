using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

public class Eip712Tests
{
    [ConformanceFact]
    public void Every_outside_vector_comes_out_and_recovers_its_signer()
    {
        var signatures = 0;
        foreach (var vector in Conformance.Json("ethereum/eip712-typed-data.json").EnumerateArray())
        {
            var domain = vector.GetProperty("domain");
            var types = vector.GetProperty("types").EnumerateObject().ToDictionary(type => type.Name, type => Fields(type.Value));
            types["EIP712Domain"] = [.. DomainFields.Where(field => domain.TryGetProperty(field.Name, out _))];
            var encoder = new Eip712(types);
            var (primaryType, data) = (vector.GetProperty("primaryType").GetString()!, vector.GetProperty("data"));

            Assert.Equal(vector.HexBytes("encoded"), encoder.EncodeStruct(primaryType, data));
            var digest = encoder.ToSign(domain, primaryType, data);
            Assert.Equal(vector.Digest("digest"), digest);
            if (vector.TryGetProperty("signature", out var signature))
            {
                Assert.True(EthSignature.TryParse(signature.GetString(), out var parsed));
                Assert.Equal(Signer(vector.HexBytes("privateKey")), Secp256k1.Recover(digest, parsed));
                signatures++;
            }
        }
        Assert.True(signatures > 0, "no signature in the vectors");
    }

    [ConformanceFact]
    public void The_example_of_the_EIP_comes_out()
    {
        var vector = Conformance.Json("ethereum/eip712-mail-example.json");
        var types = vector.GetProperty("types").EnumerateObject().ToDictionary(
            type => type.Name, IReadOnlyList<(string, string)> (type) => [.. type.Value.EnumerateArray().Select(field => (field[0].GetString()!, field[1].GetString()!))]);
        var encoder = new Eip712(types);
        var expected = vector.GetProperty("expected");

        Assert.Equal(expected.GetProperty("encodeType").GetString(), encoder.EncodeType("Mail"));
        Assert.Equal(expected.HexBytes("typeHash"), encoder.TypeHash("Mail"));
        Assert.Equal(expected.HexBytes("structHash"), encoder.HashStruct("Mail", vector.GetProperty("message")));
        var digest = encoder.ToSign(vector.GetProperty("domain"), "Mail", vector.GetProperty("message"));
        Assert.Equal(expected.Digest("signHash"), digest);
        var signature = new EthSignature(expected.Digest("r"), expected.Digest("s"), expected.GetProperty("v").GetByte());
        Assert.Equal(expected.HexBytes("address"), Secp256k1.Recover(digest, signature)!.Value.ToArray());
    }

    /// <summary>Made by ethers: that the encoder here and the product agree would be no proof of either.</summary>
    [Fact]
    public void Every_message_of_the_ledger_is_the_typed_data_that_wallets_sign()
    {
        var vectors = Vectors();
        var (ledgerId, signer) = (vectors.Digest("ledgerId"), new Address(vectors.HexBytes("signer")));
        Assert.Equal(ledgerId, LedgerTypedData.LedgerIdOf(vectors.GetProperty("chainId").GetUInt64(), new Address(vectors.HexBytes("contract"))));
        Assert.Equal(vectors.Digest("domainSeparator"), LedgerTypedData.Domain(ledgerId));

        var domain = JsonSerializer.SerializeToElement(new { name = "Provenance", version = "1", salt = "0x" + ledgerId });
        foreach (var vector in vectors.GetProperty("messages").EnumerateArray())
        {
            var (type, message) = (vector.GetProperty("type").GetString()!, vector.GetProperty("message"));
            var fields = vector.GetProperty("fields").GetString()!.Split(',').Select(field => (field.Split(' ')[1], field.Split(' ')[0])).ToList();
            var encoder = new Eip712(new Dictionary<string, IReadOnlyList<(string, string)>>
            {
                ["EIP712Domain"] = [("name", "string"), ("version", "string"), ("salt", "bytes32")],
                [type] = fields,
            });
            var digest = Digest(ledgerId, type, message);
            Assert.Equal(vector.Digest("digest"), digest);
            Assert.Equal(encoder.ToSign(domain, type, message), digest);
            Assert.True(EthSignature.TryParse(vector.GetProperty("signature").GetString(), out var signature));
            Assert.Equal(signer, Secp256k1.Recover(digest, signature));
        }
    }

    [Fact]
    public void A_message_of_one_ledger_is_none_of_another()
    {
        var (one, other, root) = (Provenance.Core.Digest.Sha256([1]), Provenance.Core.Digest.Sha256([2]), Provenance.Core.Digest.Sha256([3]));
        Assert.NotEqual(LedgerTypedData.Checkpoint(one, 5, root), LedgerTypedData.Checkpoint(other, 5, root));
        Assert.NotEqual(LedgerTypedData.Checkpoint(one, 5, root), LedgerTypedData.Checkpoint(one, 6, root));
    }

    internal static JsonElement Vectors()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("tests/vectors/ethereum/ledger-messages.json")));
        return document.RootElement.Clone();
    }

    private static Digest Digest(Digest ledgerId, string type, JsonElement message)
    {
        ulong Number(string member) => ulong.Parse(message.GetProperty(member).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        PartyId Party() => new(message.Digest("party"));
        Address Key() => new(message.HexBytes("key"));
        return type switch
        {
            "ProvenanceCheckpoint" => LedgerTypedData.Checkpoint(ledgerId, Number("size"), message.Digest("root")),
            "ProvenanceSubmission" => LedgerTypedData.Submission(ledgerId, Party(), Number("firstSeq"), Number("count"), message.Digest("root")),
            "ProvenanceKey" => LedgerTypedData.Key(ledgerId, Party(), Key(), Number("nonce")),
            "ProvenanceKeyAddition" => LedgerTypedData.KeyAddition(ledgerId, Party(), Key(), Number("nonce")),
            "ProvenanceKeyRevocation" => LedgerTypedData.KeyRevocation(ledgerId, Party(), Key(), Number("nonce")),
            "ProvenanceProposalRejection" => LedgerTypedData.ProposalRejection(ledgerId, Party(), Key(), Number("nonce")),
            "ProvenanceKeyCompromise" => LedgerTypedData.KeyCompromise(ledgerId, Party(), Key(), Number("since"), Number("nonce")),
            _ => throw new NotSupportedException(type),
        };
    }

    private static readonly (string Name, string Type)[] DomainFields =
        [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"), ("salt", "bytes32")];

    private static IReadOnlyList<(string, string)> Fields(JsonElement fields) =>
        [.. fields.EnumerateArray().Select(field => (field.GetProperty("name").GetString()!, field.GetProperty("type").GetString()!))];

    private static Address Signer(byte[] privateKey) => Secp256k1.AddressOf(TestKeys.PublicKey(privateKey));
}

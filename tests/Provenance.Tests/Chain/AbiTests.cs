using System.Numerics;
using System.Text.Json;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

/// <summary>Held to ethers' vectors, which solc itself encoded.</summary>
public class AbiTests
{
    [ConformanceFact]
    public void Values_are_encoded_as_solidity_encodes_them()
    {
        foreach (var vector in Conformance.Json("ethereum/abi.json").EnumerateArray())
        {
            var type = AbiType.Parse(vector.GetProperty("type").GetString()!);
            var encoded = AbiValue.Tuple(type.Value(vector.GetProperty("value"))).Encode();
            Assert.True(vector.GetProperty("encoded").GetString() == Hex.Prefixed(encoded), vector.GetProperty("name").GetString());
        }
    }

    [ConformanceFact]
    public void What_solidity_encoded_is_read_back()
    {
        foreach (var vector in Conformance.Json("ethereum/abi.json").EnumerateArray())
        {
            var type = AbiType.Parse(vector.GetProperty("type").GetString()!);
            var reader = new AbiReader(Hex.FindPrefixed(vector.GetProperty("encoded").GetString()));
            var read = AbiValue.Tuple(type.Read(ref reader)).Encode();
            Assert.True(vector.GetProperty("encoded").GetString() == Hex.Prefixed(read), vector.GetProperty("name").GetString());
        }
    }

    [Fact]
    public void Padding_that_is_not_zero_is_refused()
    {
        var word = new byte[32];
        word[0] = 1;
        Assert.Throws<FormatException>(() => new AbiReader(word).ReadUInt64());
        Assert.Throws<FormatException>(() => new AbiReader(word).ReadAddress());
        Assert.Throws<FormatException>(() => new AbiReader(word).ReadBool());
        word[31] = 1;
        Assert.Throws<FormatException>(() => new AbiReader(word).ReadFixedBytes(31));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void An_answer_that_ends_early_is_refused(int length) =>
        Assert.Throws<FormatException>(() => new AbiReader(new byte[length]).ReadDigest());

    [Fact]
    public void Offsets_and_lengths_beyond_the_answer_are_refused()
    {
        var offset = AbiValue.Uint(BigInteger.Pow(2, 255)).Encode();
        Assert.Throws<FormatException>(() => new AbiReader(offset).ReadBytes());
        byte[] length = [.. AbiValue.Uint(32).Encode(), .. AbiValue.Uint(33).Encode(), .. new byte[32]];
        Assert.Throws<FormatException>(() => new AbiReader(length).ReadBytes());
    }

    /// <summary>A type of the vectors: what turns their JSON into values and readers into values again.</summary>
    private sealed record AbiType(string Name, AbiType[] Members, int? Count = null)
    {
        public static AbiType Parse(string text)
        {
            if (text.EndsWith(']'))
            {
                var open = text.LastIndexOf('[');
                var count = text[(open + 1)..^1];
                return new AbiType("[]", [Parse(text[..open])], count.Length == 0 ? null : int.Parse(count, null));
            }
            return text.StartsWith('(') ? new AbiType("()", [.. Split(text[1..^1]).Select(Parse)]) : new AbiType(text, []);
        }

        public AbiValue Value(JsonElement json) => Name switch
        {
            "()" => AbiValue.Tuple([.. Members.Zip(json.EnumerateArray(), (member, value) => member.Value(value))]),
            "[]" when Count is null => AbiValue.List([.. json.EnumerateArray().Select(Members[0].Value)]),
            "[]" => AbiValue.Tuple([.. json.EnumerateArray().Select(Members[0].Value)]),
            "address" => AbiValue.Address(Address.Parse(json.GetString()!)),
            "bool" => AbiValue.Bool(json.GetBoolean()),
            "string" => AbiValue.Text(json.GetString()!),
            "bytes" => AbiValue.Bytes(Hex.FindPrefixed(json.GetString())),
            _ when Name.StartsWith("bytes", StringComparison.Ordinal) => AbiValue.FixedBytes(Hex.FindPrefixed(json.GetString())),
            _ when Name.StartsWith("uint", StringComparison.Ordinal) => AbiValue.Uint(BigInteger.Parse(json.GetString()!, null)),
            _ => AbiValue.Int(BigInteger.Parse(json.GetString()!, null)),
        };

        public AbiValue Read(ref AbiReader reader)
        {
            switch (Name)
            {
                case "[]" when Count is null:
                    var list = reader.ReadList(out var count);
                    return AbiValue.List(ReadAll(ref list, Enumerable.Repeat(Members[0], count)));
                case "()" or "[]":
                    var members = Name == "()" ? Members : Enumerable.Repeat(Members[0], Count!.Value);
                    if (!IsDynamic)
                    {
                        return AbiValue.Tuple(ReadAll(ref reader, members));
                    }
                    var tail = reader.ReadTail();
                    return AbiValue.Tuple(ReadAll(ref tail, members));
                case "address":
                    return AbiValue.Address(reader.ReadAddress());
                case "bool":
                    return AbiValue.Bool(reader.ReadBool());
                case "string":
                    return AbiValue.Text(reader.ReadText());
                case "bytes":
                    return AbiValue.Bytes(reader.ReadBytes());
                default:
                    var digits = Name.AsSpan().IndexOfAnyInRange('0', '9');
                    var size = digits < 0 ? 256 : int.Parse(Name.AsSpan(digits), provider: null);
                    return Name[0] switch
                    {
                        'b' => AbiValue.FixedBytes(reader.ReadFixedBytes(size)),
                        'u' => AbiValue.Uint(reader.ReadUint(size)),
                        _ => AbiValue.Int(reader.ReadInt(size)),
                    };
            }
        }

        private bool IsDynamic => Name is "string" or "bytes" || Name == "[]" && Count is null || Members.Any(member => member.IsDynamic);

        private static AbiValue[] ReadAll(ref AbiReader reader, IEnumerable<AbiType> types)
        {
            var values = new List<AbiValue>();
            foreach (var type in types)
            {
                values.Add(type.Read(ref reader));
            }
            return [.. values];
        }

        private static IEnumerable<string> Split(string members)
        {
            var depth = 0;
            var start = 0;
            for (var i = 0; i <= members.Length; i++)
            {
                if (i == members.Length || members[i] == ',' && depth == 0)
                {
                    yield return members[start..i];
                    start = i + 1;
                }
                else
                {
                    depth += members[i] switch { '(' => 1, ')' => -1, _ => 0 };
                }
            }
        }
    }
}

using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

/// <summary>EIP-712 in general, over JSON: the yardstick for <see cref="LedgerTypedData"/>, itself held to outside vectors. The product
/// signs a handful of fixed messages and needs none of this.</summary>
internal sealed partial class Eip712(IReadOnlyDictionary<string, IReadOnlyList<(string Name, string Type)>> types)
{
    /// <summary>keccak256(19 01 ‖ hash of domain ‖ hash of message).</summary>
    public Digest ToSign(JsonElement domain, string primaryType, JsonElement message) =>
        Keccak256.Hash([0x19, 0x01, .. HashStruct("EIP712Domain", domain), .. HashStruct(primaryType, message)]);

    public byte[] HashStruct(string type, JsonElement value) => Keccak256.Hash(EncodeStruct(type, value)).ToArray();

    /// <summary>typeHash ‖ encodeData.</summary>
    public byte[] EncodeStruct(string type, JsonElement value) =>
        [.. TypeHash(type), .. types[type].SelectMany(field => EncodeValue(field.Type, value.GetProperty(field.Name)))];

    public byte[] TypeHash(string type) => Keccak256.Hash(Encoding.UTF8.GetBytes(EncodeType(type))).ToArray();

    public string EncodeType(string type)
    {
        var referenced = new SortedSet<string>(StringComparer.Ordinal);
        Collect(type, referenced);
        referenced.Remove(type);
        return string.Concat(referenced.Prepend(type).Select(
            name => $"{name}({string.Join(',', types[name].Select(field => $"{field.Type} {field.Name}"))})"));
    }

    private void Collect(string type, SortedSet<string> referenced)
    {
        var element = type.Split('[')[0];
        if (types.TryGetValue(element, out var fields) && referenced.Add(element))
        {
            foreach (var field in fields)
            {
                Collect(field.Type, referenced);
            }
        }
    }

    private byte[] EncodeValue(string type, JsonElement value)
    {
        if (ArrayType().Match(type) is { Success: true } array)
        {
            var elements = value.EnumerateArray().ToList();
            Assert.True(array.Groups[2].Value is not { Length: > 0 } count || int.Parse(count, CultureInfo.InvariantCulture) == elements.Count);
            return Keccak256.Hash([.. elements.SelectMany(element => EncodeValue(array.Groups[1].Value, element))]).ToArray();
        }
        if (types.ContainsKey(type))
        {
            return HashStruct(type, value);
        }
        return type switch
        {
            "string" => Keccak256.Hash(Encoding.UTF8.GetBytes(value.GetString()!)).ToArray(),
            "bytes" => Keccak256.Hash(value.HexBytes()).ToArray(),
            "bool" => Word(value.GetBoolean() ? 1 : 0),
            "address" => [.. new byte[12], .. value.HexBytes()],
            _ when type.StartsWith("bytes", StringComparison.Ordinal) => [.. value.HexBytes(), .. new byte[32 - value.HexBytes().Length]],
            _ when type.Contains("int", StringComparison.Ordinal) => Word(Integer(value)),
            _ => throw new NotSupportedException(type),
        };
    }

    private static BigInteger Integer(JsonElement value)
    {
        var text = value.ToString();
        return text.StartsWith("0x", StringComparison.Ordinal)
            ? BigInteger.Parse("0" + text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : BigInteger.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>256 bits, two's complement.</summary>
    private static byte[] Word(BigInteger value)
    {
        var bytes = (value.Sign < 0 ? value + (BigInteger.One << 256) : value).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    [GeneratedRegex(@"^(.*)\[(\d*)\]$")]
    private static partial Regex ArrayType();
}

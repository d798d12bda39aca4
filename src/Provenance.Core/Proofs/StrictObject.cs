using System.Text.Json;
using Provenance.Core.Ethereum;

namespace Provenance.Core.Proofs;

/// <summary>A JSON object that has exactly the members it should; every error names the member by its path.</summary>
internal sealed class StrictObject
{
    private readonly JsonElement _json;
    private readonly string _path;

    /// <exception cref="FormatException">Not an object, a member missing, or one too many.</exception>
    public StrictObject(JsonElement json, string path, params ReadOnlySpan<string> members)
    {
        (_json, _path) = (json, path);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{(path.Length == 0 ? "the whole" : path)} is not a JSON object.");
        }
        foreach (var member in members)
        {
            if (!json.TryGetProperty(member, out _))
            {
                throw Wrong(member, "is missing");
            }
        }
        foreach (var member in json.EnumerateObject())
        {
            if (!members.Contains(member.Name))
            {
                throw Wrong(member.Name, "is not known");
            }
        }
    }

    public FormatException Wrong(string member, string what) => new($"{_path}/{member} {what}.");

    public bool IsNull(string member) => _json.GetProperty(member).ValueKind == JsonValueKind.Null;

    public StrictObject Object(string member, params ReadOnlySpan<string> members) => new(_json.GetProperty(member), $"{_path}/{member}", members);

    public List<StrictObject> Objects(string member, params string[] members) =>
        [.. Array(member).Select((item, i) => new StrictObject(item, $"{_path}/{member}/{i}", members))];

    public string String(string member) => Text(_json.GetProperty(member), member);

    public List<string> Strings(string member) => [.. Array(member).Select(item => Text(item, member))];

    /// <summary>A whole number from 0 to below 2^53.</summary>
    public ulong Integer(string member) => _json.GetProperty(member) is { ValueKind: JsonValueKind.Number } number && number.TryGetUInt64(out var value)
        ? value
        : throw Wrong(member, "is not a whole number from 0");

    public Digest Digest(string member) => DigestOf(String(member), member);

    public List<Digest> Digests(string member) => Strings(member).ConvertAll(text => DigestOf(text, member));

    /// <summary>A list of lists of digests.</summary>
    public IEnumerable<IReadOnlyList<Digest>> Lists(string member) => Array(member).Select(list => list.ValueKind == JsonValueKind.Array
        ? (IReadOnlyList<Digest>)[.. list.EnumerateArray().Select(item => DigestOf(Text(item, member), member))]
        : throw Wrong(member, "is not a list of lists"));

    public Address Address(string member) =>
        Ethereum.Address.TryParse(String(member), out var address) ? address : throw Wrong(member, "is not an address in lower case");

    public EthSignature Signature(string member) =>
        EthSignature.TryParse(String(member), out var signature) ? signature : throw Wrong(member, "is not a signature of 65 bytes with v 27 or 28");

    /// <summary>Bytes as <c>0x</c> and lower-case hex.</summary>
    public byte[] Bytes(string member) => BytesOf(String(member), member);

    public List<byte[]> BytesList(string member) => Strings(member).ConvertAll(text => BytesOf(text, member));

    public void RequireVersion1()
    {
        if (Integer("v") != 1)
        {
            throw Wrong("v", "is a version that this program does not know");
        }
    }

    private JsonElement.ArrayEnumerator Array(string member) => _json.GetProperty(member) is { ValueKind: JsonValueKind.Array } array
        ? array.EnumerateArray()
        : throw Wrong(member, "is not a list");

    private string Text(JsonElement value, string member) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(member, "is not text");

    private Digest DigestOf(string text, string member) =>
        Core.Digest.TryParse(text, out var digest) ? digest : throw Wrong(member, "is not 64 lower-case hex digits");

    private byte[] BytesOf(string text, string member) => Hex.FindPrefixed(text) ?? throw Wrong(member, "is not 0x and lower-case hex");
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Core;
using Provenance.Core.Proofs;

namespace Provenance.Tests.Core.Proofs;

public class ProofJsonTests
{
    private static readonly ProofWorld World = ProofWorld.Create();

    private static readonly string Signed = Text(World.Prove(3, World.Anchor()));

    public static TheoryData<string> Paths => [.. PathsOf(JsonNode.Parse(Signed)!, "")];

    [Fact]
    public void A_proof_is_written_canonically_and_read_again()
    {
        var operatorRecorded = World.Prove(0);
        foreach (var proof in new[] { World.Prove(3, World.Anchor()), operatorRecorded, operatorRecorded with { Meta = null }, operatorRecorded with { Disclosures = [] } })
        {
            var bytes = ProofJson.Write(proof);
            Assert.Equal(Jcs.Canonicalize(bytes), bytes);
            Assert.Equal(bytes, ProofJson.Write(ProofJson.Parse(bytes)));
        }
    }

    [Fact]
    public void White_space_another_order_and_other_bytes_around_it_are_refused()
    {
        foreach (var broken in new[]
        {
            " " + Signed, Signed + "\n", Signed.Replace("\"v\":1}", "\"v\": 1}", StringComparison.Ordinal), "\uFEFF" + Signed, Signed[..^1], Signed + Signed, "[]", "", "null",
            Signed.Replace("\"leafIndex\":3,\"ledgerId\":\"" + ProofWorld.LedgerId + "\"", "\"ledgerId\":\"" + ProofWorld.LedgerId + "\",\"leafIndex\":3", StringComparison.Ordinal),
            Signed.Replace("\"leafIndex\":3", "\"leafIndex\":3.0", StringComparison.Ordinal),
            Signed.Replace("\"leafIndex\":3", "\"leafIndex\":3,\"leafIndex\":3", StringComparison.Ordinal),
            Signed.Replace("sha-256", "sha-25\\u0036", StringComparison.Ordinal),
        })
        {
            Assert.NotEqual(Signed, broken);
            Assert.Throws<FormatException>(() => ProofJson.Parse(Encoding.UTF8.GetBytes(broken)));
        }
    }

    /// <summary>Every member there is: missing, of another type, and (where it is hex) in upper case.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void A_member_that_is_missing_or_not_as_prescribed_is_named_by_its_path(string path)
    {
        var (parent, name) = (path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..]);
        var isElement = char.IsAsciiDigit(name[0]);
        if (!isElement)
        {
            AssertNamed(path, "is missing", root => At(root, parent).AsObject().Remove(name));
            AssertNamed(parent + "/zz", "is not known", root => At(root, parent).AsObject()["zz"] = 1);
        }
        AssertNamed(isElement ? parent : path, "", root => Replace(root, parent, name, JsonValue.Create(true)));
        if (At(JsonNode.Parse(Signed)!, path) is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            AssertNamed(isElement ? parent : path, "", root => Replace(root, parent, name, JsonValue.Create((string?)value + "0")));
            var upper = ((string)value!).ToUpperInvariant();
            if (upper != (string)value! && name is not ("salt" or "recordedAt") && !path.StartsWith("/event/", StringComparison.Ordinal))
            {
                AssertNamed(isElement ? parent : path, "", root => Replace(root, parent, name, JsonValue.Create(upper)));
            }
        }
    }

    [Theory]
    [InlineData("/leafIndex", "-1")]
    [InlineData("/leafIndex", "1.5")]
    [InlineData("/leafIndex", "9007199254740992")]
    [InlineData("/v", "2")]
    [InlineData("/entry/v", "2")]
    [InlineData("/submission/record/v", "0")]
    [InlineData("/event/_sd_alg", "\"sha-512\"")]
    [InlineData("/meta/recordedAt", "\"2026-06-19T08:32:00Z\"")]
    [InlineData("/meta/recordedAt", "\"2026-06-19T08:32:00.000+00:00\"")]
    [InlineData("/meta/recordedAt", "\"2026-02-30T08:32:00.000Z\"")]
    [InlineData("/meta/salt", "\"AAAAAAAAAAAAAAAAAAAAAB\"")]
    [InlineData("/event/_sd/0", "\"A\\\",\\\"B\"")]
    [InlineData("/checkpoint/signer", "\"0x\"")]
    [InlineData("/anchor/header/8", "\"0x1\"")]
    public void A_value_out_of_its_range_is_refused(string path, string json)
    {
        var root = JsonNode.Parse(Signed)!;
        Replace(root, path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..], JsonNode.Parse(json)!);
        Assert.Throws<FormatException>(() => ProofJson.Parse(Canonical(root)));
    }

    [Fact]
    public void Only_what_may_be_hidden_may_be_null()
    {
        foreach (var (name, value) in JsonNode.Parse(Signed)!.AsObject())
        {
            var root = JsonNode.Parse(Signed)!;
            root[name] = null;
            var parse = () => { _ = ProofJson.Parse(Canonical(root)); };
            if (name is "anchor" or "meta" or "submission")
            {
                parse();
            }
            else
            {
                Assert.Contains("/" + name, Assert.Throws<FormatException>(parse).Message, StringComparison.Ordinal);
            }
            Assert.NotNull(value);
        }
    }

    private static void AssertNamed(string path, string what, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(Signed)!;
        change(root);
        var message = Assert.Throws<FormatException>(() => ProofJson.Parse(Canonical(root))).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> PathsOf(JsonNode node, string path) => node switch
    {
        JsonObject members => members.SelectMany(m => PathsOf(m.Value!, $"{path}/{m.Key}").Prepend($"{path}/{m.Key}")),
        // One element stands for all: they are read by the same line.
        JsonArray { Count: > 0 } elements => PathsOf(elements[0]!, $"{path}/0").Prepend($"{path}/0"),
        _ => [],
    };

    private static JsonNode At(JsonNode root, string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (node, part) => node is JsonArray array ? array[int.Parse(part, null)]! : node[part]!);

    private static void Replace(JsonNode root, string parent, string name, JsonNode value)
    {
        if (At(root, parent) is JsonArray array)
        {
            array[int.Parse(name, null)] = value;
        }
        else
        {
            At(root, parent)[name] = value;
        }
    }

    private static byte[] Canonical(JsonNode root)
    {
        try
        {
            return Jcs.Canonicalize(Encoding.UTF8.GetBytes(root.ToJsonString()));
        }
        catch (FormatException)
        {
            return Encoding.UTF8.GetBytes(root.ToJsonString()); // a number that has no canonical form
        }
    }

    private static string Text(Proof proof) => Encoding.UTF8.GetString(ProofJson.Write(proof));
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Resolver;

/// <summary>GS1's schema of linksets: as much of JSON Schema as it uses.</summary>
internal static class LinksetSchema
{
    public static List<string> Faults(JsonElement linkset)
    {
        var faults = new List<string>();
        Check(linkset, Conformance.Json("gs1/resolver/gs1-linkset-schema.json"), "", faults);
        return faults;
    }

    private static void Check(JsonElement value, JsonElement schema, string path, List<string> faults)
    {
        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type.GetString()!))
        {
            faults.Add($"{path} is no {type.GetString()}");
            return;
        }
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!, RegexOptions.ECMAScript))
        {
            faults.Add($"{path} does not match {pattern}");
        }
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var (at, element) in value.EnumerateArray().Index())
            {
                Check(element, items, $"{path}/{at}", faults);
            }
        }
        if (value.ValueKind == JsonValueKind.Object)
        {
            CheckMembers(value, schema, path, faults);
        }
    }

    private static void CheckMembers(JsonElement value, JsonElement schema, string path, List<string> faults)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            faults.AddRange(required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{path} lacks {name}"));
        }
        foreach (var member in value.EnumerateObject())
        {
            var known = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var property) ? property : default;
            if (known.ValueKind == JsonValueKind.Undefined && schema.TryGetProperty("patternProperties", out var patterns))
            {
                known = patterns.EnumerateObject().FirstOrDefault(one => Regex.IsMatch(member.Name, one.Name, RegexOptions.None)).Value;
            }
            if (known.ValueKind == JsonValueKind.Undefined)
            {
                faults.Add($"{path} may not hold {member.Name}");
            }
            else
            {
                Check(member.Value, known, $"{path}/{member.Name}", faults);
            }
        }
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => throw new NotSupportedException(type),
    };
}

public sealed class LinksetSchemaTests
{
    [ConformanceFact]
    public void The_schema_tells_GS1s_good_examples_from_its_bad_ones()
    {
        Assert.Empty(LinksetSchema.Faults(Conformance.Json("gs1/resolver/valid-gs1-example.json")));
        Assert.Empty(LinksetSchema.Faults(Conformance.Json("gs1/resolver/modelLinkset.json")));
        Assert.NotEmpty(LinksetSchema.Faults(Conformance.Json("gs1/resolver/invalid-gs1-example.json")));
        Assert.NotEmpty(LinksetSchema.Faults(Conformance.Json("gs1/resolver/invalid-basic-example.json")));
        Assert.NotEmpty(LinksetSchema.Faults(Conformance.Json("gs1/resolver/valid-basic-example.json")));
    }
}

/// <summary>What GS1's resolver standard 1.2 §3 says of the description file. Its schema is not among the conformance data.</summary>
internal static class DescriptionSchema
{
    private static readonly HashSet<string> _keys =
    [
        "all", "00", "01", "253", "255", "401", "402", "410", "411", "412", "413", "414", "415", "417", "8003", "8004", "8006", "8010", "8013", "8017", "8018",
    ];

    public static void AssertValid(JsonObject description)
    {
        Assert.True(Uri.IsWellFormedUriString((string)description["resolverRoot"]!, UriKind.Absolute));
        Assert.All(description["supportedPrimaryKeys"]!.AsArray(), key => Assert.Contains((string)key!, _keys));
        Assert.All(description["supportedLinkType"]!.AsArray(), vocabulary =>
        {
            Assert.True(Uri.IsWellFormedUriString((string)vocabulary!["namespace"]!, UriKind.Absolute));
            Assert.EndsWith(":", (string)vocabulary["prefix"]!, StringComparison.Ordinal);
        });
        Assert.Equal(JsonValueKind.False, description["linkTypeDefaultCanBeLinkset"]!.GetValueKind());
        Assert.True(Uri.IsWellFormedUriString((string)description["jsonLdContextLocation"]!, UriKind.Absolute));
        Assert.Equal(JsonValueKind.String, description["name"]!.GetValueKind());
        Assert.Equal(JsonValueKind.String, description["contact"]!["fn"]!.GetValueKind());
    }
}

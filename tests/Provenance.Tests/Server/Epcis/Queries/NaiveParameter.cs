using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provenance.Tests.Server.Epcis.Queries;

/// <summary>A query parameter as a person reads the standard: which values of an event it looks at, and how they compare. Written for tests, slow and simple.</summary>
/// <param name="Name">With its operator.</param>
/// <param name="Values">All of an event's values that it looks at, as texts.</param>
/// <param name="Kind">How two texts are the same, or one is more.</param>
internal sealed record NaiveParameter(string Name, Func<JsonObject, IEnumerable<string>> Values, string Kind)
{
    private string Operator => Name.StartsWith("HASATTR", StringComparison.Ordinal) || Name.StartsWith("EQATTR", StringComparison.Ordinal) || Name.StartsWith("WD_", StringComparison.Ordinal)
        || Name == "eventType" ? "EQ" : Name[..Name.IndexOf('_', StringComparison.Ordinal)];

    public bool Holds(JsonObject e, IReadOnlyList<string> asked, QueryWorld world)
    {
        var held = Values(e).ToList();
        return Operator switch
        {
            "EXISTS" => held.Count > 0,
            "MATCH" => held.Any(value => asked.Any(query => Matches(world, value, query))),
            "EQ" => held.Any(value => asked.Any(query => Compare(world, value, query) == 0)),
            "GT" => held.Any(value => Compare(world, value, asked[0]) > 0),
            "GE" => held.Any(value => Compare(world, value, asked[0]) >= 0),
            "LT" => held.Any(value => Compare(world, value, asked[0]) < 0),
            "LE" => held.Any(value => Compare(world, value, asked[0]) <= 0),
            _ => throw new InvalidOperationException(Name),
        };
    }

    /// <summary>A value that an event with this one fulfils, where the order allows it.</summary>
    public string Ask(string value) => (Operator, Kind) switch
    {
        ("EXISTS", _) => "true",
        ("GT", "number") => (decimal.Parse(value, CultureInfo.InvariantCulture) - 1).ToString(CultureInfo.InvariantCulture),
        ("LT", "number") => (decimal.Parse(value, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture),
        ("LT", "time") => DateTimeOffset.Parse(value, CultureInfo.InvariantCulture).AddDays(1).ToString("O", CultureInfo.InvariantCulture),
        ("GT", "time") => DateTimeOffset.Parse(value, CultureInfo.InvariantCulture).AddDays(-1).ToString("O", CultureInfo.InvariantCulture),
        _ => value,
    };

    private static bool Matches(QueryWorld world, string value, string query)
    {
        if (query.EndsWith(".*.*", StringComparison.Ordinal))
        {
            // All items of a company; its GTINs begin with it behind the indicator digit.
            return world.Canonical.GetValueOrDefault(value, value).StartsWith("https://id.gs1.org/01/0" + query.Split(':')[^1].Split('.')[0], StringComparison.Ordinal);
        }
        var (held, asked) = (world.Canonical.GetValueOrDefault(value, value), world.Canonical.GetValueOrDefault(query, query));
        return held == asked || world.ClassOf.GetValueOrDefault(held) == asked;
    }

    private int Compare(QueryWorld world, string value, string query) => Kind switch
    {
        "number" => decimal.Parse(value, CultureInfo.InvariantCulture).CompareTo(decimal.Parse(query, CultureInfo.InvariantCulture)),
        "time" => DateTimeOffset.Parse(value, CultureInfo.InvariantCulture).CompareTo(DateTimeOffset.Parse(query, CultureInfo.InvariantCulture)),
        "word" => string.CompareOrdinal(Word(value), Word(query)),
        "id" => string.CompareOrdinal(world.Canonical.GetValueOrDefault(value, value), world.Canonical.GetValueOrDefault(query, query)),
        "hex" => string.Compare(value, query, StringComparison.OrdinalIgnoreCase),
        _ => string.CompareOrdinal(value, query),
    };

    public static string Word(string word)
    {
        foreach (var prefix in (string[])["ex:", "my:"])
        {
            if (word.StartsWith(prefix, StringComparison.Ordinal))
            {
                return QueryWorld.Namespace + word[prefix.Length..];
            }
        }
        foreach (var prefix in (string[])["https://ref.gs1.org/cbv/BizStep-", "https://ref.gs1.org/cbv/Disp-", "https://ref.gs1.org/voc/"])
        {
            if (word.StartsWith(prefix, StringComparison.Ordinal))
            {
                return word[prefix.Length..];
            }
        }
        return word.StartsWith("urn:epcglobal:cbv:", StringComparison.Ordinal) ? word[(word.LastIndexOf(':') + 1)..] : word;
    }
}

/// <summary>Every parameter of SimpleEventQuery but those that order and count.</summary>
internal static class NaiveParameters
{
    private static readonly string[] Orders = ["EQ", "GT", "GE", "LT", "LE"];

    public static IReadOnlyList<NaiveParameter> All { get; } = [.. Fixed(), .. Sensors(), .. Extensions(), .. Typed()];

    /// <summary>What stands at the end of a path, through lists.</summary>
    public static IEnumerable<JsonNode> At(JsonNode? node, params string[] path) => node switch
    {
        null => [],
        JsonArray array => array.SelectMany(element => At(element, path)),
        _ when path.Length == 0 => [node],
        JsonObject o => At(o[path[0]], path[1..]),
        _ => [],
    };

    public static string Text(JsonNode node) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    private static Func<JsonObject, IEnumerable<string>> Field(params string[][] paths) => e => paths.SelectMany(path => At(e, path)).Select(Text);

    private static IEnumerable<NaiveParameter> Fixed()
    {
        string[][] quantities = [["quantityList"], ["childQuantityList"], ["inputQuantityList"], ["outputQuantityList"]];
        yield return new("eventType", Field(["type"]), "text");
        foreach (var (name, path, kind) in new (string, string[], string)[]
        {
            ("EQ_action", ["action"], "text"), ("EQ_bizStep", ["bizStep"], "word"), ("EQ_disposition", ["disposition"], "word"),
            ("EQ_persistentDisposition_set", ["persistentDisposition", "set"], "word"), ("EQ_persistentDisposition_unset", ["persistentDisposition", "unset"], "word"),
            ("EQ_readPoint", ["readPoint", "id"], "id"), ("WD_readPoint", ["readPoint", "id"], "id"), ("EQ_bizLocation", ["bizLocation", "id"], "id"), ("WD_bizLocation", ["bizLocation", "id"], "id"),
            ("EQ_transformationID", ["transformationID"], "text"), ("EQ_eventID", ["eventID"], "text"), ("GE_eventTime", ["eventTime"], "time"), ("LT_eventTime", ["eventTime"], "time"),
            ("EXISTS_errorDeclaration", ["errorDeclaration"], "text"), ("GE_errorDeclarationTime", ["errorDeclaration", "declarationTime"], "time"), ("LT_errorDeclarationTime", ["errorDeclaration", "declarationTime"], "time"),
            ("GE_errorDeclaration_Time", ["errorDeclaration", "declarationTime"], "time"), ("LT_errorDeclaration_Time", ["errorDeclaration", "declarationTime"], "time"),
            ("EQ_errorReason", ["errorDeclaration", "reason"], "word"), ("EQ_correctiveEventID", ["errorDeclaration", "correctiveEventIDs"], "text"),
            ("MATCH_parentID", ["parentID"], "id"), ("MATCH_inputEPC", ["inputEPCList"], "id"), ("MATCH_outputEPC", ["outputEPCList"], "id"),
            ("MATCH_inputEPCClass", ["inputQuantityList", "epcClass"], "id"), ("MATCH_outputEPCClass", ["outputQuantityList", "epcClass"], "id"),
        })
        {
            yield return new(name, Field(path), kind);
        }
        yield return new("MATCH_epc", Field(["epcList"], ["childEPCs"]), "id");
        yield return new("MATCH_anyEPC", Field(["epcList"], ["childEPCs"], ["parentID"], ["inputEPCList"], ["outputEPCList"]), "id");
        yield return new("MATCH_epcClass", Field(["quantityList", "epcClass"], ["childQuantityList", "epcClass"]), "id");
        yield return new("MATCH_anyEPCClass", Field([.. quantities.Select(list => (string[])[.. list, "epcClass"])]), "id");
        foreach (var order in Orders)
        {
            yield return new(order + "_quantity", Field([.. quantities.Select(list => (string[])[.. list, "quantity"])]), "number");
            yield return new(order + "_quantity_KGM", e => quantities.SelectMany(list => At(e, list)).Where(q => (string?)q["uom"] == "KGM").Select(q => Text(q["quantity"]!)), "number");
        }
    }

    private static IEnumerable<NaiveParameter> Sensors()
    {
        string[] metadata = ["sensorElementList", "sensorMetadata"], report = ["sensorElementList", "sensorReport"];
        yield return new("EXISTS_sensorElementList", Field(["sensorElementList"]), "text");
        foreach (var bound in (string[])["GE_", "LT_"])
        {
            yield return new(bound + "time", Field([.. metadata, "time"], [.. report, "time"]), "time");
            yield return new(bound + "startTime", Field([.. metadata, "startTime"]), "time");
            yield return new(bound + "endTime", Field([.. metadata, "endTime"]), "time");
        }
        yield return new("EQ_type", Field([.. report, "type"]), "word");
        foreach (var name in (string[])["deviceID", "dataProcessingMethod", "bizRules"])
        {
            yield return new("EQ_" + name, Field([.. metadata, name], [.. report, name]), "id");
        }
        foreach (var (name, kind) in new[] { ("microorganism", "id"), ("chemicalSubstance", "id"), ("stringValue", "text"), ("booleanValue", "text"), ("hexBinaryValue", "hex"), ("uriValue", "id") })
        {
            yield return new("EQ_" + name, Field([.. report, name]), kind);
        }
        foreach (var order in Orders)
        {
            if (order != "EQ")
            {
                yield return new(order + "_percRank", Field([.. report, "percRank"]), "number");
            }
            foreach (var name in order == "EQ" ? new[] { "value" } : ["value", "minValue", "maxValue", "meanValue", "sDev", "percValue"])
            {
                yield return new($"{order}_{name}_CEL", e => At(e, report).Where(r => (string?)r["uom"] == "CEL").Select(r => Text(r[name]!)), "number");
            }
        }
    }

    private static IEnumerable<NaiveParameter> Extensions()
    {
        var holders = new Dictionary<string, string[]>
        {
            [""] = [],
            ["ILMD_"] = ["ilmd"],
            ["ERROR_DECLARATION_"] = ["errorDeclaration"],
            ["SENSORELEMENT_"] = ["sensorElementList"],
            ["SENSORMETADATA_"] = ["sensorElementList", "sensorMetadata"],
            ["SENSORREPORT_"] = ["sensorElementList", "sensorReport"],
            ["readPoint_"] = ["readPoint"],
            ["bizLocation_"] = ["bizLocation"],
        };
        foreach (var (holder, path) in holders)
        {
            foreach (var order in holder is "readPoint_" or "bizLocation_" ? ["EQ"] : Orders.Append("EXISTS"))
            {
                var (name, kind) = order switch { "EQ" => ("text", "text"), "EXISTS" => ("box", "text"), "GE" or "LT" => ("time", "time"), _ => ("num", "number") };
                yield return new($"{order}_{holder}ex:{name}", e => At(e, path).SelectMany(node => Own(node, name)).Select(Text), kind);
                var inner = order == "EXISTS" ? "list" : name;
                yield return new($"{order}_INNER_{holder}ex:{inner}", e => At(e, path).SelectMany(node => Boxes(node)).SelectMany(box => Deep(box, inner)).Select(Text), kind);
            }
        }
        yield return new("HASATTR_ex:attributed", e => Own(e, "attributed").SelectMany(value => value.AsObject().Select(member => member.Key)), "text");
        yield return new("EQATTR_ex:attributed_ex:colour", e => Own(e, "attributed").Select(value => Text(value["ex:colour"]!)), "text");
        yield return new("EQ_ATTR_ex:attributed_ex:colour", e => Own(e, "attributed").Select(value => Text(value["ex:colour"]!)), "text");
    }

    private static IEnumerable<NaiveParameter> Typed()
    {
        foreach (var (member, type) in new[] { ("bizTransaction", "po"), ("bizTransaction", "inv"), ("source", "owning_party"), ("source", "location"), ("destination", "possessing_party"), ("destination", "owning_party") })
        {
            yield return new($"EQ_{member}_{type}", e => At(e, member + "List").Where(entry => NaiveParameter.Word(Text(entry["type"]!)) == type).Select(entry => Text(entry[member]!)), "id");
        }
    }

    private static IEnumerable<JsonNode> Own(JsonNode holder, string name) =>
        holder.AsObject().Where(member => member.Key == "ex:" + name || member.Key == "my:" + name).SelectMany(member => At(member.Value));

    private static IEnumerable<JsonNode> Boxes(JsonNode holder) => holder.AsObject().Where(member => member.Key.Contains(':', StringComparison.Ordinal)).Select(member => member.Value!);

    private static IEnumerable<JsonNode> Deep(JsonNode? node, string name) => node switch
    {
        JsonArray array => array.SelectMany(element => Deep(element, name)),
        JsonObject o => Own(o, name).Concat(o.SelectMany(member => Deep(member.Value, name))),
        _ => [],
    };
}

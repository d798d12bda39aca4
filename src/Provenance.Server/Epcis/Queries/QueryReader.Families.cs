using System.Text.Json;
using System.Text.RegularExpressions;
using Provenance.Core.Epcis;

namespace Provenance.Server.Epcis.Queries;

// Sensor parameters, and the families whose names end in a type, a unit or an extension field.
internal sealed partial class QueryReader
{
    private static readonly Dictionary<string, string[]> Holders = new(StringComparer.Ordinal)
    {
        [""] = [],
        ["ILMD_"] = ["ilmd"],
        ["ERROR_DECLARATION_"] = ["errorDeclaration"],
        ["readPoint_"] = ["readPoint"],
        ["bizLocation_"] = ["bizLocation"],
        ["SENSORELEMENT_"] = SensorPaths.Element,
        ["SENSORMETADATA_"] = SensorPaths.Metadata,
        ["SENSORREPORT_"] = SensorPaths.Report,
    };

    [GeneratedRegex("^(?<op>EQ|GT|GE|LT|LE)_(?<what>quantity|value|minValue|maxValue|meanValue|sDev|percValue)_(?<uom>[A-Z0-9]{2,4})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Measured { get; }

    [GeneratedRegex("^EQ_(?<list>bizTransaction|source|destination)_(?<type>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Typed { get; }

    [GeneratedRegex(
        "^(?<op>EQ|GT|GE|LT|LE|EXISTS)_(?<inner>INNER_)?(?<holder>ILMD_|ERROR_DECLARATION_|SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_|readPoint_|bizLocation_|)(?<field>.+)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Extension { get; }

    [GeneratedRegex("^(?<op>EQ|GT|GE|LT|LE)_(?<what>quantity|percRank)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Unitless { get; }

    private bool TrySensor(QueryArgument argument, out EventCondition? condition)
    {
        var source = Terms([IndexTerms.Sensor]);
        (var isOne, condition) = argument.Name switch
        {
            "EXISTS_sensorElementList" => (true, Exists(argument, source, e => e.At(SensorPaths.Element))),
            "GE_time" => (true, Times(argument, Comparison.GE, source, [.. SensorPaths.Of("time")])),
            "LT_time" => (true, Times(argument, Comparison.LT, source, [.. SensorPaths.Of("time")])),
            "GE_startTime" => (true, Times(argument, Comparison.GE, source, [.. SensorPaths.Metadata, "startTime"])),
            "LT_startTime" => (true, Times(argument, Comparison.LT, source, [.. SensorPaths.Metadata, "startTime"])),
            "GE_endTime" => (true, Times(argument, Comparison.GE, source, [.. SensorPaths.Metadata, "endTime"])),
            "LT_endTime" => (true, Times(argument, Comparison.LT, source, [.. SensorPaths.Metadata, "endTime"])),
            "EQ_type" => (true, Words(argument, CbvWords.Measurement, _ => IndexTerms.Sensor, [.. SensorPaths.Report, "type"])),
            "EQ_deviceID" => (true, Ids(argument, IndexTerms.Device, [.. SensorPaths.Of("deviceID")])),
            "EQ_dataProcessingMethod" or "EQ_bizRules" => (true, Ids(argument, _ => IndexTerms.Sensor, [.. SensorPaths.Of(argument.Name[3..])])),
            "EQ_microorganism" or "EQ_chemicalSubstance" or "EQ_uriValue" => (true, Ids(argument, _ => IndexTerms.Sensor, [.. SensorPaths.Report, argument.Name[3..]])),
            "EQ_stringValue" => (true, Texts(argument, source, [.. SensorPaths.Report, "stringValue"])),
            "EQ_hexBinaryValue" => (true, HexBinary(argument, source)),
            "EQ_booleanValue" => (true, Boolean(argument, source)),
            _ => (false, default(EventCondition)),
        };
        return isOne;
    }

    private bool TryFamily(QueryArgument argument, out EventCondition? condition)
    {
        if (Unitless.Match(argument.Name) is { Success: true } unitless && argument.Name != "EQ_percRank")
        {
            condition = unitless.Groups["what"].Value == "quantity"
                ? Numbers(argument, OpOf(unitless), null, e => AllQuantityLists.SelectMany(list => e.At(list, "quantity")))
                : Numbers(argument, OpOf(unitless), Terms([IndexTerms.Sensor]), e => e.At([.. SensorPaths.Report, "percRank"]));
            return true;
        }
        if (Measured.Match(argument.Name) is { Success: true } measured && (OpOf(measured) != Comparison.EQ || measured.Groups["what"].Value is "quantity" or "value"))
        {
            condition = Measure(argument, OpOf(measured), measured.Groups["what"].Value, measured.Groups["uom"].Value);
            return true;
        }
        if (Typed.Match(argument.Name) is { Success: true } typed)
        {
            condition = OfType(argument, typed.Groups["list"].Value, typed.Groups["type"].Value);
            return true;
        }
        if (TryAttribute(argument, out condition))
        {
            return true;
        }
        if (Extension.Match(argument.Name) is { Success: true } extension && FieldName.IsOne(extension.Groups["field"].Value))
        {
            condition = OfExtension(argument, extension);
            return true;
        }
        condition = null;
        return false;
    }

    private EventCondition? Measure(QueryArgument argument, Comparison comparison, string what, string uom)
    {
        if (what == "quantity")
        {
            return Numbers(argument, comparison, null, e => AllQuantityLists.SelectMany(list => e.At(list)).Where(element => IsIn(element, uom)).SelectMany(Member));
        }
        return Numbers(argument, comparison, Terms([IndexTerms.Sensor]), e => e.At(SensorPaths.Report).Where(report => IsIn(report, uom)).SelectMany(Member));

        IEnumerable<JsonElement> Member(JsonElement holder) => holder.TryGetProperty(what, out var value) ? [value] : [];

        static bool IsIn(JsonElement holder, string uom) => holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty("uom", out var held)
            && held.ValueKind == JsonValueKind.String && held.ValueEquals(uom);
    }

    private EventCondition? OfType(QueryArgument argument, string member, string type)
    {
        var list = member == "bizTransaction" ? CbvWords.Transaction : CbvWords.SourceDestination;
        var meant = CanonicalWord.Of(list, type, () => namespaces);
        if (!list.Words.Contains(meant) && !list.Accepts(type))
        {
            Refuse(argument, $"'{type}' is no {list.Label} and no URI of your own.");
            return null;
        }
        if (WrongUri(argument))
        {
            return null;
        }
        var anEvent = new QueriedEvent(default, own);
        var ids = argument.List.Select(anEvent.Id).ToHashSet(StringComparer.Ordinal);
        return new EventCondition(
            e => e.At(member + "List").Any(entry => Text(entry, "type") is { } held && e.Word(list, held) == meant && Text(entry, member) is { } id && ids.Contains(e.Id(id))),
            Terms(ids.Select(id => member switch
            {
                "source" => IndexTerms.Source(id),
                "destination" => IndexTerms.Destination(id),
                _ => IndexTerms.Transaction(id),
            })));
    }

    private EventCondition? OfExtension(QueryArgument argument, Match match)
    {
        var field = new FieldName(match.Groups["field"].Value, namespaces);
        var holders = Holders[match.Groups["holder"].Value];
        var isInner = match.Groups["inner"].Success;
        var source = match.Groups["holder"].Value switch
        {
            "ERROR_DECLARATION_" => Terms([IndexTerms.Declaration]),
            "SENSORELEMENT_" or "SENSORMETADATA_" or "SENSORREPORT_" => Terms([IndexTerms.Sensor]),
            _ => null,
        };
        if (match.Groups["op"].Value == "EXISTS")
        {
            return Exists(argument, source, Found);
        }
        var comparison = OpOf(match);
        var operands = argument.List.Select(text => new Operand(text.Replace(' ', '+') is var unbroken && EventInstant.TryParse(unbroken, out _) ? unbroken : text)).ToList();
        if (comparison != Comparison.EQ && (operands.Count > 1 || !operands[0].HasOrder))
        {
            Refuse(argument, "More and less compare with one number, or one date and time with offset.");
            return null;
        }
        return new EventCondition(e => Found(e).Any(value => operands.Any(operand => operand.Compares(value, comparison))), source);

        IEnumerable<JsonElement> Found(QueriedEvent e) => e.At(holders).SelectMany(holder => isInner ? field.Within(holder, e) : field.In(holder, e));
    }

    private EventCondition? HexBinary(QueryArgument argument, IReadOnlyList<IndexKey> source)
    {
        if (argument.List.FirstOrDefault(text => !text.All(char.IsAsciiHexDigit)) is { } wrong)
        {
            Refuse(argument, $"'{wrong}' is not hexadecimal.");
            return null;
        }
        // The same bytes in either case of their digits (xsd:hexBinary).
        var values = argument.List.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new EventCondition(e => e.TextsAt([.. SensorPaths.Report, "hexBinaryValue"]).Any(values.Contains), source);
    }

    private EventCondition? Boolean(QueryArgument argument, IReadOnlyList<IndexKey> source)
    {
        if (argument.Text is not ("true" or "false"))
        {
            Refuse(argument, "The value is true or false.");
            return null;
        }
        var kind = argument.Text == "true" ? JsonValueKind.True : JsonValueKind.False;
        return new EventCondition(e => e.At([.. SensorPaths.Report, "booleanValue"]).Any(value => value.ValueKind == kind), source);
    }

    private static Comparison OpOf(Match match) => Enum.Parse<Comparison>(match.Groups["op"].Value);

    private static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

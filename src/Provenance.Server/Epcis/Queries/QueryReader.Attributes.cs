using System.Text.Json;
using System.Text.RegularExpressions;

namespace Provenance.Server.Epcis.Queries;

// HASATTR and EQATTR: attributes that master data states of a field's value, or that the value has itself, as XML attributes become in JSON.
internal sealed partial class QueryReader
{
    [GeneratedRegex("^(?<op>EQATTR|EQ_ATTR)_(?<rest>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex EqualAttribute { get; }

    private bool TryAttribute(QueryArgument argument, out EventCondition? condition)
    {
        const string has = "HASATTR_";
        condition = null;
        if (argument.Name.StartsWith(has, StringComparison.Ordinal) && argument.Name.Length > has.Length)
        {
            var field = argument.Name[has.Length..];
            var names = argument.List.Select(name => new FieldName(name, namespaces)).ToList();
            condition = new EventCondition(e => ValuesOf(field, e).Any(value => names.Any(name => Attribute(value, name, e).Any())));
            return true;
        }
        if (EqualAttribute.Match(argument.Name) is { Success: true } match)
        {
            // Nothing says where the field's name ends, and both may hold the line that parts them: each reading counts.
            var rest = match.Groups["rest"].Value;
            var readings = Enumerable.Range(1, Math.Max(rest.Length - 2, 0)).Where(at => rest[at] == '_')
                .Select(at => (Field: rest[..at], Name: new FieldName(rest[(at + 1)..], namespaces))).ToList();
            if (readings.Count == 0)
            {
                return false;
            }
            var operands = argument.List.Select(text => new Operand(text)).ToList();
            condition = new EventCondition(e => readings.Any(reading => ValuesOf(reading.Field, e)
                .SelectMany(value => Attribute(value, reading.Name, e)).Any(value => operands.Any(operand => operand.Compares(value, Comparison.EQ)))));
            return true;
        }
        return false;
    }

    /// <summary>What stands in a field: of the standard by its name, or an extension.</summary>
    private IEnumerable<JsonElement> ValuesOf(string field, QueriedEvent e) =>
        FieldName.IsOne(field) ? new FieldName(field, namespaces).In(e.Json, e).SelectMany(QueriedEvent.Each) : e.At(field);

    private IEnumerable<JsonElement> Attribute(JsonElement value, FieldName name, QueriedEvent e)
    {
        var own = name.In(value, e);
        var id = value.ValueKind == JsonValueKind.String ? value.GetString() : Operand.Scalars(value).FirstOrDefault() is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        return own.Concat(id is null ? [] : stated.Of(id).SelectMany(attributes => attributes.EnumerateObject())
            .Where(attribute => name.IsMasterData(attribute.Name)).Select(attribute => attribute.Value)).Where(found => found.ValueKind != JsonValueKind.Null);
    }
}

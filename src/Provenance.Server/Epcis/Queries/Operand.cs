using System.Text.Json;
using Provenance.Core.Epcis;

namespace Provenance.Server.Epcis.Queries;

/// <summary>What a query compares an extension field with. No schema says which type the field has, so each value is read as what it can be.</summary>
internal sealed class Operand
{
    private readonly string _text;
    private readonly Number? _number;
    private readonly DateTimeOffset? _time;

    public Operand(string text)
    {
        _text = text;
        _number = Number.TryParse(text, out var number) ? number : null;
        _time = EventInstant.TryParse(text, out var time) ? time : null;
    }

    /// <summary>Whether more and less mean anything of it.</summary>
    public bool HasOrder => _number is not null || _time is not null;

    /// <param name="value">Of an extension, as stored: a scalar, a list of them, or a JSON-LD value or reference.</param>
    public bool Compares(JsonElement value, Comparison comparison) => Scalars(value).Any(scalar => ComparesScalar(scalar, comparison));

    /// <summary>The plain values that a value of JSON-LD stands for.</summary>
    public static IEnumerable<JsonElement> Scalars(JsonElement value) => QueriedEvent.Each(value).SelectMany(one => one.ValueKind switch
    {
        JsonValueKind.Array => Scalars(one),
        JsonValueKind.Object => new[] { "@value", "@id", "id" }.Where(name => one.TryGetProperty(name, out _)).Take(1).SelectMany(name => Scalars(one.GetProperty(name))),
        _ => [one],
    });

    private bool ComparesScalar(JsonElement scalar, Comparison comparison) => scalar.ValueKind switch
    {
        JsonValueKind.Number => _number is { } number && Number.TryParse(scalar.GetRawText(), out var held) && comparison.Allows(held.CompareTo(number)),
        JsonValueKind.String => ComparesText(scalar.GetString()!, comparison),
        JsonValueKind.True or JsonValueKind.False => comparison == Comparison.EQ && scalar.GetRawText() == _text,
        _ => false,
    };

    private bool ComparesText(string text, Comparison comparison)
    {
        if (comparison == Comparison.EQ && text == _text)
        {
            return true;
        }
        if (_time is { } time)
        {
            return EventInstant.TryParse(text, out var held) && comparison.Allows(held.CompareTo(time));
        }
        // XML has no numbers, so an extension that came from it holds them as text: more and less are numeric, equal is literal.
        return comparison != Comparison.EQ && _number is { } number && Number.TryParse(text, out var value) && comparison.Allows(value.CompareTo(number));
    }
}

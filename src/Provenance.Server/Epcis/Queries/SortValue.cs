using System.Text.Json;
using Provenance.Core.Epcis;

namespace Provenance.Server.Epcis.Queries;

/// <summary>An extension's value as answers are ordered by it: numbers, then times, then texts by their code points; nothing at all last.</summary>
internal readonly record struct SortValue : IComparable<SortValue>
{
    private readonly int _rank;
    private readonly Number _number;
    private readonly DateTimeOffset _time;
    private readonly string? _text;

    private SortValue(int rank, Number number, DateTimeOffset time, string? text) => (_rank, _number, _time, _text) = (rank, number, time, text);

    public static IComparer<SortValue> Descending { get; } = Comparer<SortValue>.Create((a, b) => b.CompareTo(a));

    /// <summary>The event has no such field.</summary>
    public bool IsNone => _rank == 0;

    public static SortValue Of(JsonElement scalar)
    {
        var text = scalar.ValueKind == JsonValueKind.String ? scalar.GetString()! : scalar.GetRawText();
        return Number.TryParse(text, out var number) ? new SortValue(1, number, default, null)
            : EventInstant.TryParse(text, out var time) ? new SortValue(2, default, time, null)
            : new SortValue(3, default, default, text);
    }

    public int CompareTo(SortValue other) => _rank != other._rank ? _rank.CompareTo(other._rank) : _rank switch
    {
        1 => _number.CompareTo(other._number),
        2 => _time.CompareTo(other._time),
        _ => string.CompareOrdinal(_text, other._text),
    };
}

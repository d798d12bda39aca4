namespace Provenance.Core.Epcis;

/// <summary>One rule that a received document breaks, and where.</summary>
/// <param name="Event">Which event of the document, counted from 1; null when the fault is outside the events.</param>
/// <param name="Path">JSON Pointer (RFC 6901) into what was received; empty for the whole document.</param>
/// <param name="Rule">What is wrong, written to follow the pointer: "is missing", "is no absolute URI".</param>
/// <param name="Value">The offending JSON text, cut at 80 characters; null where there is none.</param>
public sealed record EpcisProblem(int? Event, string Path, string Rule, string? Value)
{
    private const int LongestValue = 80;

    /// <summary>A problem whose value is shortened for display.</summary>
    public static EpcisProblem At(int? number, string path, string rule, string? value) =>
        new(number, path, rule, value is { Length: > LongestValue } ? value[..LongestValue] + "…" : value);

    /// <summary>A sentence: event number, pointer, rule, value.</summary>
    public override string ToString() =>
        (Event is { } n ? $"event {n}: " : "") + (Path.Length == 0 ? "the document" : Path) + " " + Rule + (Value is null ? "" : ": " + Value);
}

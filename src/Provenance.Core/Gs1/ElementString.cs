using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Provenance.Core.Gs1;

/// <summary>GS1 element strings: as printed, (01)…(10)…, and as a scanner sends them, with the separator FNC1 as GS (U+001D).</summary>
public static class ElementString
{
    /// <summary>FNC1 as scanners transmit it (General Specifications §7.8.3).</summary>
    public const char Separator = '\u001d';

    private static readonly string[] _symbologies = ["]C1", "]e0", "]d2", "]Q3", "]J1"];

    /// <summary>True where the text can only be meant as an element string.</summary>
    public static bool LooksLikeOne(string text) =>
        text.Length > 0 && (text[0] is '(' or Separator || (text[0] == ']' && _symbologies.Any(s => text.StartsWith(s, StringComparison.Ordinal))));

    /// <summary>Reads either form and checks each value, and that an AI given twice has one value.</summary>
    /// <remarks><see cref="AiAssociations"/> judges which AIs belong together.</remarks>
    public static bool TryParse(string text, out IReadOnlyList<AiValue> values, [NotNullWhen(false)] out string? error)
    {
        var body = _symbologies.Any(s => text.StartsWith(s, StringComparison.Ordinal)) ? text[3..] : text;
        var read = new List<AiValue>();
        error = body.StartsWith('(') ? ReadBracketed(body, read) : ReadScanned(body, read);
        error ??= read.Count == 0 ? "an element string holds at least one AI" : AiAssociations.RepeatFault(read);
        values = error is null ? read : [];
        return error is null;
    }

    /// <summary>As printed below a bar code: (01)…(10)….</summary>
    public static string Print(IEnumerable<AiValue> values)
    {
        var text = new StringBuilder();
        foreach (var (ai, value) in values)
        {
            text.Append('(').Append(ai.Code).Append(')').Append(value.Replace("(", "\\(", StringComparison.Ordinal));
        }
        return text.ToString();
    }

    /// <summary>As encoded in a bar code, without the leading FNC1.</summary>
    public static string Encode(IReadOnlyList<AiValue> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            text.Append(values[i].Ai.Code).Append(values[i].Value);
            if (i + 1 < values.Count && !values[i].Ai.IsPredefinedLength)
            {
                text.Append(Separator);
            }
        }
        return text.ToString();
    }

    // A bracket inside a value is written \( .
    private static string? ReadBracketed(string text, List<AiValue> values)
    {
        var at = 0;
        while (at < text.Length)
        {
            var close = text.IndexOf(')', at);
            if (close < 0)
            {
                return $"the AI that begins '{text[at..]}' lacks its closing bracket";
            }
            if (!Ai.TryGet(text.AsSpan(at + 1, close - at - 1), out var ai))
            {
                return $"({text[(at + 1)..close]}) is not a GS1 Application Identifier";
            }
            var next = close + 1;
            while (next < text.Length && (text[next] != '(' || text[next - 1] == '\\'))
            {
                next++;
            }
            var value = text[(close + 1)..next].Replace("\\(", "(", StringComparison.Ordinal);
            if (ai.Fault(value) is { } fault)
            {
                return fault;
            }
            values.Add(new AiValue(ai, value));
            at = next;
        }
        return null;
    }

    private static string? ReadScanned(string text, List<AiValue> values)
    {
        var at = text.StartsWith(Separator) ? 1 : 0;
        while (at < text.Length)
        {
            if (Ai.AtStartOf(text.AsSpan(at)) is not { } ai)
            {
                return $"no GS1 Application Identifier begins '{text[at..Math.Min(text.Length, at + 4)]}'";
            }
            at += ai.Code.Length;
            var separator = text.IndexOf(Separator, at);
            var end = separator < 0 ? text.Length : separator;
            if (ai.IsPredefinedLength)
            {
                end = Math.Min(end, at + ai.MaxLength);
            }
            var value = text[at..end];
            if (ai.Fault(value) is { } fault)
            {
                return fault;
            }
            values.Add(new AiValue(ai, value));
            at = end < text.Length && text[end] == Separator ? end + 1 : end;
        }
        return null;
    }
}

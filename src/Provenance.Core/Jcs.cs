using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Provenance.Core;

/// <summary>
/// RFC 8785 (JSON Canonicalization Scheme), restricted to null, booleans, strings, arrays, objects and integers of magnitude below 2^53:
/// what two languages print alike without a float printer between them.
/// </summary>
public static class Jcs
{
    private const long Limit = 1L << 53;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Parses JSON that must already stand in canonical form, byte for byte.</summary>
    /// <exception cref="FormatException">No JSON, a member twice, a number outside the restriction, or another spelling of the same.</exception>
    public static JsonElement ParseCanonical(ReadOnlyMemory<byte> utf8)
    {
        var element = Parse(utf8);
        return Canonicalize(element).AsSpan().SequenceEqual(utf8.Span)
            ? element
            : throw new FormatException("The JSON is not in canonical form (RFC 8785).");
    }

    /// <summary>The canonical bytes of any JSON text within the restriction.</summary>
    /// <exception cref="FormatException">As for <see cref="ParseCanonical"/>, but for the spelling.</exception>
    public static byte[] Canonicalize(ReadOnlyMemory<byte> utf8) => Canonicalize(Parse(utf8));

    /// <summary>The canonical bytes of an element without duplicate members.</summary>
    /// <exception cref="FormatException">A number outside the restriction, or a lone surrogate.</exception>
    public static byte[] Canonicalize(JsonElement element)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, element);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A string as RFC 8785 §3.2.2.2 spells it, quotes included.</summary>
    /// <exception cref="FormatException">A lone surrogate.</exception>
    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        output.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= 0x20 && text[i] is not ('"' or '\\'))
            {
                continue;
            }
            WriteUtf8(output, text[start..i]);
            WriteEscape(output, text[i]);
            start = i + 1;
        }
        WriteUtf8(output, text[start..]);
        output.Write("\""u8);
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: a lone surrogate in a member name
        {
            throw new FormatException($"Not JSON: {e.Message}", e);
        }
    }

    private static void Write(IBufferWriter<byte> output, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(output, element);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                var first = true;
                foreach (var item in element.EnumerateArray())
                {
                    output.Write(first ? ""u8 : ","u8);
                    first = false;
                    Write(output, item);
                }
                output.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteString(output, Text(element));
                break;
            case JsonValueKind.Number:
                WriteNumber(output, element);
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            default:
                output.Write("null"u8);
                break;
        }
    }

    private static void WriteObject(IBufferWriter<byte> output, JsonElement element)
    {
        // Sorted by UTF-16 code units (RFC 8785 §3.2.3), which is what an ordinal comparison of .NET strings does.
        var members = element.EnumerateObject().Select(m => (Name: Name(m), m.Value)).OrderBy(m => m.Name, StringComparer.Ordinal);
        output.Write("{"u8);
        var first = true;
        foreach (var (name, value) in members)
        {
            output.Write(first ? ""u8 : ","u8);
            first = false;
            WriteString(output, name);
            output.Write(":"u8);
            Write(output, value);
        }
        output.Write("}"u8);
    }

    private static void WriteNumber(IBufferWriter<byte> output, JsonElement element)
    {
        if (!element.TryGetInt64(out var number) || number is <= -Limit or >= Limit)
        {
            throw new FormatException($"The number {element.GetRawText()} is not an integer of magnitude below 2^53.");
        }
        output.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
    }

    private static void WriteEscape(IBufferWriter<byte> output, char c) => output.Write(c switch
    {
        '"' => "\\\""u8,
        '\\' => "\\\\"u8,
        '\b' => "\\b"u8,
        '\t' => "\\t"u8,
        '\n' => "\\n"u8,
        '\f' => "\\f"u8,
        '\r' => "\\r"u8,
        _ => Encoding.ASCII.GetBytes($"\\u{(int)c:x4}"),
    });

    private static void WriteUtf8(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        try
        {
            var span = output.GetSpan(StrictUtf8.GetMaxByteCount(text.Length));
            output.Advance(StrictUtf8.GetBytes(text, span));
        }
        catch (EncoderFallbackException e)
        {
            throw new FormatException("A string has a lone surrogate.", e);
        }
    }

    private static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("A string has a lone surrogate.", e);
        }
    }

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("A member name has a lone surrogate.", e);
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
}

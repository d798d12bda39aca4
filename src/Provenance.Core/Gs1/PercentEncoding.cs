using System.Buffers;
using System.Text;

namespace Provenance.Core.Gs1;

/// <summary>The one spelling of a value inside a URI: all but RFC 3986's unreserved characters as %XX of their UTF-8, in upper case.</summary>
public static class PercentEncoding
{
    private static readonly SearchValues<char> _unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>For a path segment.</summary>
    /// <exception cref="EncoderFallbackException">A lone surrogate.</exception>
    public static string Encode(string value)
    {
        if (!value.AsSpan().ContainsAnyExcept(_unreserved))
        {
            return value;
        }
        var text = new StringBuilder(value.Length + 8);
        foreach (var b in _strictUtf8.GetBytes(value))
        {
            if (_unreserved.Contains((char)b))
            {
                text.Append((char)b);
            }
            else
            {
                text.Append('%').Append(b.ToString("X2", null));
            }
        }
        return text.ToString();
    }

    /// <summary>For a value in a query: a space is +, as GS1 Digital Link readers expect it there.</summary>
    public static string EncodeQuery(string value) => Encode(value).Replace("%20", "+", StringComparison.Ordinal);

    /// <summary>Reads a path segment, where + means itself. Null for a broken escape, %00 or bytes that are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<char> segment) => Decode(segment, plusIsSpace: false);

    /// <summary>Reads a query value, where + means a space. Null as with <see cref="Decode(ReadOnlySpan{char})"/>.</summary>
    public static string? DecodeQuery(ReadOnlySpan<char> value) => Decode(value, plusIsSpace: true);

    private static string? Decode(ReadOnlySpan<char> text, bool plusIsSpace)
    {
        if (!text.ContainsAny('%', '+') && Ascii.IsValid(text))
        {
            return text.ToString();
        }
        var bytes = new byte[_strictUtf8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || HexValue(text[i + 1]) is not { } high || HexValue(text[i + 2]) is not { } low || high + low == 0)
                {
                    return null;
                }
                bytes[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else if (text[i] == '+' && plusIsSpace)
            {
                bytes[length++] = (byte)' ';
            }
            else if (text[i] < 0x80)
            {
                bytes[length++] = (byte)text[i];
            }
            else
            {
                // An IRI: the letter stands for its own UTF-8.
                var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                if (char.IsSurrogate(text[i]) && (pair == 1 || !char.IsLowSurrogate(text[i + 1])))
                {
                    return null;
                }
                length += _strictUtf8.GetBytes(text.Slice(i, pair), bytes.AsSpan(length));
                i += pair - 1;
            }
        }
        try
        {
            return _strictUtf8.GetString(bytes.AsSpan(0, length));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>False for text with half a surrogate pair, which has no UTF-8.</summary>
    internal static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(value[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static int? HexValue(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'F' => c - 'A' + 10,
        >= 'a' and <= 'f' => c - 'a' + 10,
        _ => null,
    };
}

namespace Provenance.Core;

/// <summary>Lower-case hex and nothing else: two spellings of one value would be two proofs of one fact.</summary>
public static class Hex
{
    /// <summary>Fills <paramref name="destination"/> exactly; false on any other length, digit or upper case.</summary>
    public static bool TryDecode(ReadOnlySpan<char> hex, Span<byte> destination)
    {
        if (hex.Length != destination.Length * 2)
        {
            return false;
        }
        for (var i = 0; i < destination.Length; i++)
        {
            var high = Value(hex[2 * i]);
            var low = Value(hex[2 * i + 1]);
            if ((high | low) < 0)
            {
                return false;
            }
            destination[i] = (byte)(high << 4 | low);
        }
        return true;
    }

    /// <summary>Decodes <c>0x</c> followed by an even number of lower-case digits; null on anything else.</summary>
    public static byte[]? FindPrefixed(string? text)
    {
        if (text is null || !text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0)
        {
            return null;
        }
        var bytes = new byte[text.Length / 2 - 1];
        return TryDecode(text.AsSpan(2), bytes) ? bytes : null;
    }

    /// <summary><c>0x</c> and lower-case digits.</summary>
    public static string Prefixed(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    private static int Value(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        _ => -1,
    };
}

using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Provenance.Chain.Ethereum;

/// <summary>A non-negative integer as JSON-RPC writes it: 0x, lower-case hex, no leading zeros, zero as 0x0.</summary>
/// <remarks>Strict, because an answer in another spelling comes from a node that we do not understand.</remarks>
public static class Quantity
{
    /// <summary>Digits of 2^256-1, the widest number there is on the chain.</summary>
    private const int MaxDigits = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool TryParse(ReadOnlySpan<char> text, out BigInteger value)
    {
        value = default;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            return false;
        }
        var digits = text[2..];
        var canonical = digits.Length is > 0 and <= MaxDigits && (digits[0] != '0' || digits.Length == 1)
            && !digits.ContainsAnyExcept(Digits);
        // The zero in front keeps .NET from reading a high first digit as a sign.
        return canonical && BigInteger.TryParse($"0{digits}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    public static string Format(UInt128 value) => $"0x{value:x}";

    /// <param name="value">Zero or positive.</param>
    public static string Format(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var digits = value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return "0x" + (digits.Length == 0 ? "0" : digits);
    }
}

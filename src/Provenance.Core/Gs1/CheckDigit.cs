namespace Provenance.Core.Gs1;

/// <summary>The digits and characters that catch a mistyped GS1 key (GS1 General Specifications §7.9).</summary>
public static class CheckDigit
{
    /// <summary>CSET 82, in the order that gives each character its value in the check character pair.</summary>
    internal const string Cset82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    // Without 0, 1, I and O: a check character should not be misread itself.
    private const string PairAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    private static readonly int[] _primes = Primes(97);

    /// <summary>The digit that belongs behind these: weights 3, 1, 3 … from the right, up to the next ten.</summary>
    /// <param name="digits">ASCII digits only, the check digit left out.</param>
    public static char Of(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var weight = (digits.Length - i) % 2 == 1 ? 3 : 1;
            sum += (digits[i] - '0') * weight;
        }
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    /// <summary>True for two or more ASCII digits of which the last is the check digit of the others.</summary>
    public static bool Holds(ReadOnlySpan<char> digits) =>
        digits.Length > 1 && !digits.ContainsAnyExceptInRange('0', '9') && Of(digits[..^1]) == digits[^1];

    /// <summary>The two check characters of a GMN or HIDRI (§7.9.5).</summary>
    /// <param name="model">CSET 82, at most 97 characters, the pair left out.</param>
    /// <returns>Null where a character is not of CSET 82 or there are too many.</returns>
    public static string? PairOf(ReadOnlySpan<char> model)
    {
        if (model.Length > _primes.Length)
        {
            return null;
        }
        var sum = 0;
        for (var i = 0; i < model.Length; i++)
        {
            var value = Cset82.IndexOf(model[i]);
            if (value < 0)
            {
                return null;
            }
            sum += value * _primes[model.Length - 1 - i];
        }
        sum %= 1021;
        return string.Create(2, sum, static (pair, s) => (pair[0], pair[1]) = (PairAlphabet[s / 32], PairAlphabet[s % 32]));
    }

    /// <summary>A GTIN-8, -12, -13 or -14 as the 14 digits that Digital Links and indexes use; null where it is none of these.</summary>
    public static string? Gtin14(ReadOnlySpan<char> gtin) =>
        gtin.Length is 8 or 12 or 13 or 14 && Holds(gtin) ? gtin.ToString().PadLeft(14, '0') : null;

    private static int[] Primes(int count)
    {
        var primes = new List<int>(count);
        for (var n = 2; primes.Count < count; n++)
        {
            if (primes.TrueForAll(p => n % p != 0))
            {
                primes.Add(n);
            }
        }
        return [.. primes];
    }
}

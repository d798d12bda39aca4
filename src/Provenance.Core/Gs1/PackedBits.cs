using System.Globalization;
using System.Numerics;
using System.Text;

namespace Provenance.Core.Gs1;

/// <summary>How GS1 Digital Link: Compression 1.1 writes digits and text as bits, six to a base64url character.</summary>
internal static class PackedBits
{
    internal const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>Bits of a field that gives a length up to <paramref name="most"/>.</summary>
    internal static int OfLength(int most) => (int)Math.Ceiling(Math.Log2(most) + 0.01);

    /// <summary>Bits of a number with so many decimal digits.</summary>
    internal static int OfDigits(int digits) => digits == 0 ? 0 : (int)Math.Ceiling((digits * Math.Log2(10)) + 0.01);

    /// <summary>Reads from the first bit on. Each method answers null where the bits end too early or say what they cannot.</summary>
    internal sealed class Reader(string packed)
    {
        private int _at;

        public int Left => (packed.Length * 6) - _at;

        /// <summary>True where only what fills up the last byte and character is left.</summary>
        public bool IsAtPadding
        {
            get
            {
                for (var at = _at; at < packed.Length * 6; at++)
                {
                    if (Bit(at))
                    {
                        return false;
                    }
                }
                return Left < 12;
            }
        }

        public void Back(int bits) => _at -= bits;

        public int? Number(int bits) => Big(bits) is { } number ? (int)number : null;

        /// <summary>A number with its leading zeros.</summary>
        public string? Digits(int count) => count == 0 ? "" : Big(OfDigits(count)) is { } number && number < BigInteger.Pow(10, count)
            ? number.ToString(CultureInfo.InvariantCulture).PadLeft(count, '0') : null;

        /// <summary>Text that three bits before its length tell the kind of: digits, hex in small or capital letters, base64url, ASCII.</summary>
        /// <param name="lengthBits">0 where the length is known.</param>
        public string? Text(int lengthBits, int length)
        {
            if (Number(3) is not { } kind || (lengthBits == 0 ? length : Number(lengthBits)) is not { } count)
            {
                return null;
            }
            return kind switch
            {
                0 => Digits(count),
                1 => Characters(count, 4, "0123456789abcdef"),
                2 => Characters(count, 4, "0123456789ABCDEF"),
                3 => Characters(count, 6, Alphabet),
                4 => Characters(count, 7, null),
                _ => null,
            };
        }

        public string? Characters(int count, int bits, string? alphabet)
        {
            var text = new StringBuilder(count);
            for (var i = 0; i < count; i++)
            {
                if (Number(bits) is not { } number)
                {
                    return null;
                }
                text.Append(alphabet is null ? (char)number : alphabet[number]);
            }
            return text.ToString();
        }

        private BigInteger? Big(int bits)
        {
            if (bits > Left)
            {
                return null;
            }
            var number = BigInteger.Zero;
            for (var i = 0; i < bits; i++)
            {
                number = (number << 1) | (Bit(_at++) ? 1 : 0);
            }
            return number;
        }

        private bool Bit(int at) => ((Alphabet.IndexOf(packed[at / 6], StringComparison.Ordinal) >> (5 - (at % 6))) & 1) == 1;
    }

    /// <summary>The reverse.</summary>
    internal sealed class Writer
    {
        private readonly List<bool> _bits = [];

        public void Number(BigInteger number, int bits)
        {
            for (var i = bits - 1; i >= 0; i--)
            {
                _bits.Add(((number >> i) & 1) == 1);
            }
        }

        public void Digits(string digits) =>
            Number(digits.Length == 0 ? 0 : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture), OfDigits(digits.Length));

        public void Text(string text, int lengthBits)
        {
            // An empty text is of no kind in particular, and ASCII in GS1's toolkit.
            var kind = text.Length == 0 ? 4 : IsOf(text, "0123456789") ? 0 : IsOf(text, "0123456789abcdef") ? 1 : IsOf(text, "0123456789ABCDEF") ? 2 : IsOf(text, Alphabet) ? 3 : 4;
            Number(kind, 3);
            Number(text.Length, lengthBits);
            if (kind == 0)
            {
                Digits(text);
            }
            else
            {
                Characters(text, kind switch { 3 => 6, 4 => 7, _ => 4 }, kind switch { 1 => "0123456789abcdef", 2 => "0123456789ABCDEF", 3 => Alphabet, _ => null });
            }
        }

        public void Characters(string text, int bits, string? alphabet)
        {
            foreach (var c in text)
            {
                Number(alphabet is null ? c : alphabet.IndexOf(c, StringComparison.Ordinal), bits);
            }
        }

        public override string ToString()
        {
            var text = new StringBuilder((_bits.Count + 5) / 6);
            for (var at = 0; at < _bits.Count; at += 6)
            {
                var value = 0;
                for (var i = at; i < at + 6; i++)
                {
                    value = (value << 1) | (i < _bits.Count && _bits[i] ? 1 : 0);
                }
                text.Append(Alphabet[value]);
            }
            return text.ToString();
        }
    }

    internal static bool IsOf(string text, string alphabet) => text.All(c => alphabet.Contains(c, StringComparison.Ordinal));
}

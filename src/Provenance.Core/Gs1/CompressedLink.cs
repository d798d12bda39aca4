using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Provenance.Core.Gs1;

/// <summary>Digital Links whose AIs, or all of them but the key, are packed into one path segment (GS1 Digital Link: Compression 1.1).</summary>
public static class CompressedLink
{
    // Codes with a letter stand for AIs that often come together.
    private static readonly FrozenDictionary<string, string[]> _sequences = Sequences().ToFrozenDictionary(StringComparer.Ordinal);

    // Where the code's first digits stand for an AI: how long the whole code is.
    private static readonly FrozenDictionary<string, int> _codeLengths =
        Ai.All.GroupBy(ai => ai.Code[..2]).ToFrozenDictionary(group => group.Key, group => group.First().Code.Length, StringComparer.Ordinal);

    /// <summary>Writes a compressed link out: same host and stem, AIs in the open. What it says is still to be read and judged by <see cref="DigitalLink"/>.</summary>
    /// <param name="uri">An absolute http or https URI, as received.</param>
    /// <returns>False for every other URI: a Digital Link in the open too.</returns>
    public static bool TryExpand(string uri, [NotNullWhen(true)] out string? expanded)
    {
        expanded = null;
        if (!DigitalLinkUri.TrySplit(uri, out var parts, out _) || parts.KeyAt >= 0 || !TryUnpack(parts.Segments[^1], out var values, out var others))
        {
            return false;
        }
        var open = DigitalLinkUri.KeyIn(parts.Segments[..^1]) is var key and >= 0 ? key : parts.Segments.Length - 1;
        var all = new List<AiValue>();
        for (var i = open; i < parts.Segments.Length - 1; i += 2)
        {
            if (!Ai.TryGet(parts.Segments[i], out var ai) || PercentEncoding.Decode(parts.Segments[i + 1]) is not { } value)
            {
                return false;
            }
            all.Add(new AiValue(ai, value));
        }
        all.AddRange(values);
        if (!DigitalLink.TryIdentify(all, out var identity, out _))
        {
            return false;
        }
        var query = all.Where(v => v != identity.Key && !identity.Qualifiers.Contains(v)).Select(v => Pair(v.Ai.Code, v.Value))
            .Concat(others.Select(other => Pair(other.Name, other.Value)))
            .Concat(parts.Query.Split('&', StringSplitOptions.RemoveEmptyEntries));
        expanded = StemOf(uri, parts.Segments[..open]) + identity.ToString("") + Joined('?', string.Join('&', query)) + FragmentOf(uri);
        return true;
    }

    /// <summary>Packs a Digital Link. Pairs of the query that are no AIs stay as they are, or are packed too.</summary>
    /// <param name="keepsKey">Leaves the primary key in the open.</param>
    /// <param name="error">A sentence on what is wrong with the link.</param>
    public static bool TryCompress(
        string uri, bool keepsKey, bool packsOthers, [NotNullWhen(true)] out string? compressed, [NotNullWhen(false)] out string? error)
    {
        compressed = null;
        if (!DigitalLinkUri.TrySplit(uri, out var parts, out error) || !DigitalLink.TryParse(parts, out var link, out error, acceptsShortGtin: true))
        {
            return false;
        }
        var values = link.Qualifiers.Concat(link.Attributes).Concat(keepsKey ? [] : [link.Key]).OrderBy(v => v.Ai.Code, StringComparer.Ordinal).ToList();
        var others = parts.Query.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(pair => !char.IsAsciiDigit(pair[0])).ToList();
        var packed = packsOthers ? others.Select(PairOf).OfType<(string, string)>().ToList() : [];
        var text = Pack(values, packed);
        // Words alone come last, as in GS1's toolkit.
        var rest = others.Where(pair => !packsOthers || PairOf(pair) is null).OrderBy(pair => pair.Contains('=', StringComparison.Ordinal) ? 0 : 1);
        compressed = StemOf(uri, parts.Segments[..parts.KeyAt])
            + (keepsKey ? $"/{link.Key.Ai.Code}/{PercentEncoding.Encode(link.Key.Value)}" : "") + Joined('/', text) + Joined('?', string.Join('&', rest)) + FragmentOf(uri);
        return true;
    }

    private static bool TryUnpack(string segment, out List<AiValue> values, out List<(string Name, string Value)> others)
    {
        (values, others) = ([], []);
        if (segment.Length == 0 || !PackedBits.IsOf(segment, PackedBits.Alphabet))
        {
            return false;
        }
        var bits = new PackedBits.Reader(segment);
        while (!bits.IsAtPadding)
        {
            if (bits.Number(8) is not { } head || !TryUnpack(head.ToString("X2", CultureInfo.InvariantCulture), bits, values, others))
            {
                return false;
            }
        }
        return values.Count > 0;
    }

    private static bool TryUnpack(string head, PackedBits.Reader bits, List<AiValue> values, List<(string Name, string Value)> others)
    {
        if (head[0] == 'F')
        {
            bits.Back(4);
            if (bits.Number(7) is not { } length || bits.Characters(length, 6, PackedBits.Alphabet) is not { Length: > 0 } name || bits.Text(7, 0) is not { } text)
            {
                return false;
            }
            others.Add((name, text));
            return true;
        }
        if (_sequences.TryGetValue(head, out var codes))
        {
            return Array.TrueForAll(codes, code => TryUnpackValue(code, bits, values));
        }
        var code = head;
        for (var left = _codeLengths.GetValueOrDefault(head, 0) - 2; left > 0; left--)
        {
            code += bits.Number(4) is { } digit ? digit.ToString("X", CultureInfo.InvariantCulture) : "";
        }
        return TryUnpackValue(code, bits, values);
    }

    private static bool TryUnpackValue(string code, PackedBits.Reader bits, List<AiValue> values)
    {
        if (!Ai.TryGet(code, out var ai))
        {
            return false;
        }
        var value = "";
        foreach (var (isDigits, isFixed, most) in ai.PackedParts)
        {
            var lengthBits = isFixed ? 0 : PackedBits.OfLength(most);
            var part = !isDigits ? bits.Text(lengthBits, most)
                : isFixed ? bits.Digits(most)
                : bits.Number(lengthBits) is { } length ? bits.Digits(length) : null;
            if (part is null)
            {
                return false;
            }
            value += part;
        }
        values.Add(new AiValue(ai, value));
        return true;
    }

    private static string Pack(List<AiValue> values, List<(string Name, string Value)> others)
    {
        var bits = new PackedBits.Writer();
        foreach (var (ai, value) in values)
        {
            bits.Characters(ai.Code, 4, "0123456789");
            var rest = value;
            foreach (var (isDigits, isFixed, most) in ai.PackedParts)
            {
                var part = rest[..Math.Min(most, rest.Length)];
                rest = rest[part.Length..];
                if (!isDigits)
                {
                    bits.Text(part, isFixed ? 0 : PackedBits.OfLength(most));
                    continue;
                }
                bits.Number(part.Length, isFixed ? 0 : PackedBits.OfLength(most));
                bits.Digits(part);
            }
        }
        foreach (var (name, value) in others)
        {
            bits.Number(0xF, 4);
            bits.Number(name.Length, 7);
            bits.Characters(name, 6, PackedBits.Alphabet);
            bits.Text(value, 7);
        }
        return bits.ToString();
    }

    // A pair whose name and value have bits; null for others, such as a word alone.
    private static (string Name, string Value)? PairOf(string pair) =>
        pair.Split('=') is [{ Length: > 0 and < 128 } name, var text] && PackedBits.IsOf(name, PackedBits.Alphabet)
        && PercentEncoding.DecodeQuery(text) is { Length: < 128 } value && value.All(char.IsAscii) ? (name, value) : null;

    private static string Pair(string name, string value) => $"{name}={PercentEncoding.EncodeQuery(value)}";

    private static string StemOf(string uri, string[] stem) =>
        uri[..uri.IndexOf('/', uri.IndexOf("//", StringComparison.Ordinal) + 2)] + string.Concat(stem.Select(segment => "/" + segment));

    private static string FragmentOf(string uri) => uri.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? uri[at..] : "";

    private static string Joined(char separator, string text) => text.Length == 0 ? "" : separator + text;

    private static Dictionary<string, string[]> Sequences()
    {
        var all = new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["0A"] = ["01", "22"],
            ["0B"] = ["01", "10"],
            ["0C"] = ["01", "21"],
            ["0D"] = ["01", "17"],
            ["0E"] = ["01", "7003"],
            ["0F"] = ["01", "30"],
            ["1A"] = ["01", "10", "21", "17"],
            ["1B"] = ["01", "15"],
            ["1C"] = ["01", "11"],
            ["1D"] = ["01", "16"],
            ["1E"] = ["01", "91"],
            ["1F"] = ["01", "10", "15"],
            ["9A"] = ["8010", "8011"],
            ["9B"] = ["8017", "8019"],
            ["9C"] = ["8018", "8019"],
            ["9D"] = ["414", "254"],
        };
        // Weights in kg and lb, prices, and coupons' values: the AI's last digit, which places the decimal point, is the code's.
        foreach (var (first, letters, key, measure) in new[]
        {
            ("2", "ABCDEF", "01", "310"), ("3", "ABCDEF", "01", "320"), ("A", "0123456789", "01", "392"), ("C", "0123456789", "255", "390"), ("C", "ABCD", "255", "394"),
        })
        {
            for (var i = 0; i < letters.Length; i++)
            {
                all.Add(first + letters[i], [key, measure + i.ToString(CultureInfo.InvariantCulture)]);
            }
        }
        return all;
    }
}

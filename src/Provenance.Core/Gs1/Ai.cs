using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Provenance.Core.Gs1;

/// <summary>One GS1 Application Identifier: what its value looks like and where it may stand.</summary>
public sealed class Ai
{
    private static readonly FrozenDictionary<string, Ai> _all = Read().ToFrozenDictionary(ai => ai.Code, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, Ai>.AlternateLookup<ReadOnlySpan<char>> _bySpan =
        _all.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly AiPart[] _parts;

    private Ai(string code, string name, AiPart[] parts, string use)
    {
        Code = code;
        Name = name;
        _parts = parts;
        var (role, qualifiers) = use.Split('=') is [var r, var q] ? (r, q) : (use, "");
        IsKey = role == "key";
        MayBeAttribute = role is "key" or "attr";
        // The compression standard took this one for a number of up to twelve digits.
        PackedParts = code == "7007" ? [(true, false, 12)] : Packed(parts);
        QualifierSequences = !IsKey ? [] : [.. qualifiers.Split('/').Select(s => s.Split(',', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>Two to four digits, such as 01.</summary>
    public string Code { get; }

    /// <summary>What people call it, in our words: GTIN, lot, best-before date.</summary>
    public string Name { get; }

    /// <summary>True where a Digital Link may begin with it.</summary>
    public bool IsKey { get; }

    /// <summary>True where a Digital Link may carry it in the query.</summary>
    public bool MayBeAttribute { get; }

    /// <summary>The qualifiers that may follow this key in a path, each list in its order; the lists exclude each other.</summary>
    public IReadOnlyList<IReadOnlyList<string>> QualifierSequences { get; }

    /// <summary>The parts of its value as <see cref="AiTable"/> writes them: n13:check, x..17?</summary>
    public IEnumerable<string> Format => _parts.Select(part => part.ToString());

    /// <summary>The stretches that a compressed link packs one by one: digits or text, of one length or up to it.</summary>
    internal IReadOnlyList<(bool IsDigits, bool IsFixed, int Most)> PackedParts { get; }

    /// <summary>Longest value, in characters.</summary>
    public int MaxLength => _parts.Sum(part => part.Max);

    /// <summary>True where no separator follows in a bar code: the length is known from the first two digits (General Specifications §7.8.5).</summary>
    public bool IsPredefinedLength =>
        Code[..2] is "00" or "01" or "02" or "03" or "04"
            or "11" or "12" or "13" or "14" or "15" or "16" or "17" or "18" or "19" or "20"
            or "31" or "32" or "33" or "34" or "35" or "36" or "41";

    /// <summary>All of them, by code.</summary>
    public static IReadOnlyCollection<Ai> All => _all.Values;

    /// <summary>The AI with exactly this code.</summary>
    public static bool TryGet(ReadOnlySpan<char> code, [NotNullWhen(true)] out Ai? ai) => _bySpan.TryGetValue(code, out ai);

    /// <summary>The AI that an element string begins with. No AI's code begins another's.</summary>
    internal static Ai? AtStartOf(ReadOnlySpan<char> text)
    {
        for (var length = 2; length <= 4 && length <= text.Length; length++)
        {
            if (TryGet(text[..length], out var ai))
            {
                return ai;
            }
        }
        return null;
    }

    /// <summary>A sentence on what is wrong with the value, naming it; null when it is well formed.</summary>
    public string? Fault(string value)
    {
        if (value.Length == 0)
        {
            return $"{Name} ({Code}) is empty";
        }
        var rest = value;
        foreach (var part in _parts)
        {
            if (rest.Length == 0 && part.IsOptional)
            {
                return null;
            }
            var length = Math.Min(rest.Length, part.Max);
            if (length < part.Min)
            {
                return $"{Name} '{value}' has {value.Length} characters and should have {Lengths()}";
            }
            var piece = rest[..length];
            if (part.CharacterFault(piece) is { } character)
            {
                return $"{Name} '{value}' {character}";
            }
            foreach (var rule in part.Rules)
            {
                if (AiContent.Fault(rule, piece) is { } fault)
                {
                    return rule == "check" ? $"check digit of {Name} {piece} {fault}" : $"{Name} '{value}': {piece} {fault}";
                }
            }
            rest = rest[length..];
        }
        return rest.Length == 0 ? null : $"{Name} '{value}' has {value.Length} characters and should have {Lengths()}";
    }

    /// <summary>True where the code fits a pattern such as 01, 310n or 31nn.</summary>
    internal bool Fits(string pattern)
    {
        var fits = pattern.Length == Code.Length;
        for (var i = 0; fits && i < pattern.Length; i++)
        {
            fits = pattern[i] == Code[i] || pattern[i] == 'n';
        }
        return fits;
    }

    /// <summary>The code.</summary>
    public override string ToString() => Code;

    // Neighbours of one kind are one stretch, but that a number of any length stands apart from one of known length: its own is written before it.
    private static List<(bool IsDigits, bool IsFixed, int Most)> Packed(AiPart[] parts)
    {
        var packed = new List<(bool IsDigits, bool IsFixed, int Most)>();
        foreach (var part in parts)
        {
            var next = (IsDigits: part.Kind == 'n', IsFixed: part.Min == part.Max && !part.IsOptional, Most: part.Max);
            if (packed.Count > 0 && packed[^1] is var last && last.IsDigits == next.IsDigits && (last.IsFixed == next.IsFixed || !next.IsDigits))
            {
                packed[^1] = (next.IsDigits, next.IsFixed, last.Most + next.Most);
            }
            else
            {
                packed.Add(next);
            }
        }
        return packed;
    }

    private string Lengths()
    {
        var (least, most) = (_parts.Where(p => !p.IsOptional).Sum(p => p.Min), MaxLength);
        return least == most ? most.ToString(CultureInfo.InvariantCulture) : least == 1 ? $"at most {most}" : $"{least} to {most}";
    }

    private static IEnumerable<Ai> Read()
    {
        foreach (var line in AiTable.Formats.Split('\n'))
        {
            var columns = line.Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries);
            var parts = columns[1].Split('+').Select(AiPart.Read).ToArray();
            var (first, last) = columns[0].Split('-') is [var a, var b] ? (a, b) : (columns[0], columns[0]);
            for (var code = int.Parse(first, CultureInfo.InvariantCulture); code <= int.Parse(last, CultureInfo.InvariantCulture); code++)
            {
                yield return new Ai(code.ToString($"D{first.Length}", CultureInfo.InvariantCulture), columns[3].Trim(), parts, columns[2]);
            }
        }
    }
}

/// <summary>One AI with its value, as found on a label or in a link.</summary>
public readonly record struct AiValue(Ai Ai, string Value)
{
    /// <summary>As printed below a bar code: (10)LOT.</summary>
    public override string ToString() => $"({Ai.Code}){Value}";
}

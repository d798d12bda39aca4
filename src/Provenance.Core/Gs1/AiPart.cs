using System.Buffers;
using System.Globalization;

namespace Provenance.Core.Gs1;

/// <summary>A stretch of an AI's value: its characters, its length, the rules for its content.</summary>
public sealed record AiPart(char Kind, int Min, int Max, bool IsOptional, string[] Rules)
{
    // General Specifications §7.11: the characters that GS1 data may hold.
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> _cset82 = SearchValues.Create(CheckDigit.Cset82);
    private static readonly SearchValues<char> _cset39 = SearchValues.Create("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly SearchValues<char> _base64Url =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads a part as <see cref="AiTable.Formats"/> writes it: n6, x..20, n13:check, x..17?</summary>
    public static AiPart Read(string text)
    {
        var (form, rules) = text.Split(':') is [var f, var r] ? (f, r.Split(',')) : (text, []);
        var optional = form.EndsWith('?');
        var length = form[1..].TrimEnd('?');
        var max = int.Parse(length.TrimStart('.'), CultureInfo.InvariantCulture);
        return new AiPart(form[0], length.StartsWith('.') ? 1 : max, max, optional, rules);
    }

    /// <summary>As <see cref="Read"/> takes it.</summary>
    public override string ToString() =>
        $"{Kind}{(Min == Max ? "" : "..")}{Max}{(IsOptional ? "?" : "")}{(Rules.Length == 0 ? "" : ":" + string.Join(',', Rules))}";

    /// <summary>Words that follow the value's name; null when every character is allowed.</summary>
    public string? CharacterFault(ReadOnlySpan<char> piece)
    {
        var at = piece.IndexOfAnyExcept(Kind switch { 'n' => _digits, 'x' => _cset82, 'y' => _cset39, _ => _base64Url });
        // GS1 lets base64url end in one or two = that fill it up to a multiple of three (not of four, as RFC 4648 has it).
        if (at < 0 || (Kind == 'z' && piece.Length - at <= 2 && piece.Length % 3 == 0 && piece[at..].Trim('=').IsEmpty))
        {
            return null;
        }
        var character = char.IsControl(piece[at]) || char.IsSurrogate(piece[at]) ? $"U+{(int)piece[at]:X4}" : $"'{piece[at]}'";
        return Kind == 'n' ? $"should be digits; {character} is none" : $"holds {character}, which GS1 allows in no such value";
    }
}

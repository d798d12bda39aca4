using System.Globalization;
using System.Text.RegularExpressions;
using Provenance.Core.Gs1;

namespace Provenance.Tests.Core.Gs1;

public partial class AiTests
{
    // What GS1's syntax dictionary calls our rules.
    private static readonly Dictionary<string, string> _rules = new()
    {
        ["csum"] = "check",
        ["csumalpha"] = "pair",
        ["hasnondigit"] = "nondigit",
        ["yymmdd"] = "date",
        ["yymmd0"] = "date0",
        ["yyyymmdd"] = "date8",
        ["hh"] = "hour",
        ["mi"] = "minute",
        ["ss"] = "second",
        ["hhmi"] = "time",
        ["iso3166"] = "country",
        ["iso3166999"] = "country999",
        ["iso3166alpha2"] = "country2",
        ["iso4217"] = "currency",
        ["packagetype"] = "package",
        ["pcenc"] = "percent",
        ["latitude"] = "latitude",
        ["longitude"] = "longitude",
        ["yesno"] = "flag",
        ["hyphen"] = "minus",
        ["importeridx"] = "importer",
        ["mediatype"] = "media",
        ["iso5218"] = "sex",
        ["winding"] = "winding",
        ["zero"] = "zero",
        ["nonzero"] = "nonzero",
        ["nozeroprefix"] = "natural",
        ["pieceoftotal"] = "pieces",
        ["posinseqslash"] = "position",
        ["iban"] = "iban",
        ["couponcode"] = "coupon",
        ["couponposoffer"] = "offer",
        ["yyyymmd0"] = "date80",
    };

    // Rules of the dictionary that we leave out, and why.
    private static readonly Dictionary<string, string> _leftOut = new()
    {
        ["gcppos1"] = "needs GS1's list of prefix lengths, which we have not; where text follows the prefix, our gcp asks for four digits",
        ["gcppos2"] = "as gcppos1",
    };

    [ConformanceFact]
    public void Every_vector_of_the_content_rules_comes_out()
    {
        var wrong = new List<string>();
        foreach (var row in Gs1Vectors.Rows("gs1/linter-vectors.tsv").Skip(1).Where(row => !_leftOut.ContainsKey(row[0]) && !NeedsPrefixList(row)))
        {
            var input = Gs1Vectors.Unescape(row[2]);
            var fault = row[0] switch
            {
                "cset82" => AiPart.Read("x..90").CharacterFault(input),
                "cset39" => AiPart.Read("y..90").CharacterFault(input),
                "cset64" => AiPart.Read("z..90").CharacterFault(input),
                "csetnumeric" => AiPart.Read("n..90").CharacterFault(input),
                _ => AiContent.Fault(_rules[row[0]], input),
            };
            if ((fault is null) != (row[1] == "pass"))
            {
                wrong.Add($"{row[0]} {row[1]} '{row[2]}': {fault}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void The_table_says_what_the_syntax_dictionary_says()
    {
        var dictionary = File.ReadLines(Conformance.PathOf("gs1/gs1-syntax-dictionary.txt"))
            .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0).SelectMany(Codes).ToDictionary(e => e.Code, e => e.Words);
        Assert.Equal(dictionary.Keys.Order(StringComparer.Ordinal), Ai.All.Select(ai => ai.Code).Order(StringComparer.Ordinal));
        foreach (var (code, words) in dictionary)
        {
            Assert.True(Ai.TryGet(code, out var ai));
            var attributes = words.Where(word => word.Contains('=') || word == "dlpkey").ToArray();
            var flags = words[0].All(c => c is '*' or '?') ? words[0] : "";
            Assert.Equal((code, flags.Contains('*')), (code, ai.IsPredefinedLength));
            Assert.Equal((code, flags.Contains('?')), (code, ai.MayBeAttribute));
            var key = attributes.SingleOrDefault(a => a.StartsWith("dlpkey", StringComparison.Ordinal));
            Assert.Equal((code, key is not null), (code, ai.IsKey));
            Assert.Equal(key is null ? "" : key[6..].TrimStart('='), string.Join('|', ai.QualifierSequences.Select(s => string.Join(',', s))));
            var parts = words.Skip(flags.Length > 0 ? 1 : 0).Where(word => !attributes.Contains(word)).Select(Part);
            Assert.Equal((code, string.Join(' ', parts)), (code, string.Join(' ', ai.Format.Select(WithoutPrefix))));
            Assert.Equal((code, Groups(attributes, "req=")), (code, Groups(AiAssociations.NeedsOf(ai))));
            Assert.Equal((code, Groups(attributes, "ex=")), (code, Groups(AiAssociations.ExcludedBy(ai))));
        }
    }

    [ConformanceFact]
    public void Solidsofts_tables_say_the_same()
    {
        var wrong = new List<string>();
        var scenario = "";
        foreach (var row in Gs1Vectors.Rows("gs1/digital-link/solidsoft-TableTests.tsv"))
        {
            scenario = row[0] == "#scenario" ? row[1] : scenario;
            if (row[0][0] != '#' && TheirFault(scenario, row) is { } fault && !_theirs.ContainsKey(row[0]) && !(row[0].Length == 4 && _theirs.ContainsKey(row[0][..3] + "n")))
            {
                wrong.Add($"{string.Join(' ', row)}: {fault}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    // Where their tables are not the syntax dictionary's, and how.
    private static readonly Dictionary<string, string> _theirs = new()
    {
        ["391n"] = "leaves out the currency",
        ["393n"] = "leaves out the currency",
        ["410"] = "a key of older Digital Links, with 411 to 413 and 416",
        ["411"] = "as 410",
        ["412"] = "as 410",
        ["413"] = "as 410",
        ["416"] = "as 410",
        ["433n"] = "gives the minus sign no length",
        ["7041"] = "writes one to four characters as X1..X4",
        ["242"] = "takes a number of up to six digits for one of six",
        ["723n"] = "takes the first two characters for digits",
    };

    private static string? TheirFault(string scenario, string[] row)
    {
        if (scenario.Contains("AI table", StringComparison.Ordinal))
        {
            return !Ai.TryGet(row[0], out var ai) ? "no such AI"
                : Numbers().Matches(row[4]).Sum(match => int.Parse(match.Value, CultureInfo.InvariantCulture)) != ai.MaxLength ? $"length {ai.MaxLength}"
                : (row[6] == "TRUE") != ai.IsPredefinedLength ? $"predefined length {ai.IsPredefinedLength}"
                : (row[7].Length > 0) != ai.Format.Any(part => part.Contains("check", StringComparison.Ordinal) || part.Contains("pair", StringComparison.Ordinal)) ? "check digit"
                : (row[5] == "I") != ai.IsKey ? $"key {ai.IsKey}"
                : null;
        }
        if (scenario.Contains("Format", StringComparison.Ordinal))
        {
            var theirs = row.Skip(1).Chunk(3).Where(part => part.Length == 3 && part[0].Length > 0).Select(part => (part[1] == "Numeric", part[0] == "Length", int.Parse(part[2], CultureInfo.InvariantCulture)));
            return Ai.TryGet(row[0], out var ai) && ai.PackedParts.SequenceEqual(theirs) ? null : string.Join(' ', ai?.PackedParts ?? []);
        }
        var same = Ai.All.Where(ai => ai.Code.StartsWith(row[0], StringComparison.Ordinal)).ToList();
        // Prefixes that GS1 keeps for later have no AI yet.
        return scenario.Contains("predefined length", StringComparison.Ordinal) ? same.TrueForAll(ai => ai.Code.Length + ai.MaxLength == int.Parse(row[1], CultureInfo.InvariantCulture)) ? null : "other length"
            : scenario.Contains("prefix length", StringComparison.Ordinal) ? same.Count > 0 && same.TrueForAll(ai => ai.Code.Length == int.Parse(row[1], CultureInfo.InvariantCulture)) ? null : "other code"
            : null;
    }

    // What these say follows from GS1's list of prefixes, or its absence, not from the value: the same value passes elsewhere.
    private static bool NeedsPrefixList(string[] row) => row.Length > 3 && row[3] is "GS1_LINTER_INVALID_GCP_PREFIX" or "GS1_LINTER_GCP_DATASOURCE_OFFLINE";

    private static IEnumerable<(string Code, string[] Words)> Codes(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var range = words[0].Split('-');
        for (var n = int.Parse(range[0], CultureInfo.InvariantCulture); n <= int.Parse(range[^1], CultureInfo.InvariantCulture); n++)
        {
            yield return (n.ToString($"D{range[0].Length}", CultureInfo.InvariantCulture), words[1..]);
        }
    }

    // [X..17] and N13,csum,gcppos1 in the words of our table.
    private static string Part(string word)
    {
        var pieces = BracketsOff().Replace(word, "").Split(',');
        var rules = pieces.Skip(1).Where(rule => !_leftOut.ContainsKey(rule)).Select(rule => _rules[rule]);
        var form = pieces[0].ToLowerInvariant() + (word.StartsWith('[') ? "?" : "");
        return rules.Any() ? $"{form}:{string.Join(',', rules)}" : form;
    }

    private static string WithoutPrefix(string part) =>
        part.Replace(",gcp", "", StringComparison.Ordinal).Replace(":gcp", "", StringComparison.Ordinal);

    private static string Groups(IEnumerable<string> attributes, string name) =>
        Groups(attributes.Where(a => a.StartsWith(name, StringComparison.Ordinal)).SelectMany(a => a[name.Length..].Split(',')));

    private static string Groups(IEnumerable<string> groups) => string.Join(' ', groups.Order(StringComparer.Ordinal));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"[\[\]]")]
    private static partial Regex BracketsOff();
}

using Provenance.Core.Gs1;

namespace Provenance.Tests.Core.Gs1;

public class CompressedLinkTests
{
    private const string Folder = "gs1/digital-link/solidsoft-";

    [ConformanceFact]
    public void Compressed_and_partly_compressed_links_are_written_out_as_Solidsofts_library_does()
    {
        var rows = Rows("DecompressGs1DigitalLink").Select(row => (Compressed: row.Cells[0], Open: row.Cells[1]))
            .Concat(Rows("AdditionalUriContent").Where(row => row.Scenario.StartsWith("Decompress", StringComparison.Ordinal)).Select(row => (Compressed: row.Cells[1], Open: row.Cells[0])));
        var wrong = new List<string>();
        foreach (var (compressed, open) in rows.Where(row => Deviation(row.Open) is null && Deviation(row.Compressed) is null))
        {
            var expanded = Expand(compressed) ?? WithoutNames(compressed);
            if (WithLongGtin(expanded) != WithLongGtin(WithoutNames(open)))
            {
                wrong.Add($"{compressed}: {expanded} {open}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void Solidsofts_library_compresses_to_the_same_bits()
    {
        var wrong = new List<string>();
        foreach (var (scenario, row) in Rows("CompressGs1DigitalLink").Concat(Rows("AdditionalUriContent")).Where(row => row.Cells.Length == 2))
        {
            // "Partially decompress" goes from the compressed whole, in the second column, to the part.
            var (from, to) = scenario.StartsWith("Partially decompress", StringComparison.Ordinal) ? (Expand(row[1]) ?? "", row[0]) : (row[0], row[1]);
            if (scenario.StartsWith("Decompress", StringComparison.Ordinal) || Deviation(from) is not null || Deviation(to) is not null)
            {
                continue;
            }
            var isOpen = to.Contains("&donor=", StringComparison.Ordinal) || to.Contains("?context=", StringComparison.Ordinal);
            if (!CompressedLink.TryCompress(from, scenario.StartsWith("Partially", StringComparison.Ordinal), packsOthers: !isOpen, out var compressed, out var error) || !IsSame(compressed, to))
            {
                wrong.Add($"{scenario}: {from}: {compressed ?? error} {to}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void Solidsofts_library_compresses_element_strings_to_the_same_bits()
    {
        var wrong = new List<string>();
        foreach (var (scenario, row) in Rows("Gs1ElementStringsToCompressedGs1DigitalLink").Where(row => Deviation(row.Cells[1]) is null && ElementDeviation(row.Cells[0]) is null))
        {
            string? error = null, compressed = null;
            var agrees = ElementString.TryParse(Scanned(row[0]), out var values, out error)
                && DigitalLink.TryBuild(values, out var link, out error)
                && CompressedLink.TryCompress(link.ToString(), scenario.Contains("partially", StringComparison.Ordinal), packsOthers: false, out compressed, out error)
                && IsSame(compressed, row[1]);
            if (!agrees)
            {
                wrong.Add($"{row[0]}: {compressed ?? error} {row[1]}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void Solidsofts_library_reads_the_same_out_of_compressed_links()
    {
        var wrong = new List<string>();
        foreach (var (scenario, row) in Rows("ExtractFromGs1DigitalLink").Concat(Rows("Gs1CompressedDigitalLinkToGs1ElementStrings")).Concat(Rows("Gs1DigitalLinkToGs1ElementStrings")))
        {
            if (Deviation(row[0]) is not null || (row.Length > 2 && Ai.TryGet(row[1], out var only) && !only.IsKey && row[3].Length == 0) || (row.Length == 2 && ElementDeviation(row[1]) is not null))
            {
                continue;
            }
            // An element string with brackets, one without, or AIs and values side by side.
            var expected = row.Length > 2 ? row.Skip(1).Chunk(2).Where(pair => pair[0].Length > 0).Select(pair => $"({pair[0]}){pair[1]}")
                : Read(row[1]).Select(value => value.ToString());
            var read = DigitalLink.TryParse(Expand(row[0]) ?? row[0], out var link, out var error, acceptsShortGtin: true)
                ? new[] { link.Key }.Concat(link.Qualifiers).Concat(link.Attributes).Select(value => value.ToString()) : [];
            if (!read.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)))
            {
                wrong.Add($"{scenario}: {row[0]}: {string.Concat(read)}{error} {row[1]}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void Sequences_of_AIs_have_Solidsofts_codes()
    {
        foreach (var (_, row) in Rows("TableTests").Where(row => row.Scenario.Contains("optimisation", StringComparison.Ordinal)))
        {
            var codes = row.Skip(1).Where(code => code.Length > 0).ToList();
            var sample = codes.Select(Sample).ToList();
            var bits = new PackedBits.Writer();
            bits.Number(Convert.ToInt32(row[0], 16), 8);
            // What follows the code is the values as they stand behind AIs of their own.
            foreach (var value in sample)
            {
                foreach (var (isDigits, isFixed, most) in value.Ai.PackedParts)
                {
                    var lengthBits = isFixed ? 0 : PackedBits.OfLength(most);
                    if (!isDigits)
                    {
                        bits.Text(value.Value, lengthBits);
                        continue;
                    }
                    bits.Number(value.Value.Length, lengthBits);
                    bits.Digits(value.Value);
                }
            }
            var packed = Expand($"https://id.gs1.org/{bits}");
            Assert.All(sample, value => Assert.True(
                packed?.Contains($"/{value.Ai.Code}/{value.Value}", StringComparison.Ordinal) == true || packed?.EndsWith($"?{value.Ai.Code}={value.Value}", StringComparison.Ordinal) == true
                || packed?.Contains($"?17={value.Value}", StringComparison.Ordinal) == true, $"{row[0]}: {packed} lacks {value}"));
        }
    }

    [Theory]
    [InlineData("https://a.example/01/09506000134352")]
    [InlineData("https://a.example/01/09506000134352/foo")]
    [InlineData("https://a.example/health")]
    [InlineData("https://a.example/AAAAAAAA")]
    [InlineData("https://a.example/")]
    [InlineData("urn:uuid:0d8c8d6e-6f0a-4f6c-9d6a-0f6a2b7c1d3e")]
    public void What_is_not_compressed_is_not_written_out(string uri) => Assert.Null(Expand(uri));

    [Theory]
    [InlineData("https://a.example/01/09506000134352/10/A%2FB%2B%25?17=261231")]
    [InlineData("https://a.example/s/414/9506000134352/254/Z")]
    [InlineData("https://a.example/8003/00614141123452400")]
    [InlineData("https://a.example/8010/4012345AB%23C/8011/123")]
    [InlineData("https://a.example/01/09506000134352?3922=0000000150&423=040276&7007=261231&30=7")]
    [InlineData("https://a.example/00/395211411234567893?02=09506000134352&37=25&401=9506000x&4330=000012-")]
    public void What_was_compressed_is_written_out_again(string uri)
    {
        foreach (var keepsKey in new[] { true, false })
        {
            Assert.True(CompressedLink.TryCompress(uri, keepsKey, packsOthers: true, out var compressed, out var error), error);
            Assert.True(DigitalLink.TryParse(Expand(compressed) ?? compressed, out var link, out error), $"{compressed}: {error}");
            Assert.True(DigitalLink.TryParse(uri, out var first, out _));
            Assert.Equal((first.Key, string.Concat(first.Qualifiers)), (link.Key, string.Concat(link.Qualifiers)));
            Assert.Equal(first.Attributes.ToHashSet(), link.Attributes.ToHashSet());
        }
    }

    // Why a row of theirs is not ours.
    private static string? Deviation(string uri) => DigitalLinkTests.Deviation(uri)
        ?? (Expand(uri) is not { } open ? null
            : open.Contains("?235=", StringComparison.Ordinal) ? "a third-party serial stands in no link of a document; theirs drops it"
            : DigitalLinkTests.Deviation(open));

    private static string? ElementDeviation(string elements) => elements.Contains("0201", StringComparison.Ordinal) && elements.Contains("8006", StringComparison.Ordinal)
        ? "the dictionary wants the piece within the total; theirs names piece 02 of 01 in every ITIP"
        : ElementString.TryParse(Scanned(elements), out var values, out _) && values.All(value => !value.Ai.IsKey)
            ? "GLNs of these roles are attributes, no keys, in GS1's syntax dictionary"
        : DigitalLink.TryIdentify(values, out var link, out _) ? DigitalLinkTests.Deviation(link.ToString()) : null;

    private static string Scanned(string elements) => elements.Replace("<GS>", "\u001d", StringComparison.OrdinalIgnoreCase);

    private static string WithLongGtin(string uri) => DigitalLink.TryParse(uri, out var link, out _, acceptsShortGtin: true)
        ? uri.Replace("/01/" + link.Key.Value.TrimStart('0'), "/01/" + link.Key.Value, StringComparison.Ordinal) : uri;

    private static IReadOnlyList<AiValue> Read(string elements)
    {
        Assert.True(ElementString.TryParse(Scanned(elements), out var values, out var error), $"{elements}: {error}");
        return values;
    }

    private static AiValue Sample(string code)
    {
        Assert.True(Ai.TryGet(code, out var ai));
        return new AiValue(ai, code switch
        {
            "01" => "09506000134352",
            "414" or "255" => "9506000134352",
            "8017" or "8018" => "952114112345678906",
            "8010" => "95060001",
            "10" or "21" or "22" or "254" or "91" => "A-7",
            "8011" or "8019" or "30" => "7",
            "7003" => "2612312359",
            _ when ai.PackedParts is [(true, true, 4)] => "0100",
            _ when code[..2] is "11" or "15" or "16" or "17" => "261231",
            _ => "000150",
        });
    }

    private static string? Expand(string uri) => CompressedLink.TryExpand(uri, out var expanded) ? expanded : null;

    // Short names say the same: convenience names ended with 1.3, and we print none.
    private static string WithoutNames(string uri) => DigitalLinkTests.WithoutNames(uri);

    // Bits that only fill up the last byte say nothing.
    private static bool IsSame(string ours, string theirs)
    {
        var (a, b) = (ours.Split('?', '#'), theirs.Split('?', '#'));
        return a.Skip(1).SequenceEqual(b.Skip(1)) && b[0].StartsWith(a[0].TrimEnd('A'), StringComparison.Ordinal) && b[0][a[0].TrimEnd('A').Length..].Trim('A').Length == 0;
    }

    private static IEnumerable<(string Scenario, string[] Cells)> Rows(string file)
    {
        var scenario = "";
        foreach (var row in Gs1Vectors.Rows(Folder + file + ".tsv"))
        {
            scenario = row[0] == "#scenario" ? row[1] : scenario;
            if (row[0][0] != '#')
            {
                yield return (scenario, row);
            }
        }
    }
}

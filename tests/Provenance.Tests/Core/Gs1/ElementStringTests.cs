using Provenance.Core.Gs1;

namespace Provenance.Tests.Core.Gs1;

public class ElementStringTests
{
    [ConformanceFact]
    public void Printed_strings_are_read_as_GS1s_engine_reads_them()
    {
        var wrong = new List<string>();
        foreach (var row in Gs1Vectors.Rows("gs1/digital-link/engine-ai-parseAIdata.tsv").Skip(1).Where(row => row[1] != "inbuf"))
        {
            var text = Gs1Vectors.Unescape(row[1]);
            var read = ElementString.TryParse(text, out var values, out var error);
            var agrees = read == (row[0] == "true") && (!read || "^" + ElementString.Encode(values).Replace(ElementString.Separator, '^') == row[2]);
            if (!agrees)
            {
                wrong.Add($"{text}: {error}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void Scanned_strings_are_read_as_GS1s_engine_reads_them()
    {
        var wrong = new List<string>();
        foreach (var row in Gs1Vectors.Rows("gs1/digital-link/engine-ai-processAIdata.tsv").Skip(1).Where(row => row[1].StartsWith('^')))
        {
            if (ElementString.TryParse(row[1].Replace('^', ElementString.Separator), out _, out var error) != (row[0] == "true"))
            {
                wrong.Add($"{row[1]}: {error}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void AIs_that_contradict_each_other_are_refused_as_by_GS1s_engine()
    {
        var wrong = new List<string>();
        foreach (var row in Gs1Vectors.Rows("gs1/digital-link/engine-ai-validateAIs.tsv").Skip(1))
        {
            var error = ElementString.TryParse(row[2], out var values, out var fault) ? AiAssociations.Fault(values) : fault;
            if (error is null != (row[0] == "true"))
            {
                wrong.Add($"{row[2]}: {error}");
            }
        }
        Gs1Vectors.AssertNone(wrong);
    }

    [ConformanceFact]
    public void Solidsofts_library_takes_the_same_strings_apart()
    {
        foreach (var row in Gs1Vectors.Rows("gs1/digital-link/solidsoft-ExtractFromGs1ElementStrings.tsv").Where(row => row[0][0] != '#'))
        {
            Assert.True(ElementString.TryParse(row[0].Replace("<GS>", "\u001d", StringComparison.OrdinalIgnoreCase), out var values, out var error), error);
            // Its columns end before its strings do.
            Assert.All(row.Skip(1).Chunk(2).Where(pair => pair[0].Length > 0), pair => Assert.Contains(values, value => (value.Ai.Code, value.Value) == (pair[0], pair[1])));
        }
    }

    [Theory]
    [InlineData("(01)09506000134352(10)AB\\(1)(17)261231", "010950600013435210AB(1)\u001d17261231")]
    [InlineData("]C1010950600013435210A\u001d17261231", "010950600013435210A\u001d17261231")]
    [InlineData("\u001d17261231\u001d0109506000134352", "172612310109506000134352")]
    public void What_is_read_is_written_again(string text, string encoded)
    {
        Assert.True(ElementString.TryParse(text, out var values, out var error), error);
        Assert.Equal(encoded, ElementString.Encode(values));
        Assert.True(ElementString.TryParse(ElementString.Print(values), out var printed, out error), error);
        Assert.Equal(values, printed);
    }
}

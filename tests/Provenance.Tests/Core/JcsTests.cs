using System.Text;
using Provenance.Core;

namespace Provenance.Tests.Core;

public class JcsTests
{
    /// <summary>Published documents hold floats in two files: outside our restriction, so they must be refused rather than printed.</summary>
    [ConformanceFact]
    public void Published_documents_come_out_as_published_or_are_refused_for_a_number_outside_the_restriction()
    {
        var refused = new List<string>();
        foreach (var input in Directory.GetFiles(Conformance.PathOf("jcs/testdata/input"), "*.json"))
        {
            var expected = File.ReadAllBytes(Conformance.PathOf("jcs/testdata/output/" + Path.GetFileName(input)));
            try
            {
                Assert.Equal(expected, Jcs.Canonicalize(File.ReadAllBytes(input)));
            }
            catch (FormatException e) when (e.Message.Contains("2^53", StringComparison.Ordinal))
            {
                refused.Add(Path.GetFileName(input));
            }
        }
        Assert.Subset(new HashSet<string> { "arrays.json", "values.json", "structures.json" }, refused.ToHashSet());
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1,"b":1}}""")]
    [InlineData("[1.5]")]
    [InlineData("[1e2]")]
    [InlineData("[9007199254740992]")]
    [InlineData("[-9007199254740992]")]
    [InlineData("""["\ud800"]""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("[1")]
    [InlineData("[1]x")]
    [InlineData("")]
    public void What_two_readers_could_read_differently_is_refused(string json) =>
        Assert.Throws<FormatException>(() => Jcs.Canonicalize(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("[1,2]", true)]
    [InlineData("[1, 2]", false)]
    [InlineData("""{"b":1,"a":2}""", false)]
    [InlineData("""{"a":2,"b":1}""", true)]
    [InlineData("""["\u00e9"]""", false)]
    [InlineData("""["é","\u001f","\n"]""", true)]
    [InlineData("""["\u001F"]""", false)]
    [InlineData("[-0]", false)]
    [InlineData("[9007199254740991,null,true,false]", true)]
    [InlineData("[1]\n", false)]
    public void Only_the_one_canonical_spelling_is_taken_as_canonical(string json, bool canonical)
    {
        var parse = () => Jcs.ParseCanonical(Encoding.UTF8.GetBytes(json));
        if (canonical)
        {
            parse();
        }
        else
        {
            Assert.Throws<FormatException>(() => parse());
        }
    }

    [Fact]
    public void Members_are_sorted_by_utf16_code_units_not_by_code_points()
    {
        // U+FB33 sorts after the surrogates of U+1F600 in UTF-16, before them by code point.
        var canonical = Jcs.Canonicalize(Encoding.UTF8.GetBytes("{\"\uFB33\":1,\"\U0001F600\":2}"));
        Assert.Equal("{\"\U0001F600\":2,\"\uFB33\":1}", Encoding.UTF8.GetString(canonical));
    }
}

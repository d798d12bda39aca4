using System.Text;
using Provenance.Core.Epcis;

namespace Provenance.Tests.Core.Epcis;

public class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"a":2}""", "/a", "is there twice")]
    [InlineData("""{"a":1,"\u0061":2}""", "/a", "is there twice")]
    [InlineData("""[{"b":[0,{"c/d":{"x":1,"x":1}}]}]""", "/0/b/1/c~1d/x", "is there twice")]
    [InlineData("""{"a":["\ud800"]}""", "/a/0", "holds half of a surrogate pair")]
    [InlineData("""{"a":"\udc00\ud800"}""", "/a", "holds half of a surrogate pair")]
    [InlineData("""{"a":{"b":1e999}}""", "/a/b", "is no finite number")]
    [InlineData("""{"a":NaN}""", "/a", "is not JSON (line 1, byte 6 of the line)")]
    [InlineData("""{"a":1} x""", "", "is not JSON (line 1, byte 9 of the line)")]
    [InlineData("""{"a":1,}""", "", "is not JSON (line 1, byte 8 of the line)")]
    [InlineData("", "", "is not JSON (line 1, byte 1 of the line)")]
    public void Broken_or_ambiguous_JSON_is_refused_and_the_place_named(string json, string path, string rule)
    {
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out _, out var problem));
        Assert.Equal((path, rule), (problem.Path, problem.Rule));
    }

    [Fact]
    public void Sixty_four_levels_are_read_and_sixty_five_refused()
    {
        static byte[] Nested(int levels) => Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels));
        Assert.True(StrictJson.TryParse(Nested(64), out var document, out _));
        document.Dispose();
        Assert.False(StrictJson.TryParse(Nested(65), out _, out var problem));
        Assert.Equal("is nested deeper than 64 levels", problem.Rule);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        Assert.False(StrictJson.TryParse([(byte)'"', 0xC3, 0x28, (byte)'"'], out _, out var problem));
        Assert.Equal("is not UTF-8", problem.Rule);
    }

    [Fact]
    public void A_fault_inside_an_event_names_the_event()
    {
        var json = Documents.Document(Documents.Event, Documents.Event.Replace("\"bizStep\"", "\"action\"", StringComparison.Ordinal));
        Assert.Equal("event 2: /epcisBody/eventList/1/action is there twice: action", Assert.Single(Documents.Read(json).Problems).ToString());
    }

    [Fact]
    public void Only_white_space_between_tokens_is_dropped()
    {
        Assert.True(StrictJson.TryParse(
            "\ufeff { \"a\\u0020 b\" : [ 1.0 , -0 , 1E+2 , true , null , { } , [ ] , \"\\/ \\ud83d\\ude00\" ] }\n"u8, out var document, out _));
        Assert.Equal("""{"a\u0020 b":[1.0,-0,1E+2,true,null,{},[],"\/ \ud83d\ude00"]}""", document.RootElement.GetRawText());
        document.Dispose();
    }
}

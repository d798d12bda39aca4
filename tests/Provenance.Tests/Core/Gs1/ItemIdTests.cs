using System.Text.RegularExpressions;
using Provenance.Core.Gs1;

namespace Provenance.Tests.Core.Gs1;

public partial class ItemIdTests
{
    private static readonly OwnIds _own = new("https://trace.example.com/", ["http://127.0.0.1:5080"]);

    [Theory]
    [InlineData("https://id.gs1.org/01/09506000134352/10/HO-1")]
    [InlineData("https://shop.example/a/b/01/09506000134352/10/HO-1?17=261231&linkType=gs1:pip#x")]
    [InlineData("HTTPS://ID.EXAMPLE/01/9506000134352/10/HO-1")]
    [InlineData("https://id.gs1.org/01/09506000134352/22/V2/10/HO-1")]
    [InlineData("(01)09506000134352(10)HO-1(17)261231")]
    [InlineData("]Q3010950600013435210HO-1")]
    [InlineData("\u001d010950600013435217261231\u001d10HO-1\u001d3103001250")]
    [InlineData("urn:epc:class:lgtin:950600013.0435.HO-1")]
    public void Every_spelling_of_a_lot_is_the_same_item(string text)
    {
        var item = Read(text);
        Assert.Equal("https://id.gs1.org/01/09506000134352/10/HO-1", item.Uri);
        Assert.Equal((ItemKind.Lot, "09506000134352", "HO-1", null), (item.Kind, item.Gtin, item.Lot, item.Serial));
        Assert.Equal("https://id.gs1.org/01/09506000134352", item.Class.Uri);
    }

    [Theory]
    [InlineData("a%2fb", "a%2Fb")]
    [InlineData("A%42", "AB")]
    [InlineData("(1)", "%281%29")]
    [InlineData("x+y", "x%2By")]
    [InlineData("a~", null)]
    public void Percent_encoding_has_one_spelling(string lot, string? canonical)
    {
        var read = ItemId.TryParse($"https://id.gs1.org/01/09506000134352/10/{lot}", _own, out var item, out _);
        Assert.Equal(canonical is not null, read);
        Assert.Equal(canonical is null ? "" : $"https://id.gs1.org/01/09506000134352/10/{canonical}", item.Uri);
    }

    [Theory]
    [InlineData("https://id.gs1.org/01/09506000134352/10/L/21/S", "https://id.gs1.org/01/09506000134352/21/S", ItemKind.Instance)]
    [InlineData("urn:epc:id:sgtin:950600013.0435.S", "https://id.gs1.org/01/09506000134352/21/S", ItemKind.Instance)]
    [InlineData("urn:epc:idpat:sgtin:950600013.0435.*", "https://id.gs1.org/01/09506000134352", ItemKind.Class)]
    [InlineData("9506000134352", "https://id.gs1.org/01/09506000134352", ItemKind.Class)]
    [InlineData("395211411234567893", "https://id.gs1.org/00/395211411234567893", ItemKind.Sscc)]
    [InlineData("urn:epc:id:sgln:9521123.45678.0", "https://id.gs1.org/414/9521123456785", ItemKind.Location)]
    [InlineData("https://id.gs1.org/414/9521123456785/254/0", "https://id.gs1.org/414/9521123456785", ItemKind.Location)]
    [InlineData("urn:epc:id:pgln:9521123.45678", "https://id.gs1.org/417/9521123456785", ItemKind.Party)]
    [InlineData("https://id.gs1.org/8003/00614141123452400", "https://id.gs1.org/8003/00614141123452400", ItemKind.Instance)]
    [InlineData("https://id.gs1.org/253/9521123456785A1", "https://id.gs1.org/253/9521123456785A1", ItemKind.Document)]
    [InlineData("urn:epc:id:gid:95100000.12345.400", "urn:epc:id:gid:95100000.12345.400", ItemKind.Other)]
    [InlineData("http://transaction.acme.com/po/12345678", "http://transaction.acme.com/po/12345678", ItemKind.Other)]
    public void A_key_tells_what_it_names(string text, string uri, ItemKind kind) => Assert.Equal((uri, kind), (Read(text).Uri, Read(text).Kind));

    [Theory]
    [InlineData("https://trace.example.com/id/rye-farm/RYE%2f1/batch/2026 A", "/id/rye-farm/RYE%2F1/batch/2026%20A", ItemKind.Lot)]
    [InlineData("http://127.0.0.1:5080/id/rye-farm/RYE-1/batch/7?lang=de", "/id/rye-farm/RYE-1/batch/7", ItemKind.Lot)]
    [InlineData("HTTPS://TRACE.EXAMPLE.COM/id/rye-farm/RYE-1/", "/id/rye-farm/RYE-1", ItemKind.Class)]
    [InlineData("https://trace.example.com/id/rye-farm", "/id/rye-farm", ItemKind.Party)]
    [InlineData("https://trace.example.com/id/rye-farm/at/ramp-1", "/id/rye-farm/at/ramp-1", ItemKind.Location)]
    [InlineData("https://trace.example.com/id/rye-farm/unit/42", "/id/rye-farm/unit/42", ItemKind.Instance)]
    [InlineData("https://trace.example.com/id/rye-farm/doc/desadv/LS-881", "/id/rye-farm/doc/desadv/LS-881", ItemKind.Document)]
    [InlineData("/id/rye-farm/R%C3%BC", "/id/rye-farm/R%C3%BC", ItemKind.Class)]
    [InlineData("/id/rye-farm/Ru%CC%88", "/id/rye-farm/R%C3%BC", ItemKind.Class)]
    public void Our_own_ids_are_the_same_on_every_address_we_had(string text, string key, ItemKind kind)
    {
        var item = Read(text.Replace(' ', '+').Replace("+", "%20", StringComparison.Ordinal));
        Assert.Equal((key, "https://trace.example.com" + key, kind), (item.Key, item.Uri, item.Kind));
        Assert.Equal(item, Read(item.Key));
    }

    [Fact]
    public void The_class_of_our_own_lot_is_its_SKU()
    {
        var lot = ItemId.Of(_own, OwnId.OfBatch("rye-farm", "RYE-1", "7"));
        Assert.Equal("7", lot.Lot);
        Assert.Equal("https://trace.example.com/id/rye-farm/RYE-1", lot.Class.Uri);
    }

    [Theory]
    [InlineData("https://id.gs1.org/01/09506000134353", "check digit of GTIN 09506000134353 should be 2")]
    [InlineData("(01)09506000134352(10)", "lot (10) is empty")]
    [InlineData("(10)HO-1", "(10)HO-1 names nothing: it holds no key such as (01) GTIN or (00) SSCC")]
    [InlineData("urn:epc:id:sgtin:950600013.435.S",
        "'urn:epc:id:sgtin:950600013.435.S': company prefix and reference should have 13 digits together")]
    [InlineData("https://id.gs1.org/01/09506000134352/21/S/10/L", "the qualifiers (21)S, (10)L do not fit GTIN, or not in this order")]
    [InlineData("HO-1", "'HO-1' is neither a GS1 id nor an absolute URI")]
    [InlineData("/etc/passwd", "'/etc/passwd' is neither a GS1 id nor an absolute URI")]
    [InlineData("https://trace.example.com/id/rye-farm/01", "SKU '01' is the GS1 number for GTIN and would be misread")]
    [InlineData("https://trace.example.com/id/rye-farm/RYE/batch/%2E%2E", "lot '..' cannot stand in a URL")]
    public void An_error_names_field_and_value(string text, string message)
    {
        Assert.False(ItemId.TryParse(text, _own, out _, out var error));
        Assert.Equal(message, error);
    }

    [Fact]
    public void An_event_may_name_things_by_URIs_that_only_look_like_GS1()
    {
        const string wrongCheckDigit = "https://id.gs1.org/01/09506000134353/10/X";
        Assert.True(ItemId.TryParseEventUri(wrongCheckDigit, _own, out var item, out _));
        Assert.Equal((wrongCheckDigit, ItemKind.Other), (item.Uri, item.Kind));
        Assert.False(ItemId.TryParseEventUri("no URI", _own, out _, out _));
    }

    [ConformanceFact]
    public void Every_id_of_real_events_is_taken_and_most_are_GS1_keys()
    {
        var ids = Directory.EnumerateFiles(Conformance.PathOf("epcis"), "*.json*", SearchOption.AllDirectories)
            .SelectMany(file => QuotedUri().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct().ToList();
        Assert.All(ids, id => Assert.True(ItemId.TryParseEventUri(id, _own, out _, out var error), error));
        // The rest break GS1's rules: a reference in words, a check digit that is wrong, a GRAI without its filler.
        var refused = ids.Where(id => !ItemId.TryParse(id, _own, out _, out _)).ToList();
        Assert.True(refused.Count * 10 < ids.Count, string.Join('\n', refused));
    }

    private static ItemId Read(string text)
    {
        Assert.True(ItemId.TryParse(text, _own, out var item, out var error), error);
        return item;
    }

    [GeneratedRegex("\"((?:https?://[^\"]*/[0-9]{2,4}/|urn:epc:(?:id|class|idpat):)[^\"\\\\ ]+)\"")]
    private static partial Regex QuotedUri();
}

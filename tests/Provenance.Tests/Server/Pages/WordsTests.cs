using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Provenance.Server.Pages;

namespace Provenance.Tests.Server.Pages;

public sealed partial class WordsTests
{
    private const string Folder = "src/Provenance.Server/wwwroot/words";

    public static TheoryData<string> Others => [.. Words.All.Where(words => words != Words.English).Select(words => words.Language)];

    [Fact]
    public void Every_language_that_has_a_file_is_on_offer() =>
        Assert.Equal(
            Directory.GetFiles(Repository.PathOf(Folder)).Select(Path.GetFileNameWithoutExtension).Order(),
            Words.All.Select(words => words.Language).Order());

    [Theory]
    [MemberData(nameof(Others))]
    public void Every_language_has_the_same_keys_with_the_same_placeholders(string language)
    {
        var (english, other) = (Read("en"), Read(language));

        Assert.Equal(english.Keys.Order(), other.Keys.Order());
        Assert.All(english, text => Assert.Equal((text.Key, Names(text.Value)), (text.Key, Names(other[text.Key]))));
        Assert.Equal(12, other["date.months"].Split(' ').Length);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Nothing_but_names_and_units_is_left_in_English(string language)
    {
        // The last: a name of GS1's.
        string[] alike = ["name", "language.direction", "import.field.gtin"];
        var (english, other) = (Read("en"), Read(language));

        Assert.Equal([], english.Where(text => other[text.Key] == text.Value && Placeholder().Replace(text.Value, "").Any(char.IsLetter)).Select(text => text.Key).Except(alike));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Every_language_names_the_same_countries(string language) =>
        Assert.Equal(Words.English.Countries.Keys.Order(), Words.All.Single(words => words.Language == language).Countries.Keys.Order());

    [Theory]
    [InlineData("", "", "en")]
    [InlineData("", "de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("", "fr, es;q=0.4, en;q=0.3", "es")]
    [InlineData("", "de;q=0, en", "en")]
    [InlineData("", "en;q=0.2, DE;q=0.7", "de")]
    [InlineData("", "fr, *", "en")]
    [InlineData("", "not a language;;q=x", "en")]
    [InlineData("?lang=es", "de", "es")]
    [InlineData("?lang=ES&x=1", "de", "es")]
    [InlineData("?lang=xx", "de", "de")]
    public void A_reader_gets_the_language_asked_for(string query, string acceptLanguage, string language)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.AcceptLanguage = acceptLanguage;

        Assert.Equal(language, Words.Of(context.Request).Language);
        Assert.Equal(query.Contains("lang=e", StringComparison.OrdinalIgnoreCase), Words.Of(context.Request).IsChosen);
    }

    [Theory]
    [InlineData("/", "/?lang=de")]
    [InlineData("/b/01/09506000134352?17=261127", "/b/01/09506000134352?17=261127&lang=de")]
    [InlineData("/verify#how", "/verify?lang=de#how")]
    public void A_chosen_language_stays_in_links(string path, string link) =>
        Assert.Equal((link, path), (Of("de").Chosen.Link(path), Of("de").Link(path)));

    [Theory]
    [InlineData("en", "1234.5", "1,234.5", "21 Nov 2026", "2 pieces", "Austria")]
    [InlineData("de", "1234.5", "1.234,5", "21. Nov. 2026", "2 Stück", "Österreich")]
    [InlineData("es", "1234.5", "1234,5", "21 nov 2026", "2 unidades", "Austria")]
    [InlineData("es", "12345", "12.345", "21 nov 2026", "2 unidades", "Austria")]
    public void Numbers_dates_units_and_countries_are_spelled_as_the_reader_does(string language, string number, string spelled, string day, string pieces, string country)
    {
        var words = Of(language);

        Assert.Equal((spelled, day, pieces, country), (words.Number(number), words.Day("2026-11-21"), $"2 {words.Unit(null, "2")}", words.Country("AT")));
        Assert.Equal("kg", words.Unit("KGM"));
    }

    private static Words Of(string language) => Words.All.Single(words => words.Language == language);

    private static Dictionary<string, string> Read(string language) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Repository.PathOf($"{Folder}/{language}.json")))!;

    private static string Names(string text) => string.Join(' ', Placeholder().Matches(text).Select(match => match.Value).Distinct().Order());

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}

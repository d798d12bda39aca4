using System.Net;
using System.Text.RegularExpressions;
using Provenance.Server.Pages;

namespace Provenance.Tests.Server.Pages;

public sealed partial class PagesTests : IAsyncLifetime
{
    private const string Lot = "/b/01/09506000134352/10/HO-1";

    private PageHost _host = null!;
    private string? _state = "in-order";

    public static TheoryData<string> States => [.. SamplePages.All.Keys];

    public async Task InitializeAsync() => _host = await PageHost.StartAsync(_ => _state is null ? null : SamplePages.All[_state]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_lot_has_a_page_in_each_of_its_states(string state)
    {
        _state = state;

        var answer = await _host.Client.GetAsync(Lot);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(state == "unknown-lot" ? HttpStatusCode.NotFound : HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.Single(Heading().Matches(page));
        Assert.DoesNotMatch(Unfilled(), page.Replace("/api/log/{leaf}/proof", "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task No_page_holds_a_script_a_style_or_an_address_of_others(string state)
    {
        _state = state;

        var page = await _host.Client.GetStringAsync(Lot).ContinueWith(t => t.IsFaulted ? "" : t.Result, TaskScheduler.Default);

        Assert.DoesNotMatch("<script(?![^>]* src=\"/)(?! type=\"application/ld\\+json\">)", page);
        Assert.DoesNotMatch("(?i) style=| on[a-z]+=|<style", page);
        Assert.DoesNotMatch("(?:src|href)=\"(?:https?:)?//", page);
    }

    [Fact]
    public async Task What_is_shown_beside_the_findings_names_its_entry_its_place_in_it_and_its_value()
    {
        var page = await _host.Client.GetStringAsync(Lot);

        Assert.Contains("<data value=\"2027-11-12\" data-leaf=\"3\" data-pointer=\"/ilmd/cbvmda:bestBeforeDate\">12 Nov 2027</data>", page, StringComparison.Ordinal);
        Assert.Contains("<data value=\"1000.5\" data-leaf=\"0\" data-pointer=\"/quantityList/0/quantity\">1,000.5</data>", page, StringComparison.Ordinal);
        Assert.Contains("data-leaves=\"0 1 2 3 4 5\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_whose_items_are_hidden_stands_there_without_index_and_proof()
    {
        _state = "hidden";

        var page = await _host.Client.GetStringAsync(Lot);

        Assert.Contains("<data value=\"Cartagena\">Cartagena</data>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-leaf=\"\"", page, StringComparison.Ordinal);
        Assert.Contains(Words.English["journey.hidden"], page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recall_says_so_first_and_in_the_makers_words()
    {
        _state = "recalled";

        var page = await _host.Client.GetStringAsync(Lot);

        Assert.InRange(page.IndexOf("Do not use it.", StringComparison.Ordinal), 0, page.IndexOf("Its journey", StringComparison.Ordinal));
        Assert.Contains("Glass splinters", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("item=09506000134352&lot=HO-1", "/b/01/09506000134352/10/HO-1")]
    [InlineData("item=(01)09506000134352(10)HO-1&lot=", "/b/01/09506000134352/10/HO-1")]
    [InlineData("item=https%3A%2F%2Fshop.example%2F01%2F09506000134352&lot=a%2Fb", "/b/01/09506000134352/10/a%2Fb")]
    [InlineData("item=http%3A%2F%2F127.0.0.1%3A5080%2Fid%2Fmill%2FRYE&lot=7", "/id/mill/RYE/batch/7")]
    public async Task What_is_typed_from_a_pack_leads_to_its_page(string query, string page)
    {
        var answer = await _host.Client.GetAsync("/look-up?" + query);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(page, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task What_is_no_number_comes_back_with_what_is_wrong()
    {
        var answer = await _host.Client.GetAsync("/look-up?item=0950600013435<9");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("aria-invalid=\"true\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"0950600013435&lt;9\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_verifiers_page_may_ask_others()
    {
        var verify = await _host.Client.GetAsync("/verify");
        var lot = await _host.Client.GetAsync(Lot);

        Assert.Contains("connect-src 'self' https:", string.Join(' ', verify.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", string.Join(' ', lot.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_get_a_page_and_programs_a_problem_where_there_is_nothing()
    {
        _state = null;
        using var browser = new HttpRequestMessage(HttpMethod.Get, "/nothing/here") { Headers = { { "Accept", "text/html,*/*" } } };

        var person = await _host.Client.SendAsync(browser);
        var program = await _host.Client.GetAsync("/nothing/here");
        var lot = await _host.Client.GetAsync(Lot);

        Assert.Equal(("text/html", HttpStatusCode.NotFound), (person.Content.Headers.ContentType!.MediaType, person.StatusCode));
        Assert.Equal(("application/problem+json", HttpStatusCode.NotFound), (program.Content.Headers.ContentType!.MediaType, program.StatusCode));
        Assert.Equal(HttpStatusCode.NotFound, lot.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/verify")]
    [InlineData("/nothing/here")]
    [InlineData(Lot)]
    public async Task Every_page_speaks_the_readers_language_and_offers_the_others(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path + "?x=1") { Headers = { { "Accept", "text/html" }, { "Accept-Language", "de-CH" } } };

        var answer = await _host.Client.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Contains("<html lang=\"de\" dir=\"ltr\">", page, StringComparison.Ordinal);
        Assert.Contains("href=\"?x=1&amp;lang=es\" lang=\"es\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/verify\"", page, StringComparison.Ordinal);
        Assert.Contains("Accept-Language", string.Join(',', answer.Headers.Vary), StringComparison.Ordinal);
        Assert.Equal(["de"], answer.Content.Headers.ContentLanguage);
    }

    [Fact]
    public async Task A_chosen_language_stays_without_a_cookie()
    {
        var page = await _host.Client.GetStringAsync(Lot + "?lang=es");
        var found = await _host.Client.GetAsync("/look-up?lang=es&item=09506000134352&lot=HO-1");

        Assert.Contains("href=\"/verify?lang=es\"", page, StringComparison.Ordinal);
        Assert.Equal(Lot + "?lang=es", found.Headers.Location!.OriginalString);
        Assert.False(found.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/site.css", "text/css")]
    [InlineData("/js/buyer.mjs", "text/javascript")]
    [InlineData("/words/en.json", "application/json")]
    [InlineData("/words/de.json", "application/json")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Files_of_the_pages_are_served_as_what_they_are(string path, string type)
    {
        var answer = await _host.Client.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [GeneratedRegex("<h1")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Unfilled();
}

using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Provenance.Server.Reports;
using Provenance.Tests.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Reports;

public sealed class ReportsTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task A_reader_reports_without_a_name_and_only_the_maker_and_who_sees_everything_read_it()
    {
        await world.MakeAsync("RP-1");

        var sent = await SendAsync("RP-1", ("kind", "foreign-body"), ("text", "  A splinter of glass, bought on Friday.  "), ("contact", ""));
        var thanks = await world.Ledger.Public.GetStringAsync(sent.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.False(sent.Headers.Contains("Set-Cookie"));
        Assert.Contains("Your report has arrived", thanks, StringComparison.Ordinal);
        foreach (var reader in new[] { world.Imker, world.Ledger.Admin })
        {
            var report = Assert.Single(await ListAsync(reader, "RP-1"));
            Assert.Equal(("foreign-body", "A splinter of glass, bought on Friday.", Lot("RP-1"), null, "en"),
                ((string?)report["kind"], (string?)report["text"], (string?)report["item"], (string?)report["contact"], (string?)report["language"]));
        }
        Assert.Empty(await ListAsync(world.Bakery, "RP-1"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.Ledger.Public.GetAsync("/api/reports")).StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_what_was_typed_is_given_back()
    {
        await world.MakeAsync("RP-2");

        var answer = await SendAsync("RP-2", ("kind", "rumour"), ("text", ""), ("contact", "<me@example.org>"));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("id=\"kind-error\"", page, StringComparison.Ordinal);
        Assert.Contains("aria-describedby=\"text-error\" aria-invalid=\"true\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"&lt;me@example.org&gt;\"", page, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(world.Imker, "RP-2"));
    }

    [Fact]
    public async Task A_flood_about_one_item_is_held_back_until_some_time_has_passed()
    {
        await world.MakeAsync("RP-3");
        await world.MakeAsync("RP-4");
        (string, string)[] form = [("kind", "quality"), ("text", "Tastes of soap.")];
        for (var i = 0; i < ReportLimit.MostOfItem; i++)
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync("RP-3", form)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync("RP-3", form)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync("RP-4", form)).StatusCode);

        world.Ledger.Clock.Advance(ReportLimit.Window);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync("RP-3", form)).StatusCode);
    }

    [Fact]
    public async Task Of_many_reports_the_newest_come_first_in_pages()
    {
        await world.MakeAsync("RP-5");
        foreach (var text in new[] { "one", "two", "three" })
        {
            await SendAsync("RP-5", ("kind", "other"), ("text", text));
        }

        var (_, first) = await GetAsync(world.Imker, $"/api/reports?limit=2&item={Uri.EscapeDataString(Lot("RP-5"))}");
        var (_, second) = await GetAsync(world.Imker, $"/api/reports?limit=2&item={Uri.EscapeDataString(Lot("RP-5"))}&before={first["next"]}");

        Assert.Equal(["three", "two"], first["reports"]!.AsArray().Select(report => (string?)report!["text"]));
        Assert.Equal(["one"], second["reports"]!.AsArray().Select(report => (string?)report!["text"]));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Nothing_is_stored_but_what_was_written_the_item_and_the_time()
    {
        using var connection = world.Ledger.Read();

        Assert.Equal(
            ["id", "item", "maker", "kind", "text", "contact", "language", "created_at"],
            connection.Query<string>("SELECT name FROM pragma_table_info('report')"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendToAsync("https://id.gs1.org/01/09506000134376/10/9", [("kind", "other"), ("text", "x")])).StatusCode);
    }

    private Task<HttpResponseMessage> SendAsync(string lot, params (string Name, string Value)[] fields) => SendToAsync(Lot(lot), fields);

    private async Task<HttpResponseMessage> SendToAsync(string item, IEnumerable<(string Name, string Value)> fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await world.Ledger.Public.PostAsync($"/report?item={Uri.EscapeDataString(item)}", form);
    }

    private static async Task<IReadOnlyList<JsonNode>> ListAsync(HttpClient client, string lot)
    {
        var (status, body) = await GetAsync(client, $"/api/reports?item={Uri.EscapeDataString(Lot(lot))}");
        Assert.Equal(200, status);
        return [.. body["reports"]!.AsArray().OfType<JsonNode>()];
    }
}

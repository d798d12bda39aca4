using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Core.Proofs;
using Provenance.Server.Anchoring;
using Provenance.Server.Erasing;
using Provenance.Server.Storage;
using Provenance.Tests.Server.Batches;
using Provenance.Tests.Server.Documents;

namespace Provenance.Tests.Server.Erasing;

/// <summary>What is erased is nowhere any more; what is not erased is as it was; and nobody can overlook that something was.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private const string Url = "--Ledger:PublicUrl=https://ledger.example";

    /// <summary>Stands in what is to be erased, and nowhere else.</summary>
    private const string Secret = "MAIER4711";

    private TestLedger _ledger = null!;

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync(Url);
        await BatchWorld.AskAsync(_ledger.Admin, "/api/batches", Making("KEPT"));
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Theory]
    [InlineData(64, "--erase-event=7")]
    [InlineData(64, "--erase-event=-1")]
    [InlineData(64, "--erase-item=nonsense")]
    [InlineData(64, "--erase-item=https://ledger.example/id/operator/RYE/batch/NEVER")]
    [InlineData(1, "--erase-event=0")] // and nobody confirms
    [InlineData(0, "--erase-event=0", "--erase-dry-run")]
    public async Task What_is_refused_or_not_confirmed_changes_nothing(int exit, params string[] arguments)
    {
        await _ledger.StopAsync();
        var before = Dump();

        foreach (var answer in new[] { "", "no\n", "1\n", "erase 1\n" })
        {
            Assert.Equal(exit, (await EraseAsync(answer, arguments)).Exit);
        }

        Assert.Equal(before, Dump());
    }

    [Fact]
    public async Task Beside_a_server_nothing_is_erased()
    {
        Assert.Equal(1, (await EraseAsync("", "--erase-event=0", "--erase-yes")).Exit);

        Assert.Equal(HttpStatusCode.OK, (await _ledger.Admin.GetAsync("/api/log/0/proof")).StatusCode);
    }

    [Fact]
    public async Task An_erased_event_is_in_no_file_any_more_and_all_else_holds_as_before()
    {
        var (_, document) = await DocumentsApiTests.SendAsync(_ledger.Admin, DocumentsApiTests.Pdf(Secret));
        var made = await BatchWorld.TryAsync(_ledger.Admin, "/api/batches", Making(Secret,
            $$""","place":{"name":"Hof {{Secret}}","city":"{{Secret}}","country":"AT"},"note":"{{Secret}}","documents":[{"type":"po","number":"{{Secret}}","url":"{{document["url"]}}"}]"""), idempotencyKey: "once");
        Assert.Equal(201, made.Status);
        await BatchWorld.AskAsync(_ledger.Admin, "/api/batches", Making("AFTER"));
        var (entry, checkpoint, kept) = (await TextAsync("/api/log/1"), await TextAsync("/api/log/checkpoint"), await TextAsync("/api/log/0/proof"));
        var seed = Row<byte[]>("SELECT seed FROM seed WHERE leaf = 1");
        await _ledger.StopAsync();
        Assert.NotEmpty(FilesWith(Encoding.UTF8.GetBytes(Secret)));
        Assert.NotEmpty(FilesWith(seed));

        var (exit, output) = await EraseAsync("1\n", "--erase-event=1");

        Assert.True(exit == 0, output);
        Assert.StartsWith("event 1: ObjectEvent commissioning of 2026-11-20T08:00:00", output, StringComparison.Ordinal);
        Assert.Contains(", https://ledger.example/id/operator/RYE/batch/" + Secret, output, StringComparison.Ordinal);
        Assert.Contains($"document: {document["sha256"]}, application/pdf, ", output, StringComparison.Ordinal);
        Assert.Empty(FilesWith(Encoding.UTF8.GetBytes(Secret)));
        Assert.Empty(FilesWith(seed));
        Assert.Empty(_ledger.Faults());
        Assert.Equal(0, await ReindexMode.RunAsync(["--check-index", $"--Ledger:DataDirectory={_ledger.Folder}", Url]));

        await _ledger.RestartAsync();
        Assert.True(new Rehash(_ledger.Services.GetRequiredService<Database>()).IsWhole(3));
        Assert.Equal((entry, checkpoint, kept), (await TextAsync("/api/log/1"), await TextAsync("/api/log/checkpoint"), await TextAsync("/api/log/0/proof")));
        Assert.DoesNotContain(Verifier.Verify(ProofJson.Parse(Encoding.UTF8.GetBytes(await TextAsync("/api/log/2/proof"))), null), finding => finding.Verdict == Provenance.Core.Proofs.Verdict.DoesNotHold);
        await GoneAsync("/api/log/1/proof", "index");
        foreach (var path in new[] { "/api/trace?item=", "/api/items?item=", "/api/export?format=csv&item=", "/api/export?format=bundle&item=" })
        {
            await GoneAsync(path + Uri.EscapeDataString($"https://ledger.example/id/operator/RYE/batch/{Secret}"), "item");
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _ledger.Admin.GetAsync(new Uri((string)document["url"]!).AbsolutePath)).StatusCode);
        // The same request is a new event now: nothing remembers it.
        Assert.Equal(201, (await BatchWorld.TryAsync(_ledger.Admin, "/api/batches", Making(Secret), idempotencyKey: "once")).Status);
        Assert.Equal(3, (long)(await BatchWorld.AskAsync(_ledger.Admin, "/api/batches", Making("LATER")))["index"]! - 1);
        _ledger.Check();
    }

    [Fact]
    public async Task Where_something_is_left_trace_and_page_say_that_something_was_erased()
    {
        var lot = "https://ledger.example/id/operator/RYE/batch/KEPT";
        await BatchWorld.AskAsync(_ledger.Admin, "/api/batches/events", $$"""{"step":"store","item":"{{lot}}","at":"2026-11-21T08:00:00Z","place":{"name":"Hof","city":"{{Secret}}","country":"AT"} }""");
        await _ledger.StopAsync();
        Assert.Equal(0, (await EraseAsync("", "--erase-event=0", "--erase-yes")).Exit);
        await _ledger.RestartAsync();
        var day = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        var (status, trace) = await BatchWorld.GetAsync(_ledger.Admin, $"/api/trace?item={Uri.EscapeDataString(lot)}");
        var (_, seen) = await BatchWorld.GetAsync(_ledger.Public, $"/api/trace?item={Uri.EscapeDataString(lot)}");
        Assert.Equal((200, 1, lot, 0L), (status, trace["events"]!.AsArray().Count, (string?)trace["erased"]![0]!["item"], (long?)trace["erased"]![0]!["index"]));
        Assert.Equal((lot, null, day), ((string?)seen["erased"]![0]!["item"], seen["erased"]![0]!["index"], (string?)seen["erased"]![0]!["on"]));
        foreach (var (language, word) in new[] { ("en", "The operator erased an entry"), ("de", "Der Betreiber hat am"), ("es", "El operador borró el") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/id/operator/RYE/batch/KEPT") { Headers = { { "Accept", "text/html" }, { "Accept-Language", language } } };
            using var page = await _ledger.Public.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains(word, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Null((await BatchWorld.AskAsync(_ledger.Admin, "/api/batches", Making("FRESH")))["erased"]);

        await _ledger.StopAsync();
        Assert.Equal(0, (await EraseAsync("erase 1\n1\n", $"--erase-item={lot}")).Exit - 1); // one event is confirmed by its index
        Assert.Equal(0, (await EraseAsync("1\n", $"--erase-item={lot}")).Exit);
        Assert.Equal(64, (await EraseAsync("", "--erase-event=1", "--erase-yes")).Exit);
        await _ledger.RestartAsync();
        foreach (var (language, word) in new[] { ("en", "Erased"), ("de", "Gelöscht"), ("es", "Borrado") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/id/operator/RYE/batch/KEPT") { Headers = { { "Accept", "text/html" }, { "Accept-Language", language } } };
            using var page = await _ledger.Public.SendAsync(request);
            Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
            Assert.Contains($"{word}<", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        _ledger.Check();
    }

    [Fact]
    public async Task A_declaration_goes_with_the_event_it_repeats_and_either_names_both()
    {
        var made = await BatchWorld.AskAsync(_ledger.Admin, "/api/batches", Making(Secret));
        await BatchWorld.AskAsync(_ledger.Admin, "/api/batches/events", $$"""{"step":"void","event":"{{made["eventId"]}}"}""");
        await _ledger.StopAsync();

        var (exit, output) = await EraseAsync("erase 2\n", "--erase-event=2");

        Assert.True(exit == 0, output);
        Assert.Contains("event 1: ", output, StringComparison.Ordinal);
        Assert.Contains("declared an error", output, StringComparison.Ordinal);
        Assert.Empty(FilesWith(Encoding.UTF8.GetBytes(Secret)));
        Assert.Empty(_ledger.Faults());
    }

    [Fact]
    public async Task A_document_that_another_event_a_photo_or_another_firm_needs_stays()
    {
        var (_, shared) = await DocumentsApiTests.SendAsync(_ledger.Admin, DocumentsApiTests.Pdf("shared"));
        var (_, shown) = await DocumentsApiTests.SendAsync(_ledger.Admin, Photos.PngOfAProgram(1));
        var party = await BatchWorld.AskAsync(_ledger.Admin, "/api/parties", """{"name":"Mill","slug":"mill","country":"AT"}""");
        using var mill = _ledger.Client((string)(await BatchWorld.AskAsync(_ledger.Admin, $"/api/parties/{party["id"]}/keys", """{"role":"supplier"}"""))["key"]!);
        var (_, both) = await DocumentsApiTests.SendAsync(_ledger.Admin, DocumentsApiTests.Pdf("both"));
        await DocumentsApiTests.SendAsync(mill, DocumentsApiTests.Pdf("both"));
        var (_, alone) = await DocumentsApiTests.SendAsync(_ledger.Admin, DocumentsApiTests.Pdf("alone"));
        await BatchWorld.AskAsync(_ledger.Admin, "/api/batches", Making("D", Documents(shared, shown, both, alone)));
        await BatchWorld.AskAsync(_ledger.Admin, "/api/batches", Making("E", Documents(shared)));
        using var patch = new HttpRequestMessage(HttpMethod.Patch, "/api/items") { Content = new StringContent($$"""{"item":"https://ledger.example/id/operator/RYE/batch/E","photo":"{{shown["url"]}}"}""", Encoding.UTF8, "application/json") };
        (await _ledger.Admin.SendAsync(patch)).EnsureSuccessStatusCode();
        await _ledger.StopAsync();

        Assert.Equal(0, (await EraseAsync("", "--erase-event=1", "--erase-yes")).Exit);

        await _ledger.RestartAsync();
        foreach (var (document, status) in new[] { (shared, HttpStatusCode.OK), (shown, HttpStatusCode.OK), (both, HttpStatusCode.OK), (alone, HttpStatusCode.NotFound) })
        {
            Assert.Equal(status, (await _ledger.Admin.GetAsync(new Uri((string)document["url"]!).AbsolutePath)).StatusCode);
        }
        _ledger.Check();

        static string Documents(params JsonObject[] documents) => $$""","documents":[{{string.Join(',', documents.Select((one, i) => $$"""{"type":"po","number":"{{i}}","url":"{{one["url"]}}"}"""))}} ]""";
    }

    [Fact]
    public async Task The_document_an_event_came_in_goes_and_the_documents_other_events_stay()
    {
        string Event(int serial, string note) => $$$"""
            {"type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping","disposition":"in_transit","eventTime":"2026-11-20T10:00:00.000+01:00","eventTimeZoneOffset":"+01:00",
             "epcList":["urn:epc:id:sgtin:9506000.013435.{{{serial}}}"],"example:note":"{{{note}}}"}
            """;
        var document = $$$"""
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://example.org/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-20T09:00:00Z",
             "epcisBody":{"eventList":[{{{Event(1, Secret)}}},{{{Event(2, "kept")}}}]}}
            """;
        var captured = await _ledger.Admin.PostAsync("/capture", new StringContent(document, Encoding.UTF8, "application/json"));
        Assert.True(captured.StatusCode == HttpStatusCode.Accepted, await captured.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Admin.GetAsync("/api/events/2/original")).StatusCode);
        await _ledger.StopAsync();

        var (exit, output) = await EraseAsync("1\n", "--erase-event=1");

        Assert.True(exit == 0, output);
        Assert.Contains("file: the EPCIS document received ", output, StringComparison.Ordinal);
        await _ledger.RestartAsync();
        Assert.Equal(0, Row<long>("SELECT count(*) FROM received_file"));
        Assert.Equal(HttpStatusCode.NotFound, (await _ledger.Admin.GetAsync("/api/events/2/original")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _ledger.Admin.GetAsync("/api/log/2/proof")).StatusCode);
        Assert.Empty(FilesWith(Encoding.UTF8.GetBytes(Secret)));
        using var events = await _ledger.Admin.GetAsync("/events");
        Assert.Equal(2, JsonNode.Parse(await events.Content.ReadAsStringAsync())!["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Count);
        _ledger.Check();
    }

    private static string Making(string lot, string more = "") =>
        $$"""{"product":{"sku":"RYE","name":"Rye flour"},"lot":"{{lot}}","quantity":25,"uom":"kg","at":"2026-11-20T08:00:00Z","origin":{"country":"AT"}{{more}}}""";

    private async Task<(int Exit, string Output)> EraseAsync(string typed, params string[] arguments)
    {
        using var output = new StringWriter();
        var exit = await EraseMode.RunAsync(["--erase", $"--Ledger:DataDirectory={_ledger.Folder}", Url, "--Logging:LogLevel:Default=Warning", .. arguments], new StringReader(typed), output);
        return (exit, output.ToString());
    }

    private async Task<string> TextAsync(string path) => await _ledger.Admin.GetStringAsync(path);

    private async Task GoneAsync(string path, string field)
    {
        var (status, problem) = await BatchWorld.GetAsync(_ledger.Admin, path);
        Assert.Equal((410, field), (status, (string?)problem["field"]));
        Assert.Contains(DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), (string?)problem["detail"], StringComparison.Ordinal);
    }

    private List<string> FilesWith(byte[] bytes) => LedgerFiles.With(_ledger.Folder, bytes);

    private T Row<T>(string sql) => LedgerFiles.Row<T>(_ledger.Folder, sql);

    private List<string> Dump() => LedgerFiles.Dump(_ledger.Folder);
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Core.Bundles;
using Provenance.Core.Proofs;
using Provenance.Server.Anchoring;
using Provenance.Server.Erasing;
using Provenance.Server.Storage;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Server.Erasing;

/// <summary>A redacted field is nowhere any more, and the rest of its event is proven against the same digest as before.</summary>
public sealed class RedactionTests : IAsyncLifetime
{
    private const string Url = "--Ledger:PublicUrl=https://ledger.example";
    private const string Secret = "MAIER4711";
    private const string Item = "https://id.gs1.org/01/09506000134352/21/1";

    private TestLedger _ledger = null!;

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync(Url);
        var document = $$$"""
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://example.org/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-20T09:00:00Z",
             "epcisBody":{"eventList":[{"eventID":"urn:uuid:3c1e2b5c-1111-4222-8333-944455556666","type":"ObjectEvent","action":"ADD","bizStep":"shipping","disposition":"in_transit",
               "eventTime":"2026-11-20T10:00:00.000+01:00","eventTimeZoneOffset":"+01:00","epcList":["{{{Item}}}"],"ilmd":{"cbvmda:bestBeforeDate":"2026-12-01"},
               "destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/9506000134369"}],"example:driver":"{{{Secret}}}","example:truck":"L-123",
               "bizTransactionList":[{"type":"po","bizTransaction":"urn:example:{{{Secret}}}"},{"type":"inv","bizTransaction":"urn:example:2"}] }]}}
            """;
        var captured = await _ledger.Admin.PostAsync("/capture", new StringContent(document, Encoding.UTF8, "application/json"));
        Assert.True(captured.StatusCode == HttpStatusCode.Accepted, await captured.Content.ReadAsStringAsync());
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Theory]
    [InlineData("--event is '7'", "7", "/example:driver")]
    [InlineData("--field is '/example:nothing'", "0", "/example:nothing")]
    [InlineData("--field is ''", "0", "")]
    [InlineData("could reverse", "0", "/bizStep")]
    [InlineData("could reverse", "0", "/eventTime")]
    [InlineData("found and counted", "0", "/eventID")]
    [InlineData("found and counted", "0", "/epcList")]
    [InlineData("found and counted", "0", "/@context")]
    [InlineData("found and counted", "0", "/destinationList")]
    [InlineData("past its date", "0", "/ilmd/cbvmda:bestBeforeDate")]
    [InlineData("/bizTransactionList/1 stands behind it", "0", "/bizTransactionList/0")]
    public async Task What_can_not_go_is_refused_by_its_field_and_nothing_changes(string says, string leaf, string field)
    {
        await _ledger.StopAsync();
        var before = LedgerFiles.Dump(_ledger.Folder);

        Assert.Equal(64, (await RedactAsync("", $"--redact-event={leaf}", $"--redact-field={field}", "--redact-yes")).Exit);
        Assert.Equal(1, (await RedactAsync("no\n", "--redact-event=0", "--redact-field=/example:driver")).Exit);
        Assert.Equal((0, true), await RedactAsync("", "--redact-event=0", "--redact-field=/example:driver", "--redact-dry-run") is var (exit, output) ? (exit, output.Contains("field: /example:driver of event 0", StringComparison.Ordinal)) : default);

        Assert.Equal(before, LedgerFiles.Dump(_ledger.Folder));
        Assert.Contains(says, await WhyAsync(leaf, field), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redacted_field_is_in_no_file_any_more_and_the_others_are_proven_as_before()
    {
        var (entry, before) = (await _ledger.Admin.GetStringAsync("/api/log/0"), await ProofAsync());
        var seed = LedgerFiles.Row<byte[]>(_ledger.Folder, "SELECT seed FROM seed WHERE leaf = 0");
        await _ledger.StopAsync();
        Assert.NotEmpty(LedgerFiles.With(_ledger.Folder, Encoding.UTF8.GetBytes(Secret)));

        var (exit, output) = await RedactAsync("0\n", "--redact-event=0", "--redact-field=/example:driver", "--redact-field=/bizTransactionList");

        Assert.True(exit == 0, output);
        Assert.Contains("file: the EPCIS document received ", output, StringComparison.Ordinal);
        Assert.Contains("fields of event 0 redacted: 3", output, StringComparison.Ordinal);
        await WholeAsync(seed);
        await _ledger.RestartAsync();
        Assert.True(new Rehash(_ledger.Services.GetRequiredService<Database>()).IsWhole(1));
        var after = await ProofAsync();
        Assert.Equal(entry, await _ledger.Admin.GetStringAsync("/api/log/0"));
        Assert.Equal(before.Commitment.Must.Concat(before.Commitment.Sd), after.Commitment.Must.Concat(after.Commitment.Sd));
        string[] gone = ["/example:driver", "/bizTransactionList/0", "/bizTransactionList/1"];
        Assert.Equal(before.Disclosures.Where(d => !gone.Contains(d.Pointer)).Select(d => d.Text), after.Disclosures.Select(d => d.Text));
        Assert.DoesNotContain(Verifier.Verify(after, null), finding => finding.Verdict == Provenance.Core.Proofs.Verdict.DoesNotHold);
        var bundle = BundleVerifier.Open(await _ledger.Admin.GetByteArrayAsync($"/api/export?format=bundle&item={Uri.EscapeDataString(Item)}"));
        Assert.DoesNotContain(BundleVerifier.Verify(bundle, null), finding => finding.Verdict == Provenance.Core.Proofs.Verdict.DoesNotHold);
        var (_, trace) = await BatchWorld.GetAsync(_ledger.Public, $"/api/trace?item={Uri.EscapeDataString(Item)}");
        Assert.Equal(DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), (string?)trace["events"]![0]!["redacted"]);
        var e = JsonNode.Parse(await _ledger.Admin.GetStringAsync("/events"))!["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]![0]!.AsObject();
        Assert.Equal(("L-123", false, false), ((string?)e["example:truck"], e.ContainsKey("example:driver"), e.ContainsKey("bizTransactionList")));
        foreach (var (language, word) in new[] { ("en", "took details of this entry away"), ("de", "Einzelheiten dieses Eintrags entfernt"), ("es", "detalles de esta entrada") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/b/01/09506000134352/21/1") { Headers = { { "Accept", "text/html" }, { "Accept-Language", language } } };
            Assert.Contains(word, await (await _ledger.Public.SendAsync(request)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        // Once more, and then all of it.
        await _ledger.StopAsync();
        Assert.Equal(0, (await RedactAsync("", "--redact-event=0", "--redact-field=/example:truck", "--redact-yes")).Exit);
        await WholeAsync(Encoding.UTF8.GetBytes("L-123"));
        await _ledger.RestartAsync();
        Assert.Equal(after.Disclosures.Count - 1, (await ProofAsync()).Disclosures.Count);
        await _ledger.StopAsync();
        Assert.Equal(0, await EraseMode.RunAsync([.. Settings("--erase"), "--erase-event=0", "--erase-yes"], null, TextWriter.Null));
        await WholeAsync(Encoding.UTF8.GetBytes("shipping"));
    }

    [Fact]
    public async Task A_declaration_loses_the_field_with_the_event_it_repeats()
    {
        var stored = JsonNode.Parse(await _ledger.Admin.GetStringAsync("/events"))!["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]![0]!.AsObject();
        stored["@context"] = JsonNode.Parse("""["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://example.org/"}]""");
        stored["errorDeclaration"] = JsonNode.Parse("""{"declarationTime":"2026-11-20T12:00:00Z","reason":"did_not_occur"}""");
        stored.Remove("recordTime");
        using var declared = await _ledger.Admin.PostAsync("/events", new StringContent(stored.ToJsonString(), Encoding.UTF8, "application/json"));
        Assert.True(declared.StatusCode == HttpStatusCode.Created, await declared.Content.ReadAsStringAsync());
        await _ledger.StopAsync();

        var (exit, output) = await RedactAsync("1\n", "--redact-event=1", "--redact-field=/example:driver", "--redact-field=/bizTransactionList");

        Assert.True(exit == 0, output);
        Assert.Contains("field: /example:driver of event 0", output, StringComparison.Ordinal);
        await WholeAsync(Encoding.UTF8.GetBytes(Secret));
    }

    [Theory]
    [InlineData("DELETE FROM redaction", "event 0: fields of it are gone, and nobody noted that they were redacted")]
    [InlineData("UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'L-123', 'L-124') AS BLOB)", "event 0: the stored event is not JSON any more: The stored event is not what its disclosures say.")]
    [InlineData("UPDATE entry SET event_digest = zeroblob(32)", "event 0: the stored event, its seed or the entry's digest was changed")]
    public async Task What_is_changed_behind_a_redaction_is_named(string change, string fault)
    {
        await _ledger.StopAsync();
        Assert.Equal(0, (await RedactAsync("", "--redact-event=0", "--redact-field=/example:driver", "--redact-yes")).Exit);
        Assert.Empty(_ledger.Faults());
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_ledger.Folder, "ledger.db")};Pooling=False"))
        {
            connection.Open();
            connection.Execute(change);
        }

        Assert.Contains(fault, _ledger.Faults());
    }

    /// <summary>The bytes are nowhere, and the ledger fits together; also when its index is made anew.</summary>
    private async Task WholeAsync(byte[] gone)
    {
        Assert.Empty(LedgerFiles.With(_ledger.Folder, gone));
        Assert.Empty(LedgerFiles.With(_ledger.Folder, Encoding.UTF8.GetBytes(Secret)));
        Assert.Empty(_ledger.Faults());
        Assert.Equal(0, await ReindexMode.RunAsync(Settings("--check-index")));
        Assert.Equal(0, await ReindexMode.RunAsync(Settings("--reindex")));
    }

    private string[] Settings(string mode) => [mode, $"--Ledger:DataDirectory={_ledger.Folder}", Url, "--Logging:LogLevel:Default=Warning"];

    private async Task<Proof> ProofAsync() => ProofJson.Parse(await _ledger.Admin.GetByteArrayAsync("/api/log/0/proof"));

    private async Task<(int Exit, string Output)> RedactAsync(string typed, params string[] arguments)
    {
        using var output = new StringWriter();
        var exit = await EraseMode.RunAsync([.. Settings("--redact"), .. arguments], new StringReader(typed), output);
        return (exit, output.ToString());
    }

    private Task<string> WhyAsync(string leaf, string field)
    {
        using var database = new Database(new Provenance.Server.LedgerOptions { DataDirectory = _ledger.Folder });
        var (_, refused) = RedactionPlan.Make(database, new Provenance.Core.Gs1.OwnIds("https://ledger.example", []), long.Parse(leaf, CultureInfo.InvariantCulture), [field]);
        return Task.FromResult(refused ?? "");
    }
}

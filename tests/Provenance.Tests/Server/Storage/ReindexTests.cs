using System.Globalization;
using System.Net;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Storage;

/// <summary><c>reindex</c> makes of events, seeds and entries exactly the index that recording wrote, row by row.</summary>
public sealed class ReindexTests : IAsyncLifetime
{
    private const string Url = "--Ledger:PublicUrl=https://ledger.example";

    private TestLedger _ledger = null!;

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync(Url);
        for (var i = 0; i < 300; i++)
        {
            await RegisterAsync($"L{i}");
        }
        await CaptureAsync(isNamed: true);
        await CaptureAsync(isNamed: false);
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public async Task The_index_made_anew_equals_the_live_one_row_by_row_and_finds_duplicates()
    {
        var live = Dump();
        await _ledger.StopAsync();
        Damage("DELETE FROM ix_item WHERE leaf % 3 = 0; DELETE FROM ix_eid; UPDATE item SET name = 'x' WHERE k IN (SELECT k FROM item LIMIT 5); DELETE FROM vocabulary; UPDATE tile SET hashes = zeroblob(32)");

        Assert.Equal(0, await ReindexAsync());

        Assert.Equal(live, Dump());
        await _ledger.RestartAsync();
        _ledger.Check();
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync("after")).StatusCode);
        _ledger.Check();
    }

    [Fact]
    public async Task A_log_that_was_changed_is_not_indexed_and_nothing_changes()
    {
        await _ledger.StopAsync();
        Damage("UPDATE seed SET seed = zeroblob(32) WHERE leaf = 7");
        var before = Dump();

        Assert.Equal(1, await ReindexAsync());

        Assert.Equal(before, Dump());
    }

    private Task<int> ReindexAsync() => ReindexMode.RunAsync(["--reindex", $"--Ledger:DataDirectory={_ledger.Folder}", Url]);

    private async Task<HttpResponseMessage> RegisterAsync(string lot)
    {
        var answer = await _ledger.Admin.PostAsync("/api/batches", Json(
            $$$"""{"product":{"sku":"RYE","name":"Rye flour"},"lot":"{{{lot}}}","quantity":25,"uom":"kg","at":"2026-11-20T08:00:00Z","origin":{"country":"AT"},"place":{"name":"Mill {{{lot.Length}}}","city":"Linz","country":"AT"}}"""));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer;
    }

    private async Task CaptureAsync(bool isNamed)
    {
        var id = isNamed ? $"\"eventID\":\"urn:uuid:{Guid.NewGuid()}\"," : "";
        var document = $$$"""
            {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"example":"https://example.org/"}],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-20T09:00:00Z",
             "epcisBody":{"eventList":[{ {{{id}}}"type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping","disposition":"in_transit","eventTime":"2026-11-20T10:00:00.000+01:00","eventTimeZoneOffset":"+01:00",
               "epcList":["urn:epc:id:sgtin:9506000.013435.{{{(isNamed ? "1" : "2")}}}"],"bizLocation":{"id":"urn:epc:id:sgln:9506000.00001.0"},"example:note":"as sent"}]}}
            """;
        var answer = await _ledger.Admin.PostAsync("/capture", Json(document));
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_ledger.Folder, "ledger.db")};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    /// <summary>Every row of every table that is not append-only.</summary>
    private List<string> Dump()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_ledger.Folder, "ledger.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return [.. new[] { "tile", "ix_eid", "ix_hash", "ix_party", "ix_time", "ix_item", "ix_term", "item", "vocabulary" }.SelectMany(table =>
            connection.Query($"SELECT * FROM {table} ORDER BY 1, 2").Select(row => table + " " + string.Join(' ', ((IDictionary<string, object>)row).Values.Select(Text))).Order(StringComparer.Ordinal))];
    }

    private static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}

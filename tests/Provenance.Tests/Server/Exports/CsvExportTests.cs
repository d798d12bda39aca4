using System.Text;
using Provenance.Tests.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Exports;

public sealed class CsvExportTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task A_trail_is_a_table_with_a_row_for_each_item_of_each_event()
    {
        await world.MakeAsync("CSV-1");
        await AskAsync(world.Imker, "/api/batches/events", $$"""{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"{{Lot("CSV-1")}}","quantity":100,"uom":"kg","to":{"party":"bakery"} }""");

        var (type, bytes) = await ExportAsync(world.Imker, Lot("CSV-1"));
        var lines = Encoding.UTF8.GetString(bytes.AsSpan(3)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/csv", type);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("index,eventTime,timeZone", lines[0], StringComparison.Ordinal);
        Assert.Contains($",2026-11-20T09:00:00+01:00,UTC+01:00,,ObjectEvent,OBSERVE,shipping,in_transit,imker GmbH,Imkerei,Imst,AT,,{Lot("CSV-1")},subject,100,KGM,urn:uuid:", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_publics_table_holds_no_amounts_ids_or_names()
    {
        await world.MakeAsync("CSV-2");

        var text = Encoding.UTF8.GetString((await ExportAsync(world.Ledger.Public, Lot("CSV-2"))).Bytes);

        Assert.Contains(Lot("CSV-2"), text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\b480\b", text); // alone: a port may hold it
        Assert.DoesNotContain("urn:uuid", text, StringComparison.Ordinal);
        Assert.DoesNotContain("imker", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("@SUM(A1)")]
    [InlineData("+1")]
    [InlineData("-1")]
    public async Task A_text_that_a_spreadsheet_would_run_is_shown_as_text(string name)
    {
        var lot = $"F{name.Length}{(int)name[0]}";
        await AskAsync(world.Imker, "/api/batches", $$"""
            {"product":{"sku":"F","name":"F"},"lot":"{{lot}}","quantity":1,"at":"2026-11-20T08:00:00+01:00","origin":{"country":"AT"},
             "place":{"name":"{{name}}","city":"{{name}}","country":"AT"} }
            """);

        var text = Encoding.UTF8.GetString((await ExportAsync(world.Imker, $"{world.PublicUrl}/id/imker/F/batch/{lot}")).Bytes);

        Assert.Contains($"'{name}", text, StringComparison.Ordinal);
        Assert.DoesNotContain($",{name}", text, StringComparison.Ordinal);
        Assert.DoesNotContain($",\"{name}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_format_or_item_is_refused_with_its_field()
    {
        Assert.Equal((400, "format"), await FieldAsync($"item={Uri.EscapeDataString(Lot("CSV-3"))}&format=exe"));
        Assert.Equal((404, "item"), await FieldAsync($"item={Uri.EscapeDataString(Lot("CSV-NEVER"))}&format=csv"));

        async Task<(int, string?)> FieldAsync(string query)
        {
            var (status, problem) = await GetAsync(world.Ledger.Public, "/api/export?" + query);
            return (status, (string?)problem["field"]);
        }
    }

    private static async Task<(string? Type, byte[] Bytes)> ExportAsync(HttpClient client, string item)
    {
        using var response = await client.GetAsync($"/api/export?item={Uri.EscapeDataString(item)}&format=csv");
        response.EnsureSuccessStatusCode();
        return (response.Content.Headers.ContentType!.MediaType, await response.Content.ReadAsByteArrayAsync());
    }
}

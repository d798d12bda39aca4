using System.Text.Json.Nodes;
using Provenance.Core.Epcis;
using Provenance.Core.Events;
using Provenance.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Batches;

/// <summary>The table of plain-api.md, row by row, over HTTP: the plain request, every member of the event, and what trace, balance and page make of it.</summary>
public sealed class StepsTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    public static TheoryData<string> Rows => [.. StepRows.Table.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_step_is_exactly_the_event_of_its_row_and_is_traced_balanced_and_shown(string name)
    {
        var row = StepRows.Table[name];
        var lot = $"S-{StepRows.Table.Keys.ToList().IndexOf(name)}";
        await world.MakeAsync(lot);
        var eventId = "";
        foreach (var before in row.Before ?? [])
        {
            eventId = (string)(await AskAsync(world.Imker, "/api/batches/events", Fill(before)))["eventId"]!;
        }

        var answer = await AskAsync(world.Imker, row.Route, Fill(row.Request));

        var stored = world.Stored(answer["index"]!);
        Assert.Empty(EventReader.Read(System.Text.Encoding.UTF8.GetBytes(stored.ToJsonString())).Problems);
        Assert.Equal((string?)answer["eventId"], (string?)stored["eventID"]);
        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", (string?)stored["eventID"]);
        Assert.Equal(ProvTerms.EpcisContext, (string?)stored["@context"]![0]);
        stored.Remove("eventID");
        stored.Remove("@context");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Fill(row.Expected)), stored), $"{name} was stored as {stored.ToJsonString()}");

        var (status, trace) = await GetAsync(world.Imker, "/api/trace?item=" + Uri.EscapeDataString((string)answer["item"]!));
        Assert.Equal(200, status);
        Assert.Contains(trace["events"]!.AsArray(), e => (long?)e!["index"] == (long)answer["index"]!);
        var (_, item) = await GetAsync(world.Imker, "/api/items?item=" + Uri.EscapeDataString(Lot(lot)));
        Assert.Equal(row.Balance, (decimal)item["balance"]![0]!["value"]!);

        using var everybody = new HttpClient();
        var page = System.Net.WebUtility.HtmlDecode(await everybody.GetStringAsync((string)answer["page"]!));
        Assert.Contains(Provenance.Server.Pages.Words.English[$"step.{name.Split(',')[0]}"], page, StringComparison.Ordinal);
        Assert.Contains($"entry {answer["index"]}", page, StringComparison.Ordinal);

        string Fill(string text) => text
            .Replace("$LOT", Lot(lot), StringComparison.Ordinal)
            .Replace("$NAME", lot, StringComparison.Ordinal)
            .Replace("$NEW", "N" + lot, StringComparison.Ordinal)
            .Replace("$BOX", $"{world.PublicUrl}/id/imker/unit/{lot}", StringComparison.Ordinal)
            .Replace("$EVENT", eventId, StringComparison.Ordinal)
            .Replace("$URL", world.PublicUrl, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_step_has_a_row() =>
        Assert.Equal(StepTable.All.Select(kind => kind.Word).Except(["correct", "void"]) /* CorrectionTests */, StepRows.Table.Keys.Select(name => name.Split(',')[0]).Distinct(), Comparer);

    private static readonly IEqualityComparer<IEnumerable<string>> Comparer =
        EqualityComparer<IEnumerable<string>>.Create((one, other) => one!.Order().SequenceEqual(other!.Order()));
}

using System.Globalization;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser.Pictures;

/// <summary>Lists, and labels on every paper.</summary>
[Collection(Browser.Pages.Name)]
public sealed class ListPictures(ToldStory story)
{
    private const int MoreThanAPage = 22;

    private readonly Firms _firms = new(story);

    [DrawnFact]
    public async Task Batches_and_deliveries()
    {
        var (maker, customer) = await _firms.FirmsAsync("many");
        for (var i = 1; i <= MoreThanAPage; i++)
        {
            var item = await _firms.MakeAsync(maker.Key, string.Create(CultureInfo.InvariantCulture, $"M-{i:00}"));
            await _firms.ShipAsync(maker, item, 10);
        }
        await using var visit = await _firms.SignedInAsync(maker.Key, 390);
        await Look.WellAsync(visit, "batches");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Older ones" }).ClickAsync();
        await Look.WellAsync(visit, "batches-older");
        await visit.OpenAsync("/portal/batches?q=nothing+like+it");
        await Look.WellAsync(visit, "batches-none-found");
        await visit.OpenAsync("/portal/deliveries?way=out");
        await Look.WellAsync(visit, "deliveries-out-page");
        await visit.OpenAsync("/portal/deliveries?way=out&q=nothing+like+it");
        await Look.WellAsync(visit, "deliveries-none-found");

        await using var other = await _firms.SignedInAsync(customer.Key, 390);
        await other.OpenAsync("/portal/deliveries");
        await Look.WellAsync(other, "deliveries-coming");
        await other.OpenAsync("/portal/receive");
        await Look.WellAsync(other, "step-receive-coming");
    }

    [DrawnFact]
    public async Task Labels()
    {
        await using var visit = await story.VisitAsync();
        await visit.OpenAsync("/labels");
        await Look.WellAsync(visit, "labels-ask");
        var item = Uri.EscapeDataString(story.Lot);
        foreach (var sheet in new[] { "L7160", "L7163", "roll62" })
        {
            await visit.OpenAsync($"/labels?item={item}&sheet={sheet}{(sheet == "roll62" ? "&count=2" : "")}");
            await Look.WellAsync(visit, $"labels-{sheet}");
            await visit.OpenAsync($"/labels?sheet={sheet}&test=1");
            await Look.WellAsync(visit, $"labels-test-{sheet}");
        }
        await visit.OpenAsync($"/labels?item={item}&sheet=L7160&from=20&count=4");
        await Look.WellAsync(visit, "labels-from-20");
        await visit.OpenAsync("/labels?item=nothing&sheet=A5&from=99&count=0");
        await Look.WellAsync(visit, "labels-faults");
    }
}

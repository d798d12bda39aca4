using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Provenance.Tests.Server.Portal;

/// <summary>Photos that go with a step, and the lists of deliveries.</summary>
public sealed partial class PaperAndListTests : StepFormTests
{
    [Fact]
    public async Task A_photo_is_kept_without_its_place_and_goes_with_the_step_and_what_is_no_photo_is_refused()
    {
        var jpeg = Documents.Photos.JpegOfAPhone(Documents.Photos.Jpeg, orientation: 1);
        var attached = await TextAsync(SendFileAsync("/portal/ship", "attach", "photo of pallet.jpg", jpeg));
        var sha256 = Thumbnail().Match(attached).Groups[1].Value;
        var kept = await Beekeeper.Browser.GetByteArrayAsync($"/portal/documents/{sha256}");
        var fields = PortalFirm.FieldsOf(attached);
        var recorded = await Beekeeper.SendAsync("/portal/ship", [.. fields, ("do", "record")]);
        var refused = await SendFileAsync("/portal/ship", "attach", "<script>.exe", "MZ"u8.ToArray());

        Assert.DoesNotContain(Documents.Photos.Secret, System.Text.Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Bakery.Browser.GetAsync($"/portal/documents/{sha256}")).StatusCode);
        Assert.Contains(("paper-number", "photo of pallet"), fields);
        Assert.Equal(HttpStatusCode.SeeOther, recorded.StatusCode);
        var e = await EventAsync(Beekeeper, Leaves().Match(recorded.Headers.Location!.ToString()).Groups[1].Value);
        Assert.Equal(sha256, (string?)e["prov:documents"]![0]!["sha256"]);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("id=\"file-error\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>.exe", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_are_listed_by_pages_and_found_by_lot_firm_and_paper()
    {
        for (var i = 0; i < 21; i++)
        {
            await ShipAsync($"{i + 1}", paper: $"LS-{i:00}");
        }

        var first = await Beekeeper.Browser.GetStringAsync("/portal/deliveries?way=out");
        var second = await Beekeeper.Browser.GetStringAsync(WebUtility.HtmlDecode(Older().Match(first).Groups[1].Value));

        Assert.Equal(20, RowLink().Count(first));
        Assert.Equal(1, RowLink().Count(second));
        Assert.Equal(1, RowLink().Count(await Beekeeper.Browser.GetStringAsync("/portal/deliveries?way=out&q=ls-07")));
        Assert.Equal(20, RowLink().Count(await Beekeeper.Browser.GetStringAsync("/portal/deliveries?way=out&q=bakery")));
        Assert.Equal(0, RowLink().Count(await Bakery.Browser.GetStringAsync("/portal/deliveries?way=out")));
    }

    /// <summary>Every field of a form, all of it right.</summary>
    private IReadOnlyList<(string Name, string Value)> Full(string word) =>
    [
        ("code", ""), .. Row("10"), ("row-damaged", ""), ("made", "2026-11-21"), ("place", "hall"), ("once", "full"), ("note", ""), ("partner", word is "ship" or "receive" ? "bakery" : ""),
        ("paper-type", "desadv"), ("paper-number", "LS-1"), ("paper-sha256", ""), ("into", "PAL-9"), ("number", "CAKE"), ("name", "Cake"), ("lot", "B-1"), ("quantity", "5"), ("uom", "kg"), ("until", ""), ("untilKind", "useBy"),
    ];

    private async Task<HttpResponseMessage> SendFileAsync(string path, string action, string name, byte[] content)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (field, value) in Full("ship").Where(one => !one.Name.StartsWith("paper", StringComparison.Ordinal)).Concat([("form-token", Beekeeper.Token), ("do", action), ("paper-type", "recadv"), ("paper-number", "")]))
        {
            form.Add(new StringContent(value), field);
        }
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "file", name);
        return await Beekeeper.Browser.PostAsync(path, form);
    }

    [GeneratedRegex("src=\"/portal/documents/([0-9a-f]{64})\"")]
    private static partial Regex Thumbnail();

    [GeneratedRegex("href=\"(/portal/deliveries\\?[^\"]+before=[^\"]+)\"")]
    private static partial Regex Older();

    [GeneratedRegex("<a href=\"/portal/events/\\d+\">")]
    private static partial Regex RowLink();
}

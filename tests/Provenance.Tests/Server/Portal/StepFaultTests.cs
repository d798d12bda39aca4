using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Provenance.Tests.Server.Portal;

/// <summary>Forms that nothing may come of.</summary>
public sealed class StepFaultTests : IClassFixture<StepFaultTests.World>
{
    private const string Script = "<script>alert(1)</script>";

    private readonly World _world;

    public StepFaultTests(World world) => _world = world;

    [Theory]
    [InlineData("ship", "code", "code", "x\u0001<script>")]
    [InlineData("ship", "code", "code", "09506000134353")]
    [InlineData("ship", "row-quantity", "row-quantity-0", "=1+1")]
    [InlineData("ship", "row-quantity", "row-quantity-0", "1,000")]
    [InlineData("ship", "row-quantity", "row-quantity-0", "0")]
    [InlineData("ship", "partner", "partner", "")]
    [InlineData("ship", "partner", "partner", Script)]
    [InlineData("ship", "made", "made", "2027-01-01")]
    [InlineData("ship", "paper-number", "paper-number-0", "a\nb")]
    [InlineData("ship", "row-quantity", "row-quantity-0", "1.2345")]
    [InlineData("receive", "row-damaged", "row-damaged-0", "some")]
    [InlineData("transform", "number", "number", "9506000134353")]
    [InlineData("transform", "lot", "lot", "a lot with far too many letters")]
    [InlineData("pack", "into", "into", "")]
    [InlineData("pack", "into", "into", "095060001343520018")]
    [InlineData("receive", "row-damaged", "row-damaged-0", "200")]
    [InlineData("receive", "row-quantity", "row-quantity-0", "")]
    [InlineData("transform", "lot", "lot", "")]
    [InlineData("transform", "quantity", "quantity", "many")]
    [InlineData("transform", "until", "until", "soon")]
    public async Task What_is_wrong_is_named_beside_its_field_and_nothing_is_recorded_or_lost(string word, string field, string id, string value)
    {
        var before = await EntriesAsync();
        foreach (var (language, sign) in new[] { ("en", ""), ("de", "?lang=de"), ("es", "?lang=es") })
        {
            foreach (var action in new[] { "preview", "record" })
            {
                var answer = await _world.Firm.SendAsync($"/portal/{word}{sign}", [.. Full(word).Select(one => one.Name == field ? (field, value) : one), ("do", action)]);
                var page = await answer.Content.ReadAsStringAsync();

                Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
                Assert.Contains($"<html lang=\"{language}\"", page, StringComparison.Ordinal);
                Assert.Matches($"(?s)id=\"{id}\"[^>]*autofocus", page);
                Assert.Contains($"id=\"{id}-error\"", page, StringComparison.Ordinal);
                Assert.True(value.Length == 0 || WebUtility.HtmlDecode(ErrorOf(page, id)).Contains(value.Split('\n', '\u0001')[0], StringComparison.Ordinal), ErrorOf(page, id));
                Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal); // the note, as text
                Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
                Assert.True(language == "en" || !ErrorOf(page, id).Contains("lang=\"en\"", StringComparison.Ordinal), ErrorOf(page, id)); // in the reader's language alone
            }
        }
        Assert.Equal(before, await EntriesAsync());
    }

    private static string ErrorOf(string page, string id) => page[page.IndexOf($"id=\"{id}-error\"", StringComparison.Ordinal)..].Split("</p>")[0];

    /// <summary>Every field of a form, all of it right.</summary>
    private IReadOnlyList<(string Name, string Value)> Full(string word) =>
    [
        ("code", ""), ("row-item", _world.Honey), ("row-quantity", "10"), ("row-uom", "kg"), ("row-damaged", ""), ("made", "2026-11-21"), ("place", "hall"), ("once", "full"), ("note", Script),
        ("partner", word is "ship" or "receive" ? "bakery" : ""), ("paper-type", "desadv"), ("paper-number", "LS-1"), ("paper-sha256", ""), ("into", "PAL-9"),
        ("number", "CAKE"), ("name", "Cake"), ("lot", "B-1"), ("quantity", "5"), ("uom", "kg"), ("until", ""), ("untilKind", "useBy"),
    ];

    private async Task<string> EntriesAsync() => (await _world.Ledger.Public.GetFromJsonAsync<JsonObject>("/api/log/checkpoint"))!["size"]!.ToString();

    /// <summary>One ledger for all of these, as none of them leaves anything in it.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestLedger Ledger { get; private set; } = null!;

        internal PortalFirm Firm { get; private set; } = null!;

        internal string Honey { get; private set; } = "";

        public async Task InitializeAsync()
        {
            Ledger = await TestLedger.StartAsync();
            Firm = await PortalFirm.AddAsync(Ledger, "imker", "Imkerei");
            await PortalFirm.AddAsync(Ledger, "bakery", "Bakery");
            Honey = await Firm.MakeAsync("HO-1");
        }

        public Task DisposeAsync() => Ledger.DisposeAsync();
    }
}

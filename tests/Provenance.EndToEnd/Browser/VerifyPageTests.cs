using System.Text;
using Microsoft.Playwright;

namespace Provenance.EndToEnd.Browser;

/// <summary>The page that checks a file from the reader's disk.</summary>
[Collection(Pages.Name)]
public sealed class VerifyPageTests(ToldStory story)
{
    [BrowserFact]
    public async Task A_bundle_holds_as_far_as_a_file_alone_can_tell()
    {
        await using var visit = await story.VisitAsync();

        await CheckAsync(visit, "trail.provenance.zip", story.Bundle);

        await HoldsAsync(visit, "content", "recorded");
        Assert.Equal("unknown", await visit.VerdictAsync("history"));
        Assert.Equal("unknown", await visit.VerdictAsync("chain"));
        await visit.AssertNothingElseAsync();
    }

    [BrowserFact]
    public async Task A_bundle_holds_on_the_chain_when_the_reader_names_a_node_and_the_contract()
    {
        await using var visit = await story.VisitAsync();
        // The trial chain answers no page of another origin. A node that does is what it becomes here.
        await visit.Page.RouteAsync(story.Rpc + "**", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Headers = new Dictionary<string, string>(answer.Headers) { ["access-control-allow-origin"] = "*" } });
        });
        await OpenAsync(visit);
        await visit.Page.Locator("summary").ClickAsync();
        await visit.Page.Locator("[name=rpc]").FillAsync(story.Rpc);
        await visit.Page.Locator("[name=contract]").FillAsync(story.Contract);

        await GiveAsync(visit, "trail.provenance.zip", story.Bundle);

        await HoldsAsync(visit, "content", "recorded", "history", "chain");
    }

    [BrowserFact]
    public async Task A_proof_shows_what_it_says_and_a_changed_one_does_not_hold()
    {
        var proof = await story.Server.Admin.GetByteArrayAsync("/api/log/0/proof");
        await using var visit = await story.VisitAsync();

        await CheckAsync(visit, "entry-0.proof.json", proof);
        await HoldsAsync(visit, "content", "recorded");
        Assert.True(await visit.Page.Locator("[data-fields] tr").CountAsync() > 3);

        Changed.OneByteAfter(proof, "\"eventDigest\":\"");
        await CheckAsync(visit, "entry-0.proof.json", proof);
        Assert.Equal("fails", await visit.VerdictAsync("content"));
    }

    [BrowserFact]
    public async Task A_changed_bundle_is_refused()
    {
        var bundle = story.Bundle.ToArray();
        Changed.OneByteAfter(bundle, "\"eventDigest\":\"");
        await using var visit = await story.VisitAsync();

        await CheckAsync(visit, "trail.provenance.zip", bundle, "[data-error]:visible");

        Assert.False(await visit.Page.Locator("[data-result]").IsVisibleAsync());
    }

    [BrowserFact]
    public async Task A_file_of_another_kind_is_no_proof()
    {
        await using var visit = await story.VisitAsync();

        await CheckAsync(visit, "notes.json", Encoding.UTF8.GetBytes("{\"v\":1}"));

        Assert.Equal("fails", await visit.VerdictAsync("content"));
    }

    /// <summary>Opens the page, gives it a file, and waits for what it says.</summary>
    internal static async Task CheckAsync(Visit visit, string name, byte[] file, string until = "[data-finding=complete]:not(.unchecked)")
    {
        await OpenAsync(visit);
        await GiveAsync(visit, name, file, until);
    }

    /// <summary>With its words loaded: only then does it look at files.</summary>
    private static Task<IResponse?> OpenAsync(Visit visit) => visit.Page.GotoAsync("/verify", new() { WaitUntil = WaitUntilState.NetworkIdle });

    private static async Task GiveAsync(Visit visit, string name, byte[] file, string until = "[data-finding=complete]:not(.unchecked)")
    {
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, Buffer = file, MimeType = "application/octet-stream" });
        await visit.Page.Locator(until).WaitForAsync();
    }

    private static async Task HoldsAsync(Visit visit, params string[] findings)
    {
        foreach (var finding in findings)
        {
            var line = await visit.Page.Locator($"[data-finding={finding}]").InnerTextAsync();
            Assert.True(await visit.VerdictAsync(finding) == "holds", $"{finding}: {line}");
        }
    }
}

using System.Net;
using System.Text.Json;

namespace Provenance.Tests.Server;

public sealed class SkeletonTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    [Fact]
    public async Task The_process_says_that_it_lives()
    {
        var answer = await ledger.Public.GetAsync("/health/live");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"status":"live"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Every_answer_forbids_foreign_content_and_frames()
    {
        var answer = await ledger.Public.GetAsync("/nothing-here");

        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotContain("unsafe", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_path_that_leads_nowhere_is_a_problem_naming_it()
    {
        var answer = await ledger.Public.GetAsync("/nothing-here");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("/nothing-here", problem.RootElement.GetProperty("value").GetString());
    }

    [Fact]
    public async Task The_api_is_described_and_its_page_comes_from_here_alone()
    {
        using var description = JsonDocument.Parse(await ledger.Public.GetStringAsync("/openapi/v1.json"));
        Assert.True(description.RootElement.GetProperty("paths").TryGetProperty("/health/live", out _));

        var page = await ledger.Public.GetStringAsync("/docs/index.html");
        Assert.DoesNotContain("http://", page);
        Assert.DoesNotContain("https://", page);
        Assert.DoesNotContain("<script>", page);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_is_refused()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Start($"--Ledger:DataDirectory={ledger.Folder}"));

        Assert.Contains("Another process", refused.ToString());
    }

    [Theory]
    [InlineData("--Ledger:PublicUrl=ftp://example.com", "Ledger__PublicUrl is 'ftp://example.com'")]
    [InlineData("--Ledger:PublicUrl=https://example.com/path", "Ledger__PublicUrl is 'https://example.com/path'")]
    [InlineData("--Ledger:MaxBodyMebibytes=0", "Ledger__MaxBodyMebibytes is 0")]
    [InlineData("--Ledger:AdminKey=short", "Ledger__AdminKey has fewer than 16 characters")]
    [InlineData("--Ledger:Anchoring:IntervalSeconds=0", "Ledger__Anchoring__IntervalSeconds is 0")]
    [InlineData("--Ledger:Chain:Finality=soon", "Ledger__Chain__Finality is 'soon'")]
    [InlineData("--Ledger:NoSuchSetting=1", "NoSuchSetting")]
    [InlineData("--Ledger:Chain:SignerUrl=http://127.0.0.1:9000", "the embedded chain has keys of its own")]
    [InlineData("--Ledger:Chain:SignerUrl=ftp://127.0.0.1", "Ledger__Chain__SignerUrl is no absolute http or https URL")]
    [InlineData("--Ledger:Chain:SignerUrl=http://127.0.0.1:9000", "Ledger__Chain__SignerAccount is missing")]
    [InlineData("--Ledger:Chain:SignerAccount=0x00000000000000000000000000000000000000aa", "Ledger__Chain__SignerUrl is missing")]
    [InlineData("--Ledger:Chain:SignerAccount=0x12", "Ledger__Chain__SignerAccount is '0x12'")]
    public async Task A_setting_that_cannot_work_stops_the_start_and_is_named(string setting, string named)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Start(setting));

        Assert.Contains(named, refused.ToString());
    }

    private static async Task Start(params string[] settings)
    {
        await using var server = Program.Build(["--urls=http://127.0.0.1:0", .. settings], isAnchored: false);
        await server.StartAsync();
    }
}

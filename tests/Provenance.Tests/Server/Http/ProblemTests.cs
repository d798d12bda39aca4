using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Provenance.Tests.Server.Http;

public sealed class ProblemTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    public async Task InitializeAsync() => _ledger = await TestLedger.StartAsync("--Ledger:MaxBodyMebibytes=1");

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    [Theory]
    [InlineData("""{"name":"X","slug":"x",""", "body", """{"name":"X","slug":"x",""")]
    [InlineData("""{"name":"X","name":"Y","slug":"x","country":"AT"}""", "name", null)]
    [InlineData("""{"name":"X","slug":"x","country":5}""", "country", "5")]
    [InlineData("""{"name":"X","slug":"x","country":"AT","colour":"red"}""", "colour", "\"red\"")]
    [InlineData("""{"name":"X","slug":"x"}""", "country", null)]
    [InlineData("""{"name":null,"slug":"x","country":"AT"}""", "name", "null")]
    public async Task A_body_that_cannot_be_read_is_refused_by_member_and_value(string body, string field, string? value)
    {
        var problem = await Refusal(_ledger.Admin, HttpMethod.Post, "/api/parties", body, 400);

        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.DoesNotContain("Provenance.Server", problem.GetProperty("detail").GetString());
        if (value is not null)
        {
            Assert.Equal(value, problem.GetProperty("value").GetString());
        }
    }

    [Fact]
    public async Task A_body_over_the_limit_is_told_the_setting()
    {
        var problem = await Refusal(_ledger.Admin, HttpMethod.Post, "/api/parties", $$"""{"name":"{{new string('x', 2 << 20)}}"}""", 413);

        Assert.Contains("Ledger__MaxBodyMebibytes", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Another_media_type_is_refused_by_name()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/parties") { Content = new StringContent("x", Encoding.UTF8, new MediaTypeHeaderValue("text/plain")) };

        var problem = await Refusal(await _ledger.Admin.SendAsync(request), 415);

        Assert.StartsWith("text/plain", problem.GetProperty("value").GetString());
    }

    [Theory]
    [InlineData("/api/log/entries?from=abc&to=5", "from", "abc")]
    [InlineData("/api/log/entries?from=0", "to", null)]
    [InlineData("/api/log/entries?from=-1&to=5", "from", "-1")]
    [InlineData("/api/log/consistency?from=0&to=0", "from", "0")]
    public async Task A_parameter_that_cannot_be_is_refused_by_name_and_value(string path, string field, string? value)
    {
        var problem = await Refusal(await _ledger.Public.GetAsync(path), 400);

        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal(value, problem.TryGetProperty("value", out var shown) ? shown.GetString() : null);
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_take_is_named()
    {
        var problem = await Refusal(await _ledger.Admin.DeleteAsync("/api/parties"), 405);

        Assert.Equal("DELETE", problem.GetProperty("value").GetString());
    }

    private static async Task<JsonElement> Refusal(HttpClient client, HttpMethod method, string path, string body, int status) =>
        await Refusal(await client.SendAsync(new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") }), status);

    private static async Task<JsonElement> Refusal(HttpResponseMessage answer, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        return JsonElement.Parse(text);
    }
}

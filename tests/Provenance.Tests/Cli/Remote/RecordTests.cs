using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Cli;
using Provenance.Cli.Remote;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Cli.Remote;

/// <summary><c>provenance record</c>: a file of plain events to a server, once however often it is sent.</summary>
public sealed class RecordTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    [Theory]
    [InlineData("", "nothing to record")]
    [InlineData("[]", "nothing to record")]
    [InlineData("{\"lot\":\"A\"}\n\n{\"lot\":", "line 3: it is no JSON")]
    [InlineData("{\"lot\":\"A\"}\n\"B\"\n", "line 2: 'B' is no JSON object")]
    [InlineData("[{\"lot\":\"A\"},\n 7]", "line 2: '7' is no JSON object")]
    [InlineData("lot;quantity\nA;1\n", "line 1: it is no JSON")]
    public void What_is_no_JSON_object_is_refused_by_its_line(string text, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => RecordLines.Read(Utf8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Lines_an_array_and_blanks_give_the_same_keys_and_an_equal_line_one_of_its_own()
    {
        const string one = """{"step":"store","at":"2026-11-20T08:00:00+01:00","n":1.50}""", two = """{"lot":"ä"}""";

        var lines = RecordLines.Read(Utf8.GetBytes($"{one}\n{two}\n{one}\n"));
        var array = RecordLines.Read([.. Encoding.UTF8.Preamble, .. Utf8.GetBytes($"[ {one.Replace(",", " ,\n ", StringComparison.Ordinal)},{two}, {one}]")]);

        Assert.Equal(lines.Select(line => (line.Key, line.IsStep)), array.Select(line => (line.Key, line.IsStep)));
        Assert.Equal([true, false, true], lines.Select(line => line.IsStep));
        Assert.Equal([1, 2, 3], lines.Select(line => line.Line));
        Assert.Equal(3, lines.Select(line => line.Key).Distinct().Count());
        Assert.Equal(one, Utf8.GetString(lines[0].Body));
    }

    [Fact]
    public async Task A_file_sent_again_whole_or_mended_or_longer_records_nothing_twice()
    {
        const string good = """{"step":"store","item":"https://id.gs1.org/01/09506000134352/10/REC-1","at":"2026-11-20T10:00:00+01:00","place":"hive"}""";
        var making = BatchWorld.Making("REC-1");
        var wrong = BatchWorld.Making("REC-2", quantity: -5);

        var (exit, first, talk) = await SendAsync(world.Imker, making, wrong, good);
        Assert.Equal((Exit.DoesNotHold, "2 recorded, 0 recorded before, 1 refused."), (exit, talk));
        Assert.Contains("line 1: recorded as entry ", first[0], StringComparison.Ordinal);
        Assert.Contains("line 2: refused: quantity is '-5': ", first[1], StringComparison.Ordinal);
        Assert.Contains("line 3: recorded as entry ", first[2], StringComparison.Ordinal);

        var rows = world.CountRows();
        (exit, var second, talk) = await SendAsync(world.Imker, making, wrong, good);
        Assert.Equal((Exit.DoesNotHold, "0 recorded, 2 recorded before, 1 refused."), (exit, talk));
        Assert.Equal(first[0].Replace("recorded as", "recorded before as", StringComparison.Ordinal), second[0]);
        Assert.Equal(rows, world.CountRows());

        (exit, _, talk) = await SendAsync(world.Imker, making, BatchWorld.Making("REC-2", quantity: 5), good, BatchWorld.Making("REC-3"));
        Assert.Equal((Exit.Holds, "2 recorded, 2 recorded before, 0 refused."), (exit, talk));
    }

    [Fact]
    public async Task An_equal_thing_that_happened_twice_stands_there_twice()
    {
        await world.MakeAsync("REC-4");
        var sold = """{"step":"sell","item":"https://id.gs1.org/01/09506000134352/10/REC-4","quantity":1,"uom":"kg","at":"2026-11-20T10:00:00+01:00","place":"hive"}""";
        var again = sold.Replace("{", """{"again":true,""", StringComparison.Ordinal);

        Assert.Equal((Exit.Holds, "3 recorded, 0 recorded before, 0 refused."), await ResultAsync(sold, again, again));
        Assert.Equal((Exit.Holds, "0 recorded, 3 recorded before, 0 refused."), await ResultAsync(sold, again, again));

        async Task<(int, string)> ResultAsync(params string[] lines) => await SendAsync(world.Imker, lines) is var (exit, _, talk) ? (exit, talk) : default;
    }

    [Fact]
    public async Task Every_fault_of_a_line_is_named_and_with_json_the_answer_is_the_servers()
    {
        var (_, lines, _) = await SendAsync(world.Imker, """{"step":"ship","at":"2026-11-20","item":"x","quantity":"many","note":7,"to":{"party":"bakery"}}""");
        Assert.True(lines.Length >= 2, string.Join('\n', lines));
        Assert.Contains(lines, line => line.Contains("note is '7'", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("quantity is '\"many\"'", StringComparison.Ordinal));

        using var output = new StringWriter();
        var exit = await new RecordRun(world.Imker, output, TextWriter.Null) { PrintsJson = true }
            .RunAsync(RecordLines.Read(Utf8.GetBytes(BatchWorld.Making("REC-5") + """{"step":"fly"}""")), default);
        var (made, refused) = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var a, var b] ? (JsonNode.Parse(a)!, JsonNode.Parse(b)!) : default;
        Assert.Equal((Exit.DoesNotHold, 201, 400), (exit, (int)made["status"]!, (int)refused["status"]!));
        Assert.Equal(BatchWorld.Lot("REC-5"), (string?)made["answer"]!["item"]);
        Assert.Equal("fly", (string?)refused["answer"]!["value"]);
    }

    [Fact]
    public async Task A_key_that_is_not_known_stops_before_anything_is_recorded()
    {
        var rows = world.CountRows();
        using var client = world.Ledger.Client("no key of this ledger");

        var refused = await Assert.ThrowsAsync<UsageException>(() => SendAsync(client, BatchWorld.Making("REC-6")));

        Assert.Contains("not known here", refused.Message, StringComparison.Ordinal);
        Assert.Equal(rows, world.CountRows());
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_and_one_that_is_not_there_cannot_be_told()
    {
        await using var busy = new AnsweringOnce("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", times: 2,
            "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        using var client = ServerOptions.Open(busy.Url, "key");

        var (exit, lines, talk) = await SendAsync(client, "{}");
        Assert.Equal((Exit.DoesNotHold, 4), (exit, busy.Requests));
        Assert.Equal(["line 1: refused: refused"], lines);

        using var nobody = ServerOptions.Open(new Uri("http://127.0.0.1:9/"), "key");
        (exit, lines, talk) = await SendAsync(nobody, "{}");
        Assert.Equal(Exit.CannotTell, exit);
        Assert.Empty(lines);
        Assert.Contains("could not be asked", talk, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string[] Lines, string Talk)> SendAsync(HttpClient client, params string[] lines)
    {
        using var output = new StringWriter();
        using var talk = new StringWriter();
        var exit = await new RecordRun(client, output, talk) { Pause = TimeSpan.FromMilliseconds(1) }.RunAsync(RecordLines.Read(Utf8.GetBytes(string.Join('\n', lines))), default);
        return (exit, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), talk.ToString().Trim());
    }
}

/// <summary>A server of nothing but answers written down beforehand: one some times, then another.</summary>
internal sealed class AnsweringOnce : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _running;

    public AnsweringOnce(string answer, int times, string then)
    {
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _running = RunAsync(answer, times, then);
    }

    public Uri Url { get; }

    public int Requests { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running;
        _listener.Dispose();
    }

    private async Task RunAsync(string answer, int times, string then)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                _ = await client.GetStream().ReadAsync(buffer);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Requests++ < times ? answer : then));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}

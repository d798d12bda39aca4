using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Provenance.Cli.Remote;

/// <summary>Sends lines to a server one after the other, in their order: later ones may speak of what earlier ones made.</summary>
internal sealed class RecordRun(HttpClient client, TextWriter output, TextWriter talk)
{
    /// <summary>Of a request that got no answer, or was told to come later. Sent again under its key it records nothing twice.</summary>
    private const int MostTries = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public bool PrintsJson { get; init; }

    /// <summary>Between tries that the server gave no time for; grows.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <exception cref="UsageException">The key or the URL is not right. Nothing was recorded.</exception>
    public async Task<int> RunAsync(IReadOnlyList<RecordLine> lines, CancellationToken cancel)
    {
        // What has a lower index than this was there before: the answers to it are the first ones again.
        if (await FindSizeAsync(cancel) is not { } size)
        {
            return Exit.CannotTell;
        }
        using var bar = new ProgressBar("lines");
        var (recorded, before, refused) = (0, 0, 0);
        for (var i = 0; i < lines.Count; i++)
        {
            using var response = await SendAsync(() => Request(lines[i]), cancel);
            if (response is null)
            {
                await talk.WriteLineAsync($"Stopped before line {lines[i].Line}; send the same file again to go on. So far: {recorded} recorded, {before} recorded before, {refused} refused.");
                return Exit.CannotTell;
            }
            if (response.StatusCode == HttpStatusCode.Created)
            {
                var isNew = await PrintRecordedAsync(lines[i], response, size, cancel);
                (recorded, before) = isNew ? (recorded + 1, before) : (recorded, before + 1);
            }
            else
            {
                refused++;
                await PrintRefusedAsync(lines[i], response, cancel);
            }
            bar.Show((ulong)(i + 1), (ulong)lines.Count);
        }
        bar.Dispose();
        await talk.WriteLineAsync($"{recorded} recorded, {before} recorded before, {refused} refused.");
        return refused == 0 ? Exit.Holds : Exit.DoesNotHold;
    }

    /// <summary>Entries in the log now; null when nobody answers.</summary>
    private async Task<long?> FindSizeAsync(CancellationToken cancel)
    {
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "api/log/checkpoint"), cancel);
        if (response is null || response.StatusCode == HttpStatusCode.NotFound && response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            return response is null ? null : 0;
        }
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new UsageException(string.Join('\n', await ServerAnswer.ReadProblemAsync(response, cancel)));
        }
        using var checkpoint = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        return checkpoint.RootElement.GetProperty("size").GetInt64();
    }

    private static HttpRequestMessage Request(RecordLine line)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, line.IsStep ? "api/batches/events" : "api/batches") { Content = new ByteArrayContent(line.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", line.Key);
        return request;
    }

    /// <summary>Null when the server could not be asked, also not after some time.</summary>
    private async Task<HttpResponseMessage?> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            string why;
            var wait = Pause * Math.Pow(2, tries - 1);
            try
            {
                using var request = make();
                var response = await client.SendAsync(request, cancel);
                if (response.StatusCode != HttpStatusCode.TooManyRequests && (int)response.StatusCode < 500)
                {
                    return response;
                }
                using (response)
                {
                    why = string.Join("; ", await ServerAnswer.ReadProblemAsync(response, cancel));
                    wait = response.Headers.RetryAfter?.Delta ?? wait;
                }
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException)
            {
                why = $"{client.BaseAddress} could not be asked: {e.Message}";
            }
            if (tries == MostTries)
            {
                await talk.WriteLineAsync(why);
                return null;
            }
            await Task.Delay(wait < LongestWait ? wait : LongestWait, cancel);
        }
    }

    /// <returns>Whether it was recorded now.</returns>
    private async Task<bool> PrintRecordedAsync(RecordLine line, HttpResponseMessage response, long size, CancellationToken cancel)
    {
        using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        var root = answer.RootElement;
        var index = root.GetProperty("index").GetInt64();
        if (PrintsJson)
        {
            await PrintAsync(line, response, root.GetRawText());
            return index >= size;
        }
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"line {line.Line}: {(index >= size ? "recorded" : "recorded before")} as entry {index} {root.GetProperty("page").GetString()}"));
        foreach (var warning in root.GetProperty("warnings").EnumerateArray())
        {
            await output.WriteLineAsync($"line {line.Line}: warning: {warning.GetString()}");
        }
        return index >= size;
    }

    private async Task PrintRefusedAsync(RecordLine line, HttpResponseMessage response, CancellationToken cancel)
    {
        await response.Content.LoadIntoBufferAsync(cancel);
        var faults = await ServerAnswer.ReadProblemAsync(response, cancel);
        if (response.StatusCode == HttpStatusCode.Unauthorized || (int)response.StatusCode is >= 300 and < 400)
        {
            throw new UsageException(string.Join('\n', faults));
        }
        if (PrintsJson && response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            await PrintAsync(line, response, await response.Content.ReadAsStringAsync(cancel));
            return;
        }
        foreach (var fault in faults)
        {
            await output.WriteLineAsync($"line {line.Line}: refused: {fault}");
        }
    }

    private Task PrintAsync(RecordLine line, HttpResponseMessage response, string answer) =>
        output.WriteLineAsync($$"""{"line":{{line.Line}},"status":{{(int)response.StatusCode}},"answer":{{answer.ReplaceLineEndings(" ")}}}""");
}

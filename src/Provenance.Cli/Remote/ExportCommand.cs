using System.CommandLine;
using System.Net;

namespace Provenance.Cli.Remote;

/// <summary><c>provenance export</c>: what a running server gives of an item, to a file or stdout. The server alone knows who may see what, so it is asked, and the data directory is not read.</summary>
internal static class ExportCommand
{
    private const int Buffer = 1 << 16;

    public static Command Make()
    {
        var server = new ServerOptions();
        var item = new Option<string>("--item") { HelpName = "URI", Description = "The item: its URI, or an element string such as (01)09506000134352(10)B-326", Required = true };
        var format = new Option<string>("--format") { HelpName = "FORMAT", Description = "bundle, which anybody can verify alone; csv or xlsx, a table; epcis, an EPCIS document (takes a key); report, a page to print", DefaultValueFactory = _ => "bundle" };
        var party = new Option<string?>("--party") { HelpName = "PARTY", Description = "Only what this party recorded: its slug or id" };
        var from = new Option<string?>("--from") { HelpName = "TIME", Description = "Only what happened from then on: a date, or a time with offset" };
        var to = new Option<string?>("--to") { HelpName = "TIME", Description = "Only what happened up to the end of that date, or before that time" };
        var language = new Option<string?>("--language") { HelpName = "LANGUAGE", Description = "Of a report: en, de or es" };
        var output = new Option<FileInfo?>("--output", "-o") { HelpName = "FILE", Description = "Where to write it, whole or not at all; one of that name is replaced. Default: stdout" };
        var command = new Command("export",
            "Get an item's trail from a running server, with the fields that your key may see; without a key, what the public sees.\n"
            + "Exit code: 0 written, 1 the server has no such thing for you, 2 it could not be asked, 64 usage; then nothing is written.")
        {
            server.Url, server.KeyFile, item, format, party, from, to, language, output,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var file = parsed.GetValue(output);
            if (file is null && parsed.GetValue(format) is "bundle" or "xlsx" && !Console.IsOutputRedirected)
            {
                throw new UsageException($"A {parsed.GetValue(format)} is nothing for a terminal: name a file with --output.");
            }
            using var client = server.Open(parsed);
            return await RunAsync(client, Query(("item", parsed.GetValue(item)), ("format", parsed.GetValue(format)), ("party", parsed.GetValue(party)), ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)), ("lang", parsed.GetValue(language))), file?.FullName, cancel);
        });
        return command;
    }

    private static string Query(params (string Name, string? Value)[] parameters) =>
        "api/export?" + string.Join('&', parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));

    /// <param name="file">Null for stdout.</param>
    internal static async Task<int> RunAsync(HttpClient client, string query, string? file, CancellationToken cancel)
    {
        // Beside the file, to be renamed; for stdout in a file of its own, so that what is piped on is whole as well.
        var making = file is null ? Path.GetTempFileName() : file + ".making";
        try
        {
            using var response = await client.GetAsync(query, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                foreach (var line in await ServerAnswer.ReadProblemAsync(response, cancel))
                {
                    await Console.Error.WriteLineAsync(line);
                }
                return (int)response.StatusCode switch
                {
                    404 or 410 => Exit.DoesNotHold,
                    429 or >= 500 => Exit.CannotTell,
                    _ => Exit.Usage,
                };
            }
            var size = await CopyAsync(response, making, cancel);
            if (file is null)
            {
                using var made = File.OpenRead(making);
                await made.CopyToAsync(Console.OpenStandardOutput(), cancel);
                return Exit.Holds;
            }
            File.Move(making, file, overwrite: true);
            Console.Out.WriteLine($"{file}: {size} bytes");
            return Exit.Holds;
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            await Console.Error.WriteLineAsync($"{client.BaseAddress} could not be asked: {e.Message}");
            return Exit.CannotTell;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--output: {e.Message}");
        }
        finally
        {
            File.Delete(making);
        }
    }

    private static async Task<long> CopyAsync(HttpResponseMessage response, string making, CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // it may hold what only this key may see
        }
        using var bar = new ProgressBar("bytes");
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        await using var output = new FileStream(making, options);
        var all = response.Content.Headers.ContentLength;
        var buffer = new byte[Buffer];
        var done = 0L;
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            await output.WriteAsync(buffer.AsMemory(0, read), cancel);
            done += read;
            bar.Show((ulong)done, (ulong)(all ?? 0));
        }
        output.Flush(flushToDisk: true);
        return done;
    }
}

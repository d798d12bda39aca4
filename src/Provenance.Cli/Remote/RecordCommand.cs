using System.CommandLine;

namespace Provenance.Cli.Remote;

/// <summary><c>provenance record</c>: what happened, in plain words, from a file to a running server.</summary>
internal static class RecordCommand
{
    private const long LargestFile = 1L << 30;

    public static Command Make()
    {
        var server = new ServerOptions();
        var file = new Argument<FileInfo?>("FILE") { HelpName = "FILE", Description = "JSON objects as POST /api/batches and /api/batches/events take them (those with a step): one, an array, or one a line. Default: stdin", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print the server's answers as JSON, one a line" };
        var command = new Command("record",
            "Record batches and what happened to them on a running server. Each goes with an Idempotency-Key made of its content: the same file sent again, whole or mended or longer,\n"
            + "records nothing twice. To record an equal thing that did happen twice, let it stand there twice with \"again\": true.\n"
            + "A file that is no JSON records nothing; what the server refuses is printed with field and value, and the rest is recorded.\n"
            + "Exit code: 0 all is on record, 1 something was refused, 2 the server could not be asked to the end (send the file again), 64 usage.")
        {
            file, server.Url, server.KeyFile, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var lines = RecordLines.Read(await ReadAsync(parsed.GetValue(file), cancel));
            using var client = server.Open(parsed);
            if (client.DefaultRequestHeaders.Authorization is null)
            {
                throw new UsageException("Recording takes a key: name a file that holds it with --key-file, or set PROVENANCE_KEY.");
            }
            return await new RecordRun(client, Console.Out, Console.Error) { PrintsJson = parsed.GetValue(json) }.RunAsync(lines, cancel);
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(FileInfo? file, CancellationToken cancel)
    {
        if (file is not null && file.Name != "-")
        {
            return !file.Exists ? throw new UsageException($"There is no '{file}'.")
                : file.Length > LargestFile ? throw new UsageException($"{file} is larger than 1 GiB; cut it into several.")
                : await File.ReadAllBytesAsync(file.FullName, cancel);
        }
        if (!Console.IsInputRedirected)
        {
            await Console.Error.WriteLineAsync("Reading from this terminal; end with Ctrl-D.");
        }
        using var input = new MemoryStream();
        await Console.OpenStandardInput().CopyToAsync(input, cancel);
        return input.ToArray();
    }
}

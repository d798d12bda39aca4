using System.CommandLine;

namespace Provenance.Cli;

/// <summary><c>provenance reindex</c>: starts the server program in its other mode, which alone knows how an index is made (src/decisions/0013).</summary>
internal static class ReindexCommand
{
    public static Command Make()
    {
        var data = new Option<DirectoryInfo>("--data")
        {
            HelpName = "DIR",
            Description = "The ledger's data directory",
            DefaultValueFactory = _ => new DirectoryInfo("data"),
        };
        var url = ServerMode.UrlOption();
        var command = new Command("reindex",
            "Make tree nodes, indexes, item names and vocabulary anew from events, seeds and entries. The server must be off. Other settings that start with\n"
            + "Ledger__ are taken from the environment. Exit code: 0 done, 1 the log itself was changed and nothing was done, 64 usage.")
        {
            data, url,
        };
        command.SetAction((result, cancel) => RunAsync(result.GetValue(data)!.FullName, result.GetValue(url)!, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string data, string url, CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(data, "ledger.db")))
        {
            throw new UsageException($"There is no ledger in '{data}': ledger.db is missing. Name another with --data.");
        }
        return await ServerMode.StartAsync("--reindex", data, url, cancel);
    }
}

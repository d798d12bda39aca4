using System.CommandLine;
using System.Diagnostics;

namespace Provenance.Cli;

/// <summary><c>provenance reindex</c>: starts the server program in its other mode, which alone knows how an index is made (src/decisions/0013).</summary>
internal static class ReindexCommand
{
    private const string Program = "Provenance.Server.dll";

    public static Command Make()
    {
        var data = new Option<DirectoryInfo>("--data")
        {
            HelpName = "DIR",
            Description = "The ledger's data directory",
            DefaultValueFactory = _ => new DirectoryInfo("data"),
        };
        var url = UrlOption();
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
        return await StartAsync("--reindex", data, url, cancel);
    }

    /// <summary>The server program in one of its other modes, to its end.</summary>
    public static async Task<int> StartAsync(string mode, string data, string url, CancellationToken cancel, params string[] more)
    {
        using var server = Process.Start(new ProcessStartInfo("dotnet", [Find(), mode, $"--Ledger:DataDirectory={data}", $"--Ledger:PublicUrl={url}", "--Logging:LogLevel:Default=Warning", .. more]))!;
        await server.WaitForExitAsync(cancel);
        return server.ExitCode is Exit.Holds or Exit.Usage ? server.ExitCode : Exit.DoesNotHold;
    }

    public static Option<string> UrlOption() => new("--public-url")
    {
        HelpName = "URL",
        Description = "The URL under which the server records: Ledger__PublicUrl, else its listening address",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("Ledger__PublicUrl") ?? "http://127.0.0.1:5080",
    };

    /// <summary>Beside this program, where both were published together; in the folder <c>server</c> next to its own, as deploy/ publishes them; else where both were built.</summary>
    private static string Find()
    {
        string[] places =
        [
            Environment.GetEnvironmentVariable("PROVENANCE_SERVER") ?? "",
            Path.Combine(AppContext.BaseDirectory, Program),
            Path.Combine(AppContext.BaseDirectory, "..", "server", Program),
            Path.Combine(AppContext.BaseDirectory.Replace("Provenance.Cli", "Provenance.Server", StringComparison.Ordinal), Program),
        ];
        return places.FirstOrDefault(File.Exists)
            ?? throw new UsageException($"{Program} was not found beside this program; name its path in PROVENANCE_SERVER.");
    }
}

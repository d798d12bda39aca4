using System.CommandLine;
using System.Diagnostics;

namespace Provenance.Cli;

/// <summary>The server program in one of its modes that serve nobody: it alone knows how an index is made, and what refers to an event (src/decisions/0013, 0021).</summary>
internal static class ServerMode
{
    private const string Program = "Provenance.Server.dll";

    /// <summary>Runs it to its end; it writes to this command's own output.</summary>
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

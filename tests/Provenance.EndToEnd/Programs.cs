using System.Diagnostics;
using Provenance.Chain.Embedded;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // some tests measure time, and a server and a chain are two processes each

namespace Provenance.EndToEnd;

/// <summary>The built programs, found beside these tests and run as a user runs them.</summary>
internal static class Programs
{
    /// <summary>The folder of Provenance.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static string Server => Built("Provenance.Server", "Provenance.Server.dll");

    public static string Provenance => Built("Provenance.Cli", "provenance.dll");

    /// <summary>The chain's program: in <c>PROVENANCE_ANVIL</c>, else in <c>node_modules</c>; null where it is not installed.</summary>
    public static string? Anvil { get; } =
        Environment.GetEnvironmentVariable("PROVENANCE_ANVIL") is { Length: > 0 } named ? named : AnvilBinary.Find();

    /// <summary><c>provenance</c> with these arguments.</summary>
    public static Task<(int Exit, string Output)> ProvenanceAsync(params string[] arguments) =>
        RunAsync("dotnet", [Provenance, .. arguments]);

    /// <summary>Kills <c>provenance</c> as soon as something has happened, which has to happen.</summary>
    public static async Task KillProvenanceOnceAsync(Func<bool> happened, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Provenance, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        while (!happened() && !process.HasExited)
        {
            await Task.Delay(1);
        }
        process.Kill();
        await process.WaitForExitAsync();
        Assert.True(happened(), await process.StandardError.ReadToEndAsync());
    }

    /// <summary>What a line of an output says behind its name.</summary>
    public static string Setting(string output, string name) => output.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();

    /// <summary>Runs a program in the repository's folder to its end.</summary>
    /// <returns>The exit code and both outputs.</returns>
    public static async Task<(int Exit, string Output)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C.UTF-8" }, // help and messages in English, whoever runs the tests
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    // The programs are built as these tests are: bin/Debug/net10.0, or bin/nethereum/Debug/net10.0 with the other chain client.
    private static string Built(string project, string file)
    {
        var output = Path.GetRelativePath(Path.Combine(Root, "tests", "Provenance.EndToEnd"), AppContext.BaseDirectory);
        return Path.Combine(Root, "src", project, output, file);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Provenance.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException($"No Provenance.sln above {AppContext.BaseDirectory}: run the tests inside the repository.");
    }
}

/// <summary>A fact that starts the server and its chain. Skipped where Anvil is missing, but never in CI.</summary>
public sealed class LedgerFactAttribute : FactAttribute
{
    public LedgerFactAttribute() => Skip = Programs.Anvil is null && Environment.GetEnvironmentVariable("CI") != "true"
        ? "No Anvil: run npm install in the repository, or set PROVENANCE_ANVIL to the program."
        : null;
}

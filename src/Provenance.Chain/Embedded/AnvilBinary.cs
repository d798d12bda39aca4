using System.Runtime.InteropServices;

namespace Provenance.Chain.Embedded;

/// <summary>Finds the Anvil program that npm installed.</summary>
public static class AnvilBinary
{
    /// <param name="configured">The setting's path, or null to look in <c>node_modules</c> of the current directory, of the
    /// application's directory, and of every directory above these.</param>
    /// <exception cref="FileNotFoundException">Not there. The message says what to type.</exception>
    public static string Get(string? configured)
    {
        if (configured is not null)
        {
            return File.Exists(configured)
                ? Path.GetFullPath(configured)
                : throw new FileNotFoundException($"Ledger:Chain:Anvil names '{configured}', which is not there.", configured);
        }
        return Find() ?? throw new FileNotFoundException(
            $"The embedded chain needs Anvil (npm package {PackageName}), which is in no node_modules above {Environment.CurrentDirectory}"
            + $" or {AppContext.BaseDirectory}. Type 'npm install' in the project's directory,"
            + " or set Ledger__Chain__RpcUrls__0 to use another chain.");
    }

    /// <summary>The program in the nearest <c>node_modules</c>, or null.</summary>
    public static string? Find()
    {
        // The platform's own package: the wrapper's .bin/anvil is a Node script, which would be a second process to watch.
        var program = Path.Combine("node_modules", PackageName, "bin", OperatingSystem.IsWindows() ? "anvil.exe" : "anvil");
        return Above(Environment.CurrentDirectory).Concat(Above(AppContext.BaseDirectory))
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>As npm names it, for example <c>@foundry-rs/anvil-linux-amd64</c>.</summary>
    public static string PackageName
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
            var processor = RuntimeInformation.OSArchitecture is Architecture.Arm64 ? "arm64" : "amd64";
            return $"@foundry-rs/anvil-{system}-{processor}";
        }
    }

    private static IEnumerable<string> Above(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}

using System.Text.Json;

namespace Provenance.Tests;

/// <summary>Finds the conformance data, which others wrote and this repository does not hold: in <c>PROVENANCE_CONFORMANCE</c>, else in
/// <c>../shared/conformance</c> beside the repository.</summary>
public static class Conformance
{
    /// <summary>Null where the data is absent.</summary>
    public static string? Folder { get; } = FindFolder();

    /// <summary>Why a test is skipped; null where it runs. In CI absent data is a failure, so there it always runs.</summary>
    public static string? SkipReason =>
        Folder is null && Environment.GetEnvironmentVariable("CI") != "true"
            ? "No conformance data: put it at ../shared/conformance beside the repository, or set PROVENANCE_CONFORMANCE to its folder."
            : null;

    /// <param name="relative">Below the folder, with forward slashes: <c>ethereum/rlp.json</c>.</param>
    /// <exception cref="DirectoryNotFoundException">The data is absent.</exception>
    public static string PathOf(string relative) =>
        Path.Combine(Folder ?? throw new DirectoryNotFoundException("No conformance data: set PROVENANCE_CONFORMANCE."), relative);

    public static JsonElement Json(string relative)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(PathOf(relative)));
        return document.RootElement.Clone();
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("PROVENANCE_CONFORMANCE") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }
        var beside = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "conformance"));
        return Directory.Exists(beside) ? beside : null;
    }
}

/// <summary>A fact that needs the conformance data.</summary>
public sealed class ConformanceFactAttribute : FactAttribute
{
    public ConformanceFactAttribute() => Skip = Conformance.SkipReason;
}

/// <summary>A theory that needs the conformance data. Its rows must not: they are found before the test is skipped.</summary>
public sealed class ConformanceTheoryAttribute : TheoryAttribute
{
    public ConformanceTheoryAttribute() => Skip = Conformance.SkipReason;
}

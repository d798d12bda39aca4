using Provenance.Chain.Embedded;

namespace Provenance.Tests.Chain;

/// <summary>Finds the real node that tests run on: in <c>PROVENANCE_ANVIL</c>, else in <c>node_modules</c> above the tests.</summary>
public static class Anvil
{
    /// <summary>Null where it is not installed.</summary>
    public static string? Program { get; } =
        Environment.GetEnvironmentVariable("PROVENANCE_ANVIL") is { Length: > 0 } named && File.Exists(named) ? named : AnvilBinary.Find();

    /// <summary>Why a test is skipped; null where it runs. In CI a missing node is a failure, so there it always runs.</summary>
    public static string? SkipReason => Program is null && Environment.GetEnvironmentVariable("CI") != "true"
        ? "No Anvil: run npm install in the repository, or set PROVENANCE_ANVIL to the program."
        : null;
}

/// <summary>A fact that needs a chain.</summary>
public sealed class AnvilFactAttribute : FactAttribute
{
    public AnvilFactAttribute() => Skip = Anvil.SkipReason;
}

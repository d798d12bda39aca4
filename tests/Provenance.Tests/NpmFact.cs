namespace Provenance.Tests;

/// <summary>A fact that runs something of node_modules. Skipped where <c>npm install</c> has not run; in CI it always runs, so there it fails.</summary>
public sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute() => Skip =
        Directory.Exists(Repository.PathOf("node_modules")) || Environment.GetEnvironmentVariable("CI") == "true" ? null : "Run npm install.";
}

namespace Provenance.Tests;

/// <summary>Where the files of this repository stand, for tests that read them.</summary>
public static class Repository
{
    /// <summary>The folder of Provenance.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <param name="relative">With forward slashes: <c>tests/vectors/ethereum/anchor.json</c>.</param>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

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

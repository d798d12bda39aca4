namespace Provenance.Tests.Core.Gs1;

/// <summary>Reads the tab-separated vectors of GS1.</summary>
internal static class Gs1Vectors
{
    internal static IEnumerable<string[]> Rows(string relative) => File.ReadLines(Conformance.PathOf(relative)).Select(line => line.Split('\t'));

    /// <summary>Shows every row that came out wrong, not only the first.</summary>
    internal static void AssertNone(List<string> wrong) => Assert.True(wrong.Count == 0, string.Join('\n', wrong));

    /// <summary>The vectors come from C source: \\ and \" stand for themselves, \t and \n for what they say.</summary>
    internal static string Unescape(string text) => text.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)
        .Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
}

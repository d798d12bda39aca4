namespace Provenance.EndToEnd.Browser;

/// <summary>The pages of a PDF as pictures, drawn by poppler and removed at the end.</summary>
internal sealed class DrawnPdf : IDisposable
{
    private const string Program = "/usr/bin/pdftoppm";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("provenance-pdf-");

    private DrawnPdf()
    {
    }

    /// <summary>Why tests that need it are skipped: as <see cref="Chromium.Missing"/>.</summary>
    public static string? Missing { get; } = Chromium.Missing
        ?? (File.Exists(Program) || Environment.GetEnvironmentVariable("CI") == "true" ? null : $"No {Program}: run apt-get install poppler-utils.");

    /// <summary>PNG files, first to last.</summary>
    public IReadOnlyList<string> Pages { get; private set; } = [];

    public static async Task<DrawnPdf> OfAsync(byte[] pdf, int dpi)
    {
        var drawn = new DrawnPdf();
        var file = Path.Combine(drawn._folder.FullName, "printed.pdf");
        await File.WriteAllBytesAsync(file, pdf);
        var (exit, said) = await Programs.RunAsync(Program, ["-r", $"{dpi}", "-png", file, Path.Combine(drawn._folder.FullName, "page")]);
        Assert.True(exit == 0, said);
        drawn.Pages = [.. drawn._folder.GetFiles("*.png").Select(page => page.FullName).Order(StringComparer.Ordinal)];
        return drawn;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A fact seen on paper.</summary>
public sealed class PrintFactAttribute : FactAttribute
{
    public PrintFactAttribute() => Skip = DrawnPdf.Missing;
}

/// <summary>Several of them.</summary>
public sealed class PrintTheoryAttribute : TheoryAttribute
{
    public PrintTheoryAttribute() => Skip = DrawnPdf.Missing;
}

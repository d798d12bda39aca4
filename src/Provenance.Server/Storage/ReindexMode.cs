using Provenance.Core.Gs1;
using Provenance.Server.Http;

namespace Provenance.Server.Storage;

/// <summary>The server program's other mode, <c>--reindex</c>: makes the index anew and ends. With the settings that the server runs with, and while it does not run.</summary>
internal static class ReindexMode
{
    public const string Argument = "--reindex";

    /// <returns>Exit code: 0 done, 1 not.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Program.Build([.. args.Where(arg => arg != Argument)], isAnchored: false);
            var options = app.Services.GetRequiredService<LedgerOptions>();
            // Which names are the ledger's own depends on its URL, and the index on those names.
            var url = options.PublicUrl ?? (app.Configuration["urls"] is { Length: > 0 } urls ? PublicUrl.FromAddress(urls.Split(';')[0]) : null)
                ?? throw new InvalidOperationException("Name the URL that the server has: Ledger__PublicUrl, or --urls where that is not set.");
            var entries = new Reindex(app.Services.GetRequiredService<Database>(), new OwnIds(url, options.FormerUrls)).Run();
            await Console.Out.WriteLineAsync($"{entries} entries: the index is made anew");
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}

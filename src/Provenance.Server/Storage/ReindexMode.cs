using Microsoft.Data.Sqlite;
using Provenance.Core.Gs1;
using Provenance.Server.Http;

namespace Provenance.Server.Storage;

/// <summary>The server program's other modes: <c>--reindex</c> makes the index anew while no server runs, <c>--check-index</c> only compares it. Both end, and take the settings that the server runs with.</summary>
internal static class ReindexMode
{
    public const string Argument = "--reindex";

    public const string CheckArgument = "--check-index";

    /// <returns>Exit code: 0 done, 1 not, or something is wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Program.Build([.. args.Where(arg => arg is not (Argument or CheckArgument))], isAnchored: false);
            var options = app.Services.GetRequiredService<LedgerOptions>();
            var own = OwnIdsOf(app);
            if (args.Contains(CheckArgument))
            {
                return Check(options, own);
            }
            var entries = new Reindex(app.Services.GetRequiredService<Database>(), own).Run();
            await Console.Out.WriteLineAsync($"{entries} entries: the index is made anew");
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>Which names are the ledger's own depends on its URL, and the index on those names.</summary>
    /// <exception cref="InvalidOperationException">Nothing says which URL that is.</exception>
    internal static OwnIds OwnIdsOf(WebApplication app)
    {
        var options = app.Services.GetRequiredService<LedgerOptions>();
        var url = options.PublicUrl ?? (app.Configuration["urls"] is { Length: > 0 } urls ? PublicUrl.FromAddress(urls.Split(';')[0]) : null)
            ?? throw new InvalidOperationException("Name the URL that the server has: Ledger__PublicUrl, or --urls where that is not set.");
        return new OwnIds(url, options.FormerUrls);
    }

    private static int Check(LedgerOptions options, OwnIds own)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(options.DataPath, "ledger.db"),
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString());
            connection.Open();
            var comparison = new IndexComparison(connection, IndexKeys.Read(connection), own);
            foreach (var fault in comparison.Run())
            {
                Console.Out.WriteLine(fault);
            }
            Console.Out.WriteLine($"{comparison.Entries} entries: {(comparison.FaultCount == 0 ? "every index row is what its event gives" : $"{comparison.FaultCount} index rows are wrong; 'provenance reindex' makes them anew")}");
            return comparison.FaultCount == 0 ? 0 : 1;
        }
        catch (SqliteException e)
        {
            throw new InvalidOperationException($"The database can't be read: {e.Message}", e);
        }
    }
}

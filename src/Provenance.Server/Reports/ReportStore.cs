using Dapper;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Reports;

/// <summary>Keeps what readers reported, for the makers and the operator.</summary>
internal sealed class ReportStore(Database database, LedgerWriter writer, MakerDirectory makers, TimeProvider clock)
{
    /// <summary>Keeps a report about an item.</summary>
    /// <returns>Its number.</returns>
    public Task<long> AddAsync(ItemId item, Report report, string language)
    {
        var maker = makers.Find(item)?.Row;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return writer.RunAsync(connection => connection.QuerySingle<long>("""
            INSERT INTO report(item, maker, kind, text, contact, language, created_at)
            VALUES (@uri, @maker, @Kind, @Text, @Contact, @language, @now)
            RETURNING id
            """, new { uri = item.Uri, maker, report.Kind, report.Text, report.Contact, language, now }));
    }

    /// <summary>The newest first: all of them for admin and auditor, else those about what the caller's party makes.</summary>
    /// <param name="item">Only about this item; null for any.</param>
    /// <param name="before">Only those with lower numbers.</param>
    public IReadOnlyList<ReportRow> List(Caller caller, ItemId? item, long before, int most)
    {
        using var connection = database.Read();
        return [.. connection.Query<ReportRow>("""
            SELECT id, item, kind, text, contact, language, created_at AS createdAt
            FROM report
            WHERE id < @before AND (@uri IS NULL OR item = @uri) AND (@maker IS NULL OR maker = @maker)
            ORDER BY id DESC
            LIMIT @most
            """, new { before, uri = item?.Uri, maker = caller.SeesEverything ? (long?)null : caller.Party.Row, most })];
    }
}

/// <param name="CreatedAt">Milliseconds since 1970.</param>
internal sealed record ReportRow(long Id, string Item, string Kind, string Text, string? Contact, string Language, long CreatedAt);

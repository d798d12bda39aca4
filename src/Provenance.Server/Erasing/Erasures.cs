using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.Server.Erasing;

/// <summary>An event that the operator erased, or took fields of away.</summary>
/// <param name="Leaf">Its entry, which stays.</param>
internal readonly record struct Erased(long Leaf, DateTimeOffset At)
{
    /// <summary>The day, UTC, as answers say it.</summary>
    public string Day => At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>What was erased and when: all that is left to say of it.</summary>
internal static class Erasures
{
    public static Erased? Find(SqliteConnection connection, long leaf) =>
        connection.QuerySingleOrDefault<long?>("SELECT erased_at FROM erasure WHERE leaf = @leaf", new { leaf }) is { } at ? new Erased(leaf, DateTimeOffset.FromUnixTimeMilliseconds(at)) : null;

    /// <summary>Events of which fields were redacted, and when last.</summary>
    public static Dictionary<long, Erased> Redacted(SqliteConnection connection) =>
        connection.Query<(long Leaf, long At)>("SELECT leaf, max(redacted_at) FROM redaction GROUP BY leaf").ToDictionary(row => row.Leaf, row => new Erased(row.Leaf, DateTimeOffset.FromUnixTimeMilliseconds(row.At)));

    /// <summary>Erased events that spoke of an item, in the order of the log.</summary>
    /// <param name="key">Of <see cref="Storage.IndexKeys.OfItem"/>.</param>
    public static IReadOnlyList<Erased> OfItem(SqliteConnection connection, long key) =>
        [.. connection.Query<(long Leaf, long At)>("SELECT e.leaf, e.erased_at FROM erased_item i JOIN erasure e ON e.leaf = i.leaf WHERE i.k = @key ORDER BY e.leaf", new { key })
            .Select(row => new Erased(row.Leaf, DateTimeOffset.FromUnixTimeMilliseconds(row.At)))];
}

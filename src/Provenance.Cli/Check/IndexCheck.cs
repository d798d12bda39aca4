using System.Collections;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.Cli.Check;

/// <summary>Every row beside the log belongs to an entry, and every entry is found by its indexes. <c>reindex</c> makes what is wrong here anew.</summary>
internal static class IndexCheck
{
    /// <summary>Those that have an event exactly once.</summary>
    private static readonly string[] Once = ["ix_eid", "ix_hash", "ix_party", "ix_time"];

    /// <param name="size">Entries in the log.</param>
    public static void Compare(SqliteConnection connection, long size, FaultList faults)
    {
        foreach (var table in new[] { "event", "seed", "meta" })
        {
            Each($"SELECT leaf FROM {table} WHERE leaf < 0 OR leaf >= @size", leaf => $"{table} {leaf}: belongs to no entry");
        }
        foreach (var index in new[] { "ix_eid", "ix_hash", "ix_party", "ix_time", "ix_item", "ix_term" })
        {
            Each($"SELECT leaf FROM {index} WHERE leaf < 0 OR leaf >= @size OR seg <> leaf >> 16", leaf => $"{index}: has {leaf} where it does not belong");
        }
        foreach (var index in Once)
        {
            Found(connection, index, size, faults);
        }
        Each("SELECT m.leaf FROM meta m LEFT JOIN ix_party i ON i.seg = m.leaf >> 16 AND i.k = m.party AND i.leaf = m.leaf WHERE i.leaf IS NULL",
            leaf => $"ix_party: has {leaf} not under its party");
        Each("SELECT e.leaf FROM event e LEFT JOIN ix_time i ON i.seg = e.leaf >> 16 AND i.k = e.at AND i.leaf = e.leaf WHERE i.leaf IS NULL",
            leaf => $"ix_time: has {leaf} not under its time");
        Each("SELECT count(*) FROM item WHERE NOT EXISTS (SELECT 1 FROM ix_item i WHERE i.seg = item.seg AND i.k = item.k) HAVING count(*) > 0",
            count => $"item: {count} of its rows belong to no event");
        Each("SELECT id FROM submission WHERE id NOT IN (SELECT submission FROM meta WHERE submission IS NOT NULL)", id => $"submission {id}: belongs to no entry");

        void Each(string sql, Func<long, string> fault)
        {
            foreach (var number in connection.Query<long>(sql, new { size }, buffered: false))
            {
                faults.Add(fault(number));
            }
        }
    }

    private static void Found(SqliteConnection connection, string index, long size, FaultList faults)
    {
        var seen = new BitArray((int)Math.Min(size, int.MaxValue));
        foreach (var leaf in connection.Query<long>($"SELECT leaf FROM {index}", buffered: false).Where(leaf => leaf >= 0 && leaf < seen.Length))
        {
            if (seen[(int)leaf])
            {
                faults.Add($"{index}: has {leaf} twice");
            }
            seen[(int)leaf] = true;
        }
        foreach (var leaf in connection.Query<long>("SELECT leaf FROM event ORDER BY leaf", buffered: false).Where(leaf => leaf >= 0 && leaf < seen.Length && !seen[(int)leaf]))
        {
            faults.Add($"{index}: does not have {leaf}");
        }
    }
}

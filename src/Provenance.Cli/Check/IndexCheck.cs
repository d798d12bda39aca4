using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.Cli.Check;

/// <summary>Every row beside the log belongs to an entry, and every entry is found by its indexes. <c>reindex</c> makes what is wrong here anew.</summary>
/// <remarks>Segment by segment, so that memory does not grow with the ledger.</remarks>
/// <param name="size">Entries in the log.</param>
internal sealed class IndexCheck(SqliteConnection connection, long size, FaultList faults)
{
    /// <summary>Leaves a segment: <c>seg = leaf &gt;&gt; 16</c>.</summary>
    private const int SegmentBits = 16;

    private const int SegmentLength = 1 << SegmentBits;

    private const long NoEvent = long.MinValue;

    /// <summary>Those that have an event exactly once; of an erased one only its author's sequence is left.</summary>
    private static readonly string[] Once = ["ix_eid", "ix_hash", "ix_party", "ix_time"];

    private static readonly string[] Often = ["ix_item", "ix_term"];

    // Of the segment's leaves.
    private readonly long[] _at = new long[SegmentLength];
    private readonly long[] _party = new long[SegmentLength];
    private readonly byte[] _seen = new byte[SegmentLength];

    /// <summary>Of a database that no version with erasing has seen: none.</summary>
    private readonly HashSet<long> _erased = [];

    private long LastSegment => (size - 1) >> SegmentBits;

    public void Run(CancellationToken cancel)
    {
        Outside();
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_schema WHERE name = 'erasure'") > 0)
        {
            _erased.UnionWith(connection.Query<long>("SELECT leaf FROM erasure", buffered: false));
        }
        Redacted();
        for (var segment = 0L; size > 0 && segment <= LastSegment; segment++)
        {
            cancel.ThrowIfCancellationRequested();
            ReadSegment(segment);
            Gone(segment);
            foreach (var index in Once)
            {
                Found(index, segment);
            }
            foreach (var index in Often)
            {
                Each($"SELECT leaf FROM {index} WHERE seg = ? AND (leaf >= ? OR leaf >> {SegmentBits} <> seg)", leaf => $"{index}: has {leaf} where it does not belong", segment, size);
            }
            Names(segment);
        }
        Each("SELECT id FROM submission WHERE id NOT IN (SELECT submission FROM meta WHERE submission IS NOT NULL)", id => $"submission {id}: belongs to no entry");
    }

    /// <summary>Rows that lie before the log's first leaf or segment, or after its last.</summary>
    private void Outside()
    {
        foreach (var table in new[] { "event", "seed", "meta" })
        {
            Each($"SELECT leaf FROM {table} WHERE leaf < 0 UNION ALL SELECT leaf FROM {table} WHERE leaf >= ?", leaf => $"{table} {leaf}: belongs to no entry", size);
        }
        foreach (var index in Once.Concat(Often))
        {
            Each($"SELECT leaf FROM {index} WHERE seg < 0 UNION ALL SELECT leaf FROM {index} WHERE seg > ?", leaf => $"{index}: has {leaf} where it does not belong", LastSegment);
        }
        if (connection.ExecuteScalar<long>("SELECT (SELECT count(*) FROM item WHERE seg < 0) + (SELECT count(*) FROM item WHERE seg > @LastSegment)", new { LastSegment }) is > 0 and var count)
        {
            faults.Add($"item: {count} of its rows belong to no event");
        }
    }

    private void ReadSegment(long segment)
    {
        var first = segment << SegmentBits;
        Array.Fill(_at, NoEvent);
        Array.Clear(_party);
        using var events = new SqlRows(connection, "SELECT leaf, at FROM event WHERE leaf >= ? AND leaf < ?");
        for (events.With(first, Math.Min(size, first + SegmentLength)); events.Step();)
        {
            _at[events.Integer(0) - first] = events.Integer(1);
        }
        using var metas = new SqlRows(connection, "SELECT leaf, party FROM meta WHERE leaf >= ? AND leaf < ?");
        for (metas.With(first, Math.Min(size, first + SegmentLength)); metas.Step();)
        {
            _party[metas.Integer(0) - first] = metas.Integer(1);
        }
    }

    /// <summary>Fields are gone where that is noted, and nowhere else.</summary>
    private void Redacted()
    {
        var noted = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_schema WHERE name = 'redaction'") == 0 ? []
            : connection.Query<long>("SELECT DISTINCT leaf FROM redaction").Where(leaf => !_erased.Contains(leaf)).ToHashSet();
        foreach (var leaf in connection.Query<long>("SELECT leaf FROM seed WHERE length(seed) > 32", buffered: false).Where(leaf => !noted.Remove(leaf)))
        {
            faults.Add($"event {leaf}: fields of it are gone, and nobody noted that they were redacted");
        }
        foreach (var leaf in noted.Order())
        {
            faults.Add($"redaction {leaf}: its event is whole");
        }
    }

    /// <summary>An event is there, or it is noted that it was erased. One alone would be a deletion behind the server's back, or an erasing that brought nothing.</summary>
    private void Gone(long segment)
    {
        var first = segment << SegmentBits;
        for (var at = 0; at < SegmentLength && first + at < size; at++)
        {
            if (_at[at] == NoEvent != _erased.Contains(first + at))
            {
                faults.Add(_at[at] == NoEvent ? $"event {first + at}: it is gone, and nobody noted that it was erased" : $"erasure {first + at}: its event is still there");
            }
        }
    }

    private void Found(string index, long segment)
    {
        var first = segment << SegmentBits;
        Array.Clear(_seen);
        using var rows = new SqlRows(connection, $"SELECT k, leaf FROM {index} WHERE seg = ?");
        for (rows.With(segment); rows.Step();)
        {
            var (key, leaf) = (rows.Integer(0), rows.Integer(1));
            if (leaf < first || leaf >= Math.Min(size, first + SegmentLength))
            {
                faults.Add($"{index}: has {leaf} where it does not belong");
                continue;
            }
            var at = (int)(leaf - first);
            if (_seen[at]++ == 1)
            {
                faults.Add($"{index}: has {leaf} twice");
            }
            if (index == "ix_party" ? key != _party[at] : _at[at] == NoEvent || (index == "ix_time" && key != _at[at]))
            {
                faults.Add(index switch
                {
                    "ix_party" => $"ix_party: has {leaf} not under its party",
                    "ix_time" when _at[at] != NoEvent => $"ix_time: has {leaf} not under its time",
                    _ => $"{index}: has {leaf}, of which the event is gone",
                });
            }
        }
        for (var at = 0; at < SegmentLength && first + at < size; at++)
        {
            if (_seen[at] == 0 && (_at[at] != NoEvent || index == "ix_party"))
            {
                faults.Add($"{index}: does not have {first + at}");
            }
        }
    }

    /// <summary>The same keys stand in <c>ix_item</c> and <c>item</c>. Both are read in their order, side by side.</summary>
    private void Names(long segment)
    {
        using var items = new SqlRows(connection, "SELECT k FROM ix_item WHERE seg = ?").With(segment);
        using var names = new SqlRows(connection, "SELECT k FROM item WHERE seg = ?").With(segment);
        var (hasItem, hasName) = (items.Step(), names.Step());
        var (nameless, idle) = (0L, 0L);
        while (hasItem || hasName)
        {
            var key = Math.Min(hasItem ? items.Integer(0) : long.MaxValue, hasName ? names.Integer(0) : long.MaxValue);
            var (inItems, inNames) = (0L, 0L);
            for (; hasItem && items.Integer(0) == key; hasItem = items.Step())
            {
                inItems++;
            }
            for (; hasName && names.Integer(0) == key; hasName = names.Step())
            {
                inNames++;
            }
            nameless += inNames == 0 ? inItems : 0;
            idle += inItems == 0 ? inNames : 0;
        }
        if (idle > 0)
        {
            faults.Add($"item: {idle} of its rows belong to no event");
        }
        if (nameless > 0)
        {
            faults.Add($"ix_item: {nameless} of its rows are of an item without a name");
        }
    }

    private void Each(string sql, Func<long, string> fault, params ReadOnlySpan<long> parameters)
    {
        using var rows = new SqlRows(connection, sql);
        for (rows.With(parameters); rows.Step();)
        {
            faults.Add(fault(rows.Integer(0)));
        }
    }
}

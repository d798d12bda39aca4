using Microsoft.Data.Sqlite;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>A leaf with the eventTime that <c>ix_time</c> has, in ms since 1970.</summary>
internal readonly record struct TimedLeaf(long At, long Leaf) : IComparable<TimedLeaf>
{
    public int CompareTo(TimedLeaf other) => At != other.At ? At.CompareTo(other.At) : Leaf.CompareTo(other.Leaf);
}

/// <summary>One look at the log and its indexes: everything read through it is of one moment. Not safe across threads.</summary>
internal sealed class LogLook : IDisposable
{
    // Rows fetched at once while walking: enough to make a statement worth its start, few enough to stop early.
    private const int Chunk = 256;

    private static readonly string[] Tables = ["ix_eid", "ix_hash", "ix_party", "ix_item", "ix_term"];

    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _moment;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public LogLook(Database database)
    {
        _connection = database.Read();
        _moment = _connection.BeginTransaction(deferred: true);
        Size = First(Bind("SELECT coalesce(max(leaf) + 1, 0) FROM entry"));
    }

    /// <summary>Entries in the log, erased events included.</summary>
    public long Size { get; }

    /// <summary>How many rows the keys have among the leaves before a size; counted no further than asked.</summary>
    public int Count(IReadOnlyList<IndexKey> source, LeafRange range, int atMost)
    {
        var count = 0L;
        foreach (var (table, key, segment) in Places(source, range))
        {
            count += First(Bind($"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE seg = ? AND k = ? AND leaf >= ? AND leaf < ? LIMIT ?)", segment, key, range.From, range.Before, atMost - count));
            if (count >= atMost)
            {
                return atMost;
            }
        }
        return (int)count;
    }

    /// <summary>As <see cref="Count"/>, of the events of a time.</summary>
    public int CountTimes(TimeSpanMs times, LeafRange range, int atMost)
    {
        var count = 0L;
        for (var segment = range.From >> IndexKeys.SegmentBits; segment <= range.Last >> IndexKeys.SegmentBits && count < atMost; segment++)
        {
            count += First(Bind("SELECT count(*) FROM (SELECT 1 FROM ix_time WHERE seg = ? AND k >= ? AND k <= ? LIMIT ?)", segment, times.From, times.Last, atMost - count));
        }
        return (int)Math.Min(count, atMost);
    }

    /// <summary>The leaves of the keys, each once, in the order of the log.</summary>
    public List<long> Leaves(IReadOnlyList<IndexKey> source, LeafRange range)
    {
        var leaves = new List<long>();
        foreach (var (table, key, segment) in Places(source, range))
        {
            var rows = Bind($"SELECT leaf FROM {table} WHERE seg = ? AND k = ? AND leaf >= ? AND leaf < ?", segment, key, range.From, range.Before);
            while (rows.Step())
            {
                leaves.Add(rows.Integer(0));
            }
        }
        leaves.Sort();
        return [.. leaves.Distinct()];
    }

    /// <summary>The leaves of the events of a time, in the order of the log.</summary>
    public List<long> Leaves(TimeSpanMs times, LeafRange range)
    {
        var leaves = new List<long>();
        for (var segment = range.From >> IndexKeys.SegmentBits; segment <= range.Last >> IndexKeys.SegmentBits; segment++)
        {
            var rows = Bind("SELECT leaf FROM ix_time WHERE seg = ? AND k >= ? AND k <= ? AND leaf >= ? AND leaf < ?", segment, times.From, times.Last, range.From, range.Before);
            while (rows.Step())
            {
                leaves.Add(rows.Integer(0));
            }
        }
        leaves.Sort();
        return leaves;
    }

    /// <summary>The leaves of the keys one after the other, or all leaves; only as far as the caller goes.</summary>
    /// <param name="source">Null for every event.</param>
    public IEnumerable<long> Walk(IReadOnlyList<IndexKey>? source, LeafRange range, bool isDescending)
    {
        if (source is null)
        {
            for (var i = 0L; i < range.Before - range.From; i++)
            {
                yield return isDescending ? range.Last - i : range.From + i;
            }
            yield break;
        }
        var last = -1L;
        foreach (var leaf in Merge(source.Select(key => Walk(key, range, isDescending)), isDescending))
        {
            if (leaf != last)
            {
                yield return last = leaf;
            }
        }
    }

    /// <summary>Events of a time in its order, then in that of the log; only as far as the caller goes.</summary>
    public IEnumerable<TimedLeaf> WalkTimes(TimeSpanMs times, LeafRange range, bool isDescending, TimedLeaf? after)
    {
        var segments = Enumerable.Range((int)(range.From >> IndexKeys.SegmentBits), (int)((range.Last >> IndexKeys.SegmentBits) - (range.From >> IndexKeys.SegmentBits)) + 1);
        return Merge(segments.Select(segment => WalkTimes(segment, times, range, isDescending, after)), isDescending);
    }

    /// <summary>The first leaf recorded at that time or later. recordTime never goes back along the log.</summary>
    public long FirstRecordedFrom(DateTimeOffset time)
    {
        var (low, high) = (0L, Size);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (DateTimeOffset.FromUnixTimeMilliseconds(First(Bind("SELECT recorded_at FROM meta WHERE leaf = ?", middle))) < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <summary>When the event of a leaf happened, as <c>ix_time</c> has it.</summary>
    public TimedLeaf TimeOf(long leaf) => new(First(Bind("SELECT at FROM event WHERE leaf = ?", leaf)), leaf);

    /// <summary>The event of a leaf and who recorded it when; null where it was erased.</summary>
    public (long Party, DateTimeOffset RecordedAt, byte[] Body)? Find(long leaf)
    {
        var row = Bind("SELECT meta.party, meta.recorded_at, event.body FROM event JOIN meta ON meta.leaf = event.leaf WHERE event.leaf = ?", leaf);
        if (!row.Step())
        {
            return null;
        }
        var read = (row.Integer(0), DateTimeOffset.FromUnixTimeMilliseconds(row.Integer(1)), row.Blob(2).ToArray());
        row.Reset();
        return read;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }
        _moment.Dispose();
        _connection.Dispose();
    }

    private IEnumerable<long> Walk(IndexKey key, LeafRange range, bool isDescending)
    {
        var order = isDescending ? "DESC" : "ASC";
        var sql = $"SELECT leaf FROM {Tables[(int)key.Index]} WHERE seg = ? AND k = ? AND leaf >= ? AND leaf < ? ORDER BY leaf {order} LIMIT ?";
        foreach (var segment in Segments(range, isDescending))
        {
            var (from, before) = (range.From, range.Before);
            for (var isMore = true; isMore;)
            {
                var chunk = new List<long>(Chunk);
                var rows = Bind(sql, segment, key.Key, from, before, Chunk);
                while (rows.Step())
                {
                    chunk.Add(rows.Integer(0));
                }
                foreach (var leaf in chunk)
                {
                    yield return leaf;
                }
                isMore = chunk.Count == Chunk;
                (from, before) = !isMore ? (0, 0) : isDescending ? (from, chunk[^1]) : (chunk[^1] + 1, before);
            }
        }
    }

    private IEnumerable<TimedLeaf> WalkTimes(int segment, TimeSpanMs times, LeafRange range, bool isDescending, TimedLeaf? after)
    {
        var (comparison, order) = isDescending ? ("<", "DESC") : (">", "ASC");
        var sql = $"""
            SELECT k, leaf FROM ix_time
            WHERE seg = ? AND k >= ? AND k <= ? AND (k, leaf) {comparison} (?, ?) AND leaf >= ? AND leaf < ?
            ORDER BY k {order}, leaf {order} LIMIT ?
            """;
        var last = after ?? (isDescending ? new TimedLeaf(long.MaxValue, long.MaxValue) : new TimedLeaf(long.MinValue, -1));
        for (var isMore = true; isMore;)
        {
            var chunk = new List<TimedLeaf>(Chunk);
            var (from, to) = isDescending ? (times.From, Math.Min(times.Last, last.At)) : (Math.Max(times.From, last.At), times.Last);
            var rows = Bind(sql, segment, from, to, last.At, last.Leaf, range.From, range.Before, Chunk);
            while (rows.Step())
            {
                chunk.Add(new TimedLeaf(rows.Integer(0), rows.Integer(1)));
            }
            foreach (var leaf in chunk)
            {
                yield return leaf;
            }
            isMore = chunk.Count == Chunk;
            last = isMore ? chunk[^1] : last;
        }
    }

    /// <summary>Several sorted walks as one.</summary>
    private static IEnumerable<T> Merge<T>(IEnumerable<IEnumerable<T>> walks, bool isDescending)
    {
        var comparer = isDescending ? Comparer<T>.Create((a, b) => Comparer<T>.Default.Compare(b, a)) : Comparer<T>.Default;
        var next = new PriorityQueue<IEnumerator<T>, T>(comparer);
        foreach (var walk in walks)
        {
            var walker = walk.GetEnumerator();
            if (walker.MoveNext())
            {
                next.Enqueue(walker, walker.Current);
            }
        }
        while (next.TryDequeue(out var walker, out var value))
        {
            yield return value;
            if (walker.MoveNext())
            {
                next.Enqueue(walker, walker.Current);
            }
        }
    }

    private static IEnumerable<(string Table, long Key, long Segment)> Places(IReadOnlyList<IndexKey> source, LeafRange range) =>
        Segments(range, isDescending: false).SelectMany(segment => source.Select(key => (Tables[(int)key.Index], key.Key, segment)));

    private static IEnumerable<long> Segments(LeafRange range, bool isDescending)
    {
        var (first, last) = (range.From >> IndexKeys.SegmentBits, range.Last >> IndexKeys.SegmentBits);
        for (var i = 0L; i <= last - first; i++)
        {
            yield return isDescending ? last - i : first + i;
        }
    }

    private static long First(Statement statement)
    {
        var value = statement.Step() ? statement.Integer(0) : 0;
        statement.Reset();
        return value;
    }

    // A statement is bound, read and done before it is bound again: walks fetch by chunks for that reason.
    private Statement Bind(string sql, params ReadOnlySpan<long> values)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(_connection, sql));
        }
        for (var i = 0; i < values.Length; i++)
        {
            statement.Bind(i + 1, values[i]);
        }
        return statement;
    }
}

/// <summary>Leaves from the first on and before the second.</summary>
internal readonly record struct LeafRange(long From, long Before)
{
    public long Last => Before - 1;

    public bool IsEmpty => From >= Before;
}

/// <summary>Both ends in ms since 1970, the last one included.</summary>
internal readonly record struct TimeSpanMs(long From, long Last);

using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Gs1;
using Provenance.Server.Epcis.Queries;

namespace Provenance.Server.Storage;

/// <summary>Holds every row of the indexes to what the events give (<c>provenance check --index</c>). What it finds, <c>reindex</c> mends.</summary>
/// <remarks>Segment by segment; reads only, on one connection and so of one moment.</remarks>
internal sealed class IndexComparison(SqliteConnection connection, IndexKeys keys, OwnIds own)
{
    /// <summary>So many are named.</summary>
    private const int MostNamed = 1000;

    private static readonly string[] Indexes = ["ix_eid", "ix_hash", "ix_party", "ix_time", "ix_item", "ix_term"];

    private readonly Dictionary<string, List<(long Key, long Leaf)>> _expected = Indexes.ToDictionary(index => index, _ => new List<(long, long)>());
    private readonly HashSet<(long Key, string Name)> _names = [];
    private readonly Dictionary<(string Scope, string Kind, string Key), string> _vocabulary = [];
    private readonly List<string> _faults = [];

    /// <summary>Entries that were read.</summary>
    public long Entries { get; private set; }

    /// <summary>How many rows are wrong, also beyond those that are named.</summary>
    public long FaultCount { get; private set; }

    /// <exception cref="InvalidOperationException">A stored event can't be read any more.</exception>
    public IReadOnlyList<string> Run()
    {
        using var moment = connection.BeginTransaction(deferred: true);
        var segment = 0L;
        foreach (var stored in new StoredEvents(connection, keys, own).Read().SelectMany(stretch => stretch))
        {
            for (; stored.Leaf >> IndexKeys.SegmentBits > segment; segment++)
            {
                CompareSegment(segment);
            }
            Expect(stored);
            Entries = stored.Leaf + 1;
        }
        CompareSegment(segment);
        CompareVocabulary();
        return _faults;
    }

    private void Expect(StoredEvent stored)
    {
        _expected["ix_party"].Add((stored.Party, stored.Leaf));
        if (stored.Prepared is not { } recorded)
        {
            return;
        }
        _expected["ix_eid"].Add((recorded.EventIdKey, stored.Leaf));
        _expected["ix_hash"].Add((recorded.HashKey, stored.Leaf));
        _expected["ix_time"].Add((recorded.At, stored.Leaf));
        _expected["ix_item"].AddRange(recorded.ItemKeys.Select(key => (key, stored.Leaf)));
        _expected["ix_term"].AddRange(recorded.TermKeys.Select(key => (key, stored.Leaf)));
        _names.UnionWith(recorded.ItemKeys.Zip(recorded.Items));
        foreach (var element in recorded.Vocabulary)
        {
            foreach (var scope in recorded.Facts.Partners.Select(partner => partner.Key).Prepend(VocabularyElement.ScopeOf(stored.Party)).Prepend(""))
            {
                _vocabulary.TryAdd((scope, element.Kind, element.Key), element.Name);
            }
        }
    }

    private void CompareSegment(long segment)
    {
        foreach (var index in Indexes)
        {
            var expected = _expected[index];
            expected.Sort();
            Compare(index, segment, expected);
            expected.Clear();
        }
        foreach (var (key, name) in connection.Query<(long, string)>("SELECT k, name FROM item WHERE seg = @segment", new { segment }, buffered: false))
        {
            if (!_names.Remove((key, name)))
            {
                Add($"item: '{name}' stands under key {key} of segment {segment}, and no event there names it so");
            }
        }
        foreach (var (key, name) in _names)
        {
            Add($"item: '{name}' is missing under key {key} of segment {segment}");
        }
        _names.Clear();
    }

    private void Compare(string index, long segment, List<(long Key, long Leaf)> expected)
    {
        using var rows = new Statement(connection, $"SELECT k, leaf FROM {index} WHERE seg = ? ORDER BY k, leaf");
        var at = 0;
        for (rows.Bind(1, segment); rows.Step();)
        {
            var row = (rows.Integer(0), rows.Integer(1));
            for (; at < expected.Count && expected[at].CompareTo(row) < 0; at = After(expected, at))
            {
                Add($"{index}: does not have {expected[at].Leaf} under key {expected[at].Key}");
            }
            if (at < expected.Count && expected[at] == row)
            {
                at = After(expected, at);
            }
            else
            {
                Add($"{index}: has {row.Item2} under key {row.Item1}, which its event does not give");
            }
        }
        for (; at < expected.Count; at = After(expected, at))
        {
            Add($"{index}: does not have {expected[at].Leaf} under key {expected[at].Key}");
        }
    }

    /// <summary>An item or term that an event names twice is indexed once.</summary>
    private static int After(List<(long, long)> sorted, int at)
    {
        var next = at + 1;
        while (next < sorted.Count && sorted[next] == sorted[at])
        {
            next++;
        }
        return next;
    }

    private void CompareVocabulary()
    {
        foreach (var (scope, kind, key, name) in connection.Query<(string, string, string, string)>("SELECT scope, kind, key, name FROM vocabulary", buffered: false))
        {
            if (!_vocabulary.Remove((scope, kind, key), out var expected) || expected != name)
            {
                Add($"vocabulary: '{name}' ({kind} {key}, scope '{scope}') is not what events name");
            }
        }
        foreach (var ((scope, kind, key), name) in _vocabulary)
        {
            Add($"vocabulary: '{name}' ({kind} {key}, scope '{scope}') is missing");
        }
    }

    private void Add(FormattableString fault)
    {
        if (++FaultCount <= MostNamed)
        {
            _faults.Add(fault.ToString(CultureInfo.InvariantCulture));
        }
    }
}

using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Provenance.Server.Storage;

/// <summary>Finds the event that a party recorded before (design §3, Same event).</summary>
/// <remarks>Owned by the writer's thread. Sees what the open transaction has written, so the same event twice in one document is found too.</remarks>
internal sealed class SameEvents : IDisposable
{
    private readonly KeySet _known = new();
    private readonly List<long> _added = [];
    private readonly Statement _byEventId;
    private readonly Statement _byHash;

    public SameEvents(SqliteConnection connection)
    {
        _byEventId = new Statement(connection, Candidates("ix_eid"));
        _byHash = new Statement(connection, Candidates("ix_hash"));
        foreach (var index in (string[])["ix_eid", "ix_hash"])
        {
            using var keys = new Statement(connection, $"SELECT k FROM {index}");
            while (keys.Step())
            {
                _known.Add(keys.Integer(0));
            }
        }
    }

    /// <summary>Keys added since the last commit: where <see cref="Rewind"/> can come back to.</summary>
    public int Mark => _added.Count;

    /// <param name="leaves">Leaves so far: how many segments there are to look into.</param>
    /// <param name="mayRepeat">Whether equal content without an id of the sender's is a new event.</param>
    public Verdict Judge(PreparedEvent added, long party, long leaves, bool mayRepeat)
    {
        if (!_known.Contains(added.IsNamed ? added.EventIdKey : added.HashKey) || (mayRepeat && !added.IsNamed))
        {
            return Verdict.New;
        }
        using var document = JsonDocument.Parse(added.Body);
        return added.IsNamed ? JudgeNamed(added, document.RootElement, party, leaves) : JudgeUnnamed(added, document.RootElement, party, leaves);
    }

    /// <summary>The first event of the party with this content and no id of its own, as far as this connection sees.</summary>
    public static long? FindEqual(SqliteConnection connection, PreparedEvent content, long party)
    {
        using var byHash = new Statement(connection, Candidates("ix_hash"));
        using var newest = new Statement(connection, "SELECT coalesce(max(leaf), 0) FROM entry");
        newest.Step();
        using var document = JsonDocument.Parse(content.Body);
        return FindEqual(byHash, content, document.RootElement, party, newest.Integer(0));
    }

    public void Add(PreparedEvent recorded)
    {
        foreach (var key in (ReadOnlySpan<long>)[recorded.EventIdKey, recorded.HashKey])
        {
            if (_known.Add(key))
            {
                _added.Add(key);
            }
        }
    }

    /// <summary>Takes back what was added after the mark: its transaction was.</summary>
    public void Rewind(int mark)
    {
        foreach (var key in _added[mark..])
        {
            _known.Remove(key);
        }
        _added.RemoveRange(mark, _added.Count - mark);
    }

    public void Committed() => _added.Clear();

    public void Dispose()
    {
        _byEventId.Dispose();
        _byHash.Dispose();
    }

    /// <summary>An eventID stands for one content, and for the declaration that this was an error.</summary>
    private Verdict JudgeNamed(PreparedEvent added, JsonElement content, long party, long leaves)
    {
        var verdict = Verdict.New;
        var isDeclaration = false;
        var (declares, isDeclared) = (content.TryGetProperty("errorDeclaration", out _), false);
        foreach (var (leaf, _, held) in Find(_byEventId, added.EventIdKey, party, leaves))
        {
            if (held.GetProperty("eventID").GetString() != added.EventId)
            {
                continue; // another id with the same key
            }
            if (EventContent.IsEqual(held, content))
            {
                return new Verdict(Holding.Equal, leaf);
            }
            isDeclared |= held.TryGetProperty("errorDeclaration", out _);
            isDeclaration |= EventContent.IsEqualButForDeclaration(held, content);
            verdict = verdict.Holding == Holding.None ? new Verdict(Holding.Other, leaf) : verdict;
        }
        // An event is declared an error once.
        return isDeclaration && !(declares && isDeclared) ? Verdict.New : verdict;
    }

    private Verdict JudgeUnnamed(PreparedEvent added, JsonElement content, long party, long leaves) =>
        FindEqual(_byHash, added, content, party, leaves) is { } leaf ? new Verdict(Holding.Equal, leaf) : Verdict.New;

    private static long? FindEqual(Statement byHash, PreparedEvent added, JsonElement content, long party, long leaves)
    {
        foreach (var (leaf, isNamed, held) in Find(byHash, added.HashKey, party, leaves))
        {
            if (!isNamed && EventContent.IsEqual(held, content))
            {
                return leaf;
            }
        }
        return null;
    }

    private static IEnumerable<(long Leaf, bool IsNamed, JsonElement Event)> Find(Statement candidates, long key, long party, long leaves)
    {
        for (var segment = 0L; segment <= leaves >> IndexKeys.SegmentBits; segment++)
        {
            candidates.Bind(1, segment).Bind(2, key).Bind(3, party);
            try
            {
                while (candidates.Step())
                {
                    using var document = JsonDocument.Parse(candidates.Blob(2).ToArray());
                    yield return (candidates.Integer(0), candidates.Integer(1) == 1, document.RootElement);
                }
            }
            finally
            {
                candidates.Reset();
            }
        }
    }

    private static string Candidates(string index) => $"""
        SELECT event.leaf, event.is_named, event.body
        FROM {index} AS ix JOIN meta ON meta.leaf = ix.leaf JOIN event ON event.leaf = ix.leaf
        WHERE ix.seg = ? AND ix.k = ? AND meta.party = ?
        ORDER BY ix.leaf
        """;
}

/// <summary>What the ledger holds of an event.</summary>
/// <param name="Leaf">The event held, unless there is none.</param>
internal readonly record struct Verdict(Holding Holding, long Leaf)
{
    public static Verdict New => new(Holding.None, -1);
}

/// <summary>What the ledger holds under an event's name or hash.</summary>
internal enum Holding
{
    /// <summary>Nothing that stands in its way.</summary>
    None,

    /// <summary>The same event.</summary>
    Equal,

    /// <summary>Other content under the same eventID.</summary>
    Other,
}

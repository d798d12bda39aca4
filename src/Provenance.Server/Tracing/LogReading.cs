using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Erasing;
using Provenance.Server.Storage;

namespace Provenance.Server.Tracing;

/// <summary>One look at the log: everything asked of it is of one moment, and each event is read and parsed once.</summary>
internal sealed class LogReading : IDisposable
{
    /// <summary>Of an item with more events the newest are read, and answers say that they are not all.</summary>
    public const int MostEvents = 2_000;

    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _moment;
    private readonly IndexKeys _keys;
    private readonly OwnIds _own;
    private readonly long _lastSegment;
    private readonly Statement _event;
    private readonly Dictionary<string, Statement> _leaves = new(StringComparer.Ordinal);
    private readonly Dictionary<long, TracedEvent?> _events = [];
    private readonly Dictionary<ItemId, History> _histories = [];
    private readonly Dictionary<string, History> _transformations = new(StringComparer.Ordinal);
    private Dictionary<long, Erased>? _redacted;
    private long? _leftOut;

    public LogReading(Database database, OwnIds own)
    {
        (_keys, _own) = (database.Keys, own);
        _connection = database.Read();
        _moment = _connection.BeginTransaction(deferred: true);
        using (var last = new Statement(_connection, "SELECT coalesce(max(leaf), 0) FROM event"))
        {
            _lastSegment = last.Step() ? last.Integer(0) >> IndexKeys.SegmentBits : 0;
        }
        _event = new Statement(_connection, "SELECT meta.party, event.body FROM event JOIN meta USING (leaf) WHERE event.leaf = ?");
    }

    public SqliteConnection Connection => _connection;

    public OwnIds Own => _own;

    /// <summary>What holds of an item.</summary>
    public History HistoryOf(ItemId item)
    {
        if (!_histories.TryGetValue(item, out var history))
        {
            history = Read("ix_item", _keys.OfItem(item.Key), e => e.MentionsOf(item).Any());
            _histories.Add(item, history);
        }
        return history;
    }

    /// <summary>Something was ever said of it, even if it was taken back.</summary>
    public bool IsOnRecord(ItemId item) => HistoryOf(item) is { Events.Count: > 0 } or { Withdrawn.Count: > 0 };

    /// <summary>When the operator last took fields of an event away; null for never.</summary>
    public Erased? RedactedAt(long leaf) => (_redacted ??= Erasures.Redacted(_connection)).TryGetValue(leaf, out var redacted) ? redacted : null;

    /// <summary>Events that spoke of an item until the operator erased them.</summary>
    public IReadOnlyList<Erased> ErasedOf(ItemId item) => Erasures.OfItem(_connection, _keys.OfItem(item.Key));

    /// <summary>The events that share a transformationID.</summary>
    public History Transformation(string id)
    {
        if (!_transformations.TryGetValue(id, out var history))
        {
            history = Read("ix_term", _keys.OfTerm("transformation:" + id), e => e.Facts.TransformationId == id);
            _transformations.Add(id, history);
        }
        return history;
    }

    /// <summary>Events that a class's lots or serials take part in, such as all lots of a GTIN.</summary>
    public History OfClass(ItemId itemClass) =>
        Read("ix_term", _keys.OfTerm("class:" + itemClass.Key), e => e.Facts.Items.Any(mention => mention.Item.Class == itemClass));

    /// <summary>Reads on as if this event were not there: another is about to take its place.</summary>
    public void LeaveOut(long leaf)
    {
        _leftOut = leaf;
        _histories.Clear();
        _transformations.Clear();
    }

    /// <summary>The events of one eventID, whoever recorded them, oldest first: an event and perhaps its declaration.</summary>
    public IReadOnlyList<TracedEvent> Named(string eventId) =>
        [.. Rows("ix_eid", _keys.OfEventId(eventId)).Where(e => e.Facts.EventId == eventId).OrderBy(e => e.Leaf)];

    /// <summary>The same without those that their recorder declared an error, and without the declarations.</summary>
    public IReadOnlyList<TracedEvent> Holding(string eventId) => History.Of(Named(eventId), isCut: false).Events;

    /// <summary>The event at a place in the log, declarations too; null where there is none any more.</summary>
    public TracedEvent? At(long leaf) => Find(leaf);

    /// <summary>The events found by one of <see cref="EventFacts.Terms"/>, the newest first, read as they are asked for.</summary>
    public IEnumerable<TracedEvent> Newest(string term) => _connection.Query<long>("""
        WITH RECURSIVE segment(x) AS (SELECT @last UNION ALL SELECT x - 1 FROM segment WHERE x > 0)
        SELECT ix.leaf
        FROM segment
        CROSS JOIN ix_term AS ix ON ix.seg = x AND ix.k = @key
        ORDER BY segment.x DESC, ix.leaf DESC
        """, new { last = _lastSegment, key = _keys.OfTerm(term) }, _moment, buffered: false)
        .Select(Find).OfType<TracedEvent>().Where(e => e.Facts.Terms.Contains(term));

    /// <summary>The events that carry a document and were recorded by somebody who has it, the newest first, read as they are asked for.</summary>
    public IEnumerable<TracedEvent> Carrying(Digest document) => _connection.Query<long>($"""
        WITH RECURSIVE segment(x) AS (SELECT @last UNION ALL SELECT x - 1 FROM segment WHERE x > 0)
        SELECT ix.leaf
        FROM segment
        CROSS JOIN ix_term AS ix ON ix.seg = x AND ix.k = @key
        JOIN meta ON meta.leaf = ix.leaf
        JOIN document_holder AS holder ON holder.sha256 = @sha256 AND holder.party = meta.party
        ORDER BY segment.x DESC, ix.leaf DESC
        LIMIT {MostEvents}
        """, new { last = _lastSegment, key = _keys.OfTerm($"document:{document}"), sha256 = document.ToArray() }, _moment)
        .Select(Find).OfType<TracedEvent>();

    public void Dispose()
    {
        foreach (var statement in _leaves.Values.Append(_event))
        {
            statement.Dispose();
        }
        _moment.Dispose();
        _connection.Dispose();
    }

    private History Read(string index, long key, Func<TracedEvent, bool> isMeant)
    {
        var rows = Rows(index, key);
        return History.Of([.. rows.Where(e => e.Leaf != _leftOut && isMeant(e))], isCut: rows.Count == MostEvents);
    }

    // Segment by segment, newest first, so that the limit keeps the newest: each is one seek.
    private List<TracedEvent> Rows(string index, long key)
    {
        if (!_leaves.TryGetValue(index, out var leaves))
        {
            _leaves[index] = leaves = new Statement(_connection, $"SELECT leaf FROM {index} WHERE seg = ? AND k = ? ORDER BY leaf DESC");
        }
        var rows = new List<TracedEvent>();
        for (var segment = _lastSegment; segment >= 0 && rows.Count < MostEvents; segment--)
        {
            leaves.Bind(1, segment).Bind(2, key);
            while (rows.Count < MostEvents && leaves.Step())
            {
                if (Find(leaves.Integer(0)) is { } e)
                {
                    rows.Add(e);
                }
            }
            leaves.Reset();
        }
        return rows;
    }

    /// <summary>Null when the event was erased.</summary>
    private TracedEvent? Find(long leaf)
    {
        if (!_events.TryGetValue(leaf, out var found))
        {
            _event.Bind(1, leaf);
            if (_event.Step())
            {
                var json = JsonElement.Parse(_event.Blob(1));
                found = new TracedEvent(leaf, _event.Integer(0), json, EventFacts.Read(json, _own));
            }
            _event.Reset();
            _events.Add(leaf, found);
        }
        return found;
    }
}

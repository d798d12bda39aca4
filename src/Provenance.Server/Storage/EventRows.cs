using Microsoft.Data.Sqlite;
using Provenance.Core.Log;
using Provenance.Server.Epcis.Queries;

namespace Provenance.Server.Storage;

/// <summary>Writes every row that one recorded event has, all within the open transaction.</summary>
internal sealed class EventRows(SqliteConnection connection) : IDisposable
{
    private readonly Statement _entry = new(connection, "INSERT INTO entry(leaf, event_digest, meta) VALUES (?, ?, ?)");
    private readonly Statement _meta = new(connection, "INSERT INTO meta(leaf, party, seq, recorded_at, salt, submission) VALUES (?, ?, ?, ?, ?, ?)");
    private readonly Statement _event = new(connection, "INSERT INTO event(leaf, at, is_named, body) VALUES (?, ?, ?, ?)");
    private readonly Statement _seed = new(connection, "INSERT INTO seed(leaf, seed) VALUES (?, ?)");
    private readonly Statement _byEventId = new(connection, "INSERT INTO ix_eid(seg, k, leaf) VALUES (?, ?, ?)");
    private readonly Statement _byHash = new(connection, "INSERT INTO ix_hash(seg, k, leaf) VALUES (?, ?, ?)");
    private readonly Statement _byParty = new(connection, "INSERT INTO ix_party(seg, k, leaf) VALUES (?, ?, ?)");
    private readonly Statement _byTime = new(connection, "INSERT INTO ix_time(seg, k, leaf) VALUES (?, ?, ?)");
    private readonly Statement _byItem = new(connection, "INSERT INTO ix_item(seg, k, leaf) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    private readonly Statement _byTerm = new(connection, "INSERT INTO ix_term(seg, k, leaf) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    private readonly Statement _item = new(connection, "INSERT INTO item(seg, k, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _vocabulary = new(connection, "INSERT INTO vocabulary(scope, kind, key, name) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");

    // Most events name the same places as those before: what is known to be there needs no statement. Forgotten whenever rows are taken back.
    private readonly HashSet<(string Scope, string Kind, string Key)> _known = [];

    public void Write(long leaf, Entry entry, PreparedEvent recorded, long party, long seq, long recordedAt, long? submission)
    {
        _entry.Bind(1, leaf).Bind(2, entry.EventDigest).Bind(3, entry.Meta).Execute();
        _meta.Bind(1, leaf).Bind(2, party).Bind(3, seq).Bind(4, recordedAt).Bind(5, recorded.Salt).Bind(6, submission).Execute();
        _event.Bind(1, leaf).Bind(2, recorded.At).Bind(3, recorded.IsNamed ? 1 : 0).Bind(4, recorded.Body).Execute();
        _seed.Bind(1, leaf).Bind(2, recorded.Seed).Execute();
        Index(leaf, recorded, party);
    }

    /// <summary>The rows that follow from the event: recorded with it, or made anew.</summary>
    public void Index(long leaf, PreparedEvent recorded, long party)
    {
        var segment = leaf >> IndexKeys.SegmentBits;
        Put(_byEventId, segment, recorded.EventIdKey, leaf);
        Put(_byHash, segment, recorded.HashKey, leaf);
        Put(_byParty, segment, party, leaf);
        Put(_byTime, segment, recorded.At, leaf);
        foreach (var key in recorded.TermKeys)
        {
            Put(_byTerm, segment, key, leaf);
        }
        for (var i = 0; i < recorded.ItemKeys.Length; i++)
        {
            Put(_byItem, segment, recorded.ItemKeys[i], leaf);
            _item.Bind(1, segment).Bind(2, recorded.ItemKeys[i]).BindText(3, recorded.Items[i]).Execute();
        }
        foreach (var element in recorded.Vocabulary)
        {
            Name("", element);
            Name(VocabularyElement.ScopeOf(party), element);
            foreach (var partner in recorded.Facts.Partners)
            {
                Name(partner.Key, element);
            }
        }
    }

    /// <summary>Of an erased event only its author's sequence is left.</summary>
    public void IndexErased(long leaf, long party) => Put(_byParty, leaf >> IndexKeys.SegmentBits, party, leaf);

    /// <summary>Rows were taken back.</summary>
    public void Rewind() => _known.Clear();

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_entry, _meta, _event, _seed, _byEventId, _byHash, _byParty, _byTime, _byItem, _byTerm, _item, _vocabulary])
        {
            statement.Dispose();
        }
    }

    private void Name(string scope, VocabularyElement element)
    {
        const int most = 100_000;
        if (_known.Count == most)
        {
            _known.Clear();
        }
        if (_known.Add((scope, element.Kind, element.Key)))
        {
            _vocabulary.BindText(1, scope).BindText(2, element.Kind).BindText(3, element.Key).BindText(4, element.Name).Execute();
        }
    }

    private static void Put(Statement index, long segment, long key, long leaf) => index.Bind(1, segment).Bind(2, key).Bind(3, leaf).Execute();
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;

namespace Provenance.Server.Storage;

/// <summary>The 64-bit keys under which indexes hold events. Two names may share one, so whoever looks up compares what was found.</summary>
internal sealed class IndexKeys
{
    /// <summary>Leaves a segment: <c>seg = leaf &gt;&gt; 16</c>.</summary>
    public const int SegmentBits = 16;

    private readonly byte[] _index;
    private readonly byte[] _sameEvent;

    /// <summary>Reads the two secrets, or makes them in a new database: the indexes mean nothing without them.</summary>
    public IndexKeys(SqliteConnection writer)
    {
        _index = FindOrMake(writer, "index_key", SipHash.KeySize);
        _sameEvent = FindOrMake(writer, "same_event", Digest.Size);
    }

    private IndexKeys(byte[] index, byte[] sameEvent) => (_index, _sameEvent) = (index, sameEvent);

    /// <summary>Those of a ledger that is only read.</summary>
    public static IndexKeys Read(SqliteConnection reader) => new(
        reader.QuerySingle<byte[]>("SELECT value FROM secret WHERE name = 'index_key'"), reader.QuerySingle<byte[]>("SELECT value FROM secret WHERE name = 'same_event'"));

    /// <summary>Of an <see cref="Core.Gs1.ItemId.Key"/>: the item's key in <c>ix_item</c>, <c>item</c> and wherever items are linked.</summary>
    public long OfItem(string name) => Of('i', name);

    /// <summary>Of an eventID, whoever gave it.</summary>
    public long OfEventId(string eventId) => Of('e', eventId);

    /// <summary>Of one of <see cref="Tracing.EventFacts.Terms"/>.</summary>
    public long OfTerm(string term) => Of('t', term);

    /// <summary>Of the CBV event hash within one party: HMAC, because the hash alone lets hidden fields be guessed (design §3, Event).</summary>
    public long OfHash(PartyId party, Digest eventHash)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Mac(party, eventHash, mac);
        return BinaryPrimitives.ReadInt64LittleEndian(mac);
    }

    /// <summary>An id that the same content of one party always gets, and that tells nobody what the content is (a UUID of version 8, RFC 9562 §5.8).</summary>
    public Guid IdOf(PartyId party, Digest content)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Mac(party, content, mac);
        var id = mac[..16];
        id[6] = (byte)((id[6] & 0x0f) | 0x80);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    private void Mac(PartyId party, Digest content, Span<byte> mac)
    {
        Span<byte> input = stackalloc byte[2 * Digest.Size];
        party.Value.CopyTo(input);
        content.CopyTo(input[Digest.Size..]);
        HMACSHA256.HashData(_sameEvent, input, mac);
    }

    private long Of(char kind, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
        Span<byte> input = most <= 512 ? stackalloc byte[most] : new byte[most];
        input[0] = (byte)kind;
        var length = Encoding.UTF8.GetBytes(text, input[1..]) + 1;
        return (long)SipHash.Hash(_index, input[..length]);
    }

    private static byte[] FindOrMake(SqliteConnection writer, string name, int size)
    {
        writer.Execute("INSERT INTO secret(name, value) VALUES (@name, @value) ON CONFLICT DO NOTHING", new { name, value = RandomNumberGenerator.GetBytes(size) });
        return writer.QuerySingle<byte[]>("SELECT value FROM secret WHERE name = @name", new { name });
    }
}

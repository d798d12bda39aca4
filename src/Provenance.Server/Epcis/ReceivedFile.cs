using System.IO.Compression;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Server.Parties;

namespace Provenance.Server.Epcis;

/// <summary>A document as it was received, byte for byte.</summary>
/// <param name="Source">HMAC-SHA256(<paramref name="Key"/>, file): what its events hold as <c>prov:source</c>.</param>
/// <param name="Key">Random and kept here alone: with a plain hash, whoever knows all of a file but one field could try that field's values.</param>
/// <param name="Party">Row of who sent it.</param>
internal sealed record ReceivedFile(Digest Source, byte[] Key, long Party, byte[] Body)
{
    public static ReceivedFile Of(Party sender, byte[] body)
    {
        var key = RandomNumberGenerator.GetBytes(Digest.Size);
        return new ReceivedFile(new Digest(HMACSHA256.HashData(key, body)), key, sender.Row, body);
    }

    /// <summary>The file's bytes, compressed: documents repeat themselves, and the disk is what a capture waits for.</summary>
    public byte[] Compress()
    {
        using var packed = new MemoryStream(Body.Length / 8);
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            brotli.Write(Body);
        }
        return packed.ToArray();
    }

    /// <summary>Keeps the file, in the transaction of its events.</summary>
    /// <param name="packed">From <see cref="Compress"/>, which is not for the writer's thread.</param>
    public void Write(SqliteConnection connection, byte[] packed, DateTimeOffset now) => connection.Execute("""
        INSERT INTO received_file(source, key, party, received_at, body) VALUES (@source, @Key, @Party, @now, @packed)
        """, new { source = Source.ToArray(), Key, Party, now = now.ToUnixTimeMilliseconds(), packed });

    /// <summary>The file that an event came in; null where it was erased.</summary>
    public static ReceivedFile? Find(SqliteConnection connection, Digest source)
    {
        var row = connection.QuerySingleOrDefault<(byte[] Key, long Party, byte[] Body)?>(
            "SELECT key, party, body FROM received_file WHERE source = @source", new { source = source.ToArray() });
        if (row is not var (key, party, packed))
        {
            return null;
        }
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var body = new MemoryStream();
        brotli.CopyTo(body);
        return new ReceivedFile(source, key, party, body.ToArray());
    }
}

using System.IO.Compression;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.Cli.Check;

/// <summary>Every EPCIS document that is kept as it came is what its events say it was: HMAC-SHA256 under its key (design §3, Event).</summary>
internal static class ReceivedFileCheck
{
    public static void Compare(SqliteConnection connection, FaultList faults)
    {
        var rows = connection.Query<(long Id, byte[] Source, byte[] Key, byte[] Body)>("SELECT id, source, key, body FROM received_file ORDER BY id", buffered: false);
        foreach (var (id, isWhole) in rows.AsParallel().AsOrdered().Select(row => (row.Id, IsWhole(row.Source, row.Key, row.Body))))
        {
            if (!isWhole)
            {
                faults.Add($"received_file {id}: it is not the file that its events came in");
            }
        }
    }

    private static bool IsWhole(byte[] source, byte[] key, byte[] body)
    {
        try
        {
            using var unpacked = new BrotliStream(new MemoryStream(body), CompressionMode.Decompress);
            return HMACSHA256.HashData(key, unpacked).AsSpan().SequenceEqual(source);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or IOException)
        {
            return false;
        }
    }
}

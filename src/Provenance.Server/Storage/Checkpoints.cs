using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Log;

namespace Provenance.Server.Storage;

/// <summary>The signed checkpoints, one for each commit group that recorded something.</summary>
internal static class Checkpoints
{
    private const string Columns = "SELECT size, root, signature, signer FROM checkpoint";

    /// <summary>For <see cref="Write"/>: made once, as the triggers that keep the table's sum are read anew with every text.</summary>
    public static Statement Insert(SqliteConnection connection) => new(connection, "INSERT INTO checkpoint(size, root, signature, signer, signed_at) VALUES (?, ?, ?, ?, ?)");

    public static void Write(Statement insert, Checkpoint checkpoint, DateTimeOffset now) => insert
        .Bind(1, (long)checkpoint.Size).Bind(2, checkpoint.Root).Bind(3, checkpoint.Signature.ToArray()).Bind(4, checkpoint.Signer.ToArray()).Bind(5, now.ToUnixTimeMilliseconds()).Execute();

    /// <summary>Null while nothing is recorded.</summary>
    public static Checkpoint? FindNewest(SqliteConnection connection) =>
        connection.QuerySingleOrDefault<Row>($"{Columns} ORDER BY size DESC LIMIT 1")?.ToCheckpoint();

    /// <summary>The one at exactly this size; null where no group ended there.</summary>
    public static Checkpoint? Find(SqliteConnection connection, long size) =>
        connection.QuerySingleOrDefault<Row>($"{Columns} WHERE size = @size", new { size })?.ToCheckpoint();

    /// <summary>From its 65 stored bytes r, s, v.</summary>
    public static EthSignature ReadSignature(byte[] stored) => new(new Digest(stored.AsSpan(0, 32)), new Digest(stored.AsSpan(32, 32)), stored[64]);

    private sealed record Row(long Size, byte[] Root, byte[] Signature, byte[] Signer)
    {
        public Checkpoint ToCheckpoint() => new(
            (ulong)Size, new Digest(Root), ReadSignature(Signature), new Address(Signer));
    }
}

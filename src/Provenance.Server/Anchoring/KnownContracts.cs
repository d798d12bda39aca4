using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Ethereum;

namespace Provenance.Server.Anchoring;

/// <summary>The contracts that this ledger has been anchored in, as it remembers them: table <c>contract</c>, first to last.</summary>
internal static class KnownContracts
{
    private const string Columns = "SELECT chain_id, address FROM contract";

    /// <summary>The one written to; null before the first, and in ledgers of before it was written down for chains of others.</summary>
    public static (ulong ChainId, Address Address)? FindNewest(SqliteConnection connection) =>
        Read(connection.QuerySingleOrDefault<(long, byte[]?)>($"{Columns} ORDER BY id DESC LIMIT 1"));

    /// <summary>The newest on one chain.</summary>
    public static (ulong ChainId, Address Address)? FindOn(SqliteConnection connection, ulong chainId) =>
        Read(connection.QuerySingleOrDefault<(long, byte[]?)>($"{Columns} WHERE chain_id = @id ORDER BY id DESC LIMIT 1", new { id = (long)chainId }));

    /// <param name="startSize">Leaves under its first head.</param>
    public static int Add(SqliteConnection connection, ulong chainId, Address address, ulong startSize, DateTimeOffset now) => connection.Execute(
        "INSERT INTO contract(chain_id, address, start_size, since) VALUES (@chainId, @address, @startSize, @now)",
        new { chainId = (long)chainId, address = address.ToArray(), startSize = (long)startSize, now = now.ToUnixTimeMilliseconds() });

    private static (ulong ChainId, Address Address)? Read((long ChainId, byte[]? Address) row) =>
        row.Address is { } address ? ((ulong)row.ChainId, new Address(address)) : null;
}

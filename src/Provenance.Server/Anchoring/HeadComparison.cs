using System.Globalization;
using Microsoft.Data.Sqlite;
using Provenance.Chain;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>Holds the local log against the contract's head, size and root (design §5, Start).</summary>
internal static class HeadComparison
{
    /// <summary>Null when the contract's head is a state that this log once had; else why this log must not go on.</summary>
    public static string? FindFault(LedgerHead head, SqliteConnection connection)
    {
        var size = Checkpoints.FindNewest(connection)?.Size ?? 0;
        if (head.Size > size)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The contract knows {head.Size} entries, here are {size}: restore the newest copy of the data directory.");
        }
        return head.Size > 0 && MerkleTree.Root(head.Size, new TreeReader(connection).Node) != head.Root
            ? string.Create(CultureInfo.InvariantCulture,
                $"The first {head.Size} entries here are not those that the contract accepted: restore the newest copy of the data directory, and let only one server write to the contract.")
            : null;
    }
}

using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;

namespace Provenance.Cli.Check;

/// <summary>The evidence of every anchor is of this ledger, of a signed checkpoint, and proves what it should.</summary>
internal static class AnchorRowCheck
{
    public static void Compare(SqliteConnection connection, Digest ledgerId, FaultList faults)
    {
        var rows = connection.Query<(long Size, byte[] Root, byte[] Evidence, byte[]? Signed)>(
            "SELECT a.size, a.root, a.evidence, c.root FROM anchor a LEFT JOIN checkpoint c ON c.size = a.size ORDER BY a.size", buffered: false);
        foreach (var (size, why) in rows.AsParallel().AsOrdered().Select(row => (row.Size, WhyNot(ledgerId, row.Size, row.Root, row.Evidence, row.Signed))))
        {
            if (why is not null)
            {
                faults.Add($"anchor {size}: {why}");
            }
        }
    }

    private static string? WhyNot(Digest ledgerId, long size, byte[] root, byte[] evidence, byte[]? signed)
    {
        if (signed is null || !root.AsSpan().SequenceEqual(signed))
        {
            return "its root is not the signed checkpoint's";
        }
        try
        {
            var anchor = AnchorJson.Parse(evidence);
            if (AnchorCheck.Verify(anchor) is { } why)
            {
                return why;
            }
            var slots = anchor.Slots.ToDictionary(s => s.Slot, s => s.Value);
            var held = LedgerSlots.FindCheckpoint(slots.GetValueOrDefault(LedgerSlots.CheckpointOf(new Digest(root))));
            return held?.Size == (ulong)size && slots.GetValueOrDefault(LedgerSlots.LedgerId) == ledgerId
                ? null
                : "the evidence is of another root or ledger";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}

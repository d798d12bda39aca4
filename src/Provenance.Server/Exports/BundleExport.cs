using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Core;
using Provenance.Core.Bundles;
using Provenance.Core.Ethereum;
using Provenance.Core.Gs1;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Core.Proofs;
using Provenance.Server.Log;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Exports;

/// <summary>Makes an item's bundle: a proof for every event of its trail that the caller may know of.</summary>
internal sealed class BundleExport(ProofStore proofs, Tracer tracer, Database database, TimeProvider clock)
{
    private const int Depth = 50;

    /// <summary>Null when nothing is on record about the item that the caller may know of.</summary>
    /// <param name="caller">Null for the public.</param>
    public byte[]? Make(ItemId item, Caller? caller)
    {
        var trace = tracer.Trace(item, TraceDirection.Both, Depth, caller);
        var leaves = trace?.Events.SelectMany(e => new[] { e.Index, e.Declared?.Index }).OfType<long>().Distinct().Order() ?? Enumerable.Empty<long>();
        // Between two reads an anchor may become final: then two proofs of one bundle would stand under different checkpoints, which is fine.
        var found = leaves.Select(leaf => proofs.Find(leaf, caller).Proof).OfType<Proof>().ToList();
        if (found.Count == 0)
        {
            return null;
        }
        var anchors = new Dictionary<ulong, Anchor>();
        foreach (var proof in found.Where(p => p.Anchor is not null))
        {
            anchors[proof.Checkpoint.Size] = proof.Anchor!;
        }
        var bare = found.ConvertAll(p => p with { Anchor = null });
        return Bundle.Write(bare, anchors, Consistency(Bundle.DistinctCheckpoints(bare)), Request(item, trace!.Truncated));
    }

    private List<IReadOnlyList<Digest>> Consistency(List<Checkpoint> checkpoints)
    {
        using var connection = database.Read();
        var tree = new TreeReader(connection);
        return [.. checkpoints.Zip(checkpoints.Skip(1), (before, after) => MerkleProof.Consistency(before.Size, after.Size, tree.Node))];
    }

    private byte[] Request(ItemId item, bool truncated) => Jcs.Canonicalize(JsonSerializer.SerializeToElement(
        new JsonObject
        {
            ["at"] = EntryMeta.Print(clock.GetUtcNow()),
            ["depth"] = Depth.ToString(CultureInfo.InvariantCulture),
            ["item"] = item.Uri,
            ["truncated"] = truncated,
        },
        LedgerJson.Default.JsonObject));
}

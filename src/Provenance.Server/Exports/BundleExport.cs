using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Core;
using Provenance.Core.Bundles;
using Provenance.Core.Ethereum;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Core.Proofs;
using Provenance.Server.Log;
using Provenance.Server.Storage;

namespace Provenance.Server.Exports;

/// <summary>Makes a trail's bundle: a proof for every event of it that the caller may know of.</summary>
internal sealed class BundleExport(ProofStore proofs, Database database, TimeProvider clock)
{
    /// <summary>Null when there is no event in it that the caller may know of.</summary>
    public byte[]? Make(Trail trail)
    {
        // Between two reads an anchor may become final: then two proofs of one bundle would stand under different checkpoints, which is fine.
        var found = trail.Leaves.Select(leaf => proofs.Find(leaf, trail.Caller).Proof).OfType<Proof>().ToList();
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
        return Bundle.Write(bare, anchors, Consistency(Bundle.DistinctCheckpoints(bare)), Request(trail));
    }

    private List<IReadOnlyList<Digest>> Consistency(List<Checkpoint> checkpoints)
    {
        using var connection = database.Read();
        var tree = new TreeReader(connection);
        return [.. checkpoints.Zip(checkpoints.Skip(1), (before, after) => MerkleProof.Consistency(before.Size, after.Size, tree.Node))];
    }

    private byte[] Request(Trail trail)
    {
        var request = new JsonObject
        {
            ["at"] = EntryMeta.Print(clock.GetUtcNow()),
            ["depth"] = TrailReader.Depth.ToString(CultureInfo.InvariantCulture),
            ["item"] = trail.Item.Uri,
            ["truncated"] = trail.Trace.Truncated,
        };
        foreach (var (name, value) in new[] { ("party", trail.Filter.Party?.Slug), ("from", Print(trail.Filter.From)), ("before", Print(trail.Filter.Before)) })
        {
            if (value is not null)
            {
                request[name] = value;
            }
        }
        return Jcs.Canonicalize(JsonSerializer.SerializeToElement(request, LedgerJson.Default.JsonObject));

        static string? Print(DateTimeOffset? time) => time is { } known ? EntryMeta.Print(known) : null;
    }
}

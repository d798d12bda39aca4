using Dapper;
using Provenance.Chain;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Merkle;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>Asks the chain for the proofs that a checkpoint stands in the contract, once that is final (decision 0002).</summary>
internal sealed class AnchorEvidence(Contract contract, LedgerState state, Database database)
{
    /// <summary>Null when the node, though it shows the block, does not hold the checkpoint: a node behind the one that was asked before.</summary>
    /// <exception cref="InvalidOperationException">The node's header is not one that a proof can carry.</exception>
    public async Task<FinalAnchor?> FindAsync(ulong size, ulong finalBlock, CancellationToken cancel)
    {
        var (root, keys) = ReadRelied(size);
        if (await contract.Chain.FindCheckpointAsync(contract.Address, root, cancel) is not { } held || held.Size != size)
        {
            return null;
        }
        // The embedded chain keeps only its newest state; elsewhere the evidence must lie in a final block.
        var at = contract.IsTrial ? BlockReference.Latest : BlockReference.Number(finalBlock);
        var evidence = await contract.Chain.GetEvidenceAsync(contract.Address, root, keys, at, cancel);
        if (evidence.ChainId != contract.ChainId)
        {
            throw new ChainException(RpcOutcome.WrongChain, $"{contract.Chain.Host} serves chain {evidence.ChainId}, expected {contract.ChainId}.");
        }
        if (!Holds(evidence, size, root))
        {
            return null;
        }
        return BlockHeader.TryRead(evidence.Header, out var header, out var reason)
            ? new FinalAnchor(size, root, header.Number, held.Time, evidence)
            : throw new InvalidOperationException(reason);
    }

    /// <summary>
    /// What was asked before may have been said by another node, or before a reorganisation: the block of the evidence may lie before the one that holds the anchor now, and then proves, as well as any
    /// other, that nothing stands there (chaos, seed 841).
    /// </summary>
    private bool Holds(Anchor evidence, ulong size, Digest root)
    {
        var slots = evidence.Slots.ToDictionary(slot => slot.Slot, slot => slot.Value);
        return LedgerSlots.FindCheckpoint(slots.GetValueOrDefault(LedgerSlots.CheckpointOf(root)))?.Size == size && slots.GetValueOrDefault(LedgerSlots.LedgerId) == state.LedgerId;
    }

    public Digest RootAt(ulong size)
    {
        using var connection = database.Read();
        return MerkleTree.Root(size, new TreeReader(connection).Node);
    }

    private (Digest Root, List<(PartyId Party, Address Key)> Keys) ReadRelied(ulong size)
    {
        using var connection = database.Read();
        var checkpoint = Checkpoints.Find(connection, (long)size) ?? throw new InvalidOperationException($"There is no checkpoint of size {size}.");
        var signers = connection.Query<(byte[] Party, byte[] Signer)>(
            """
            SELECT DISTINCT p.party_id, s.signer FROM meta m JOIN submission s ON s.id = m.submission JOIN party p ON p.id = m.party
            WHERE m.leaf >= coalesce((SELECT max(size) FROM anchor WHERE size < @size), 0) AND m.leaf < @size
            """, new { size = (long)size }).Select(row => (new PartyId(new Digest(row.Party)), new Address(row.Signer)));
        return (checkpoint.Root, [.. signers.Append((new PartyId(state.LedgerId!.Value), checkpoint.Signer)).Distinct()]);
    }
}

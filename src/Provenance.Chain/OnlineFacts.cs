using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;

namespace Provenance.Chain;

/// <summary>Asks a node, chosen by the person who verifies, what an untouched file cannot say: whether its blocks are on the
/// chain.</summary>
public static class OnlineFacts
{
    /// <param name="chain">The node of the verifier's choice.</param>
    /// <param name="contract">As the verifier knows it, not as the proof names it.</param>
    /// <param name="roots">Roots of the checkpoints to judge.</param>
    /// <param name="blocks">Numbers of the anchors' blocks.</param>
    /// <exception cref="ChainException">The node could not be asked: nothing can be told.</exception>
    public static async Task<ChainFacts> GetAsync(
        IChain chain, Address contract, IEnumerable<Digest> roots, IEnumerable<ulong> blocks, CancellationToken cancel = default)
    {
        // First, so that a block counted as final was final before anything else was asked.
        var final = await chain.FindBlockAsync(BlockReference.Finalized, cancel);
        var chainId = await chain.GetChainIdAsync(cancel);
        var codeHash = await chain.FindCodeHashAsync(contract, cancel);
        var checkpoints = new Dictionary<Digest, AnchoredCheckpoint>();
        Digest? ledgerId = null;
        // Other code may answer the same questions with anything; what it says is not the ledger's.
        if (codeHash is { } hash && LedgerCode.KnownHashes.Contains(hash))
        {
            ledgerId = await chain.GetLedgerIdAsync(contract, cancel);
            foreach (var root in roots.Distinct())
            {
                if (await chain.FindCheckpointAsync(contract, root, cancel) is { } checkpoint)
                {
                    checkpoints[root] = checkpoint;
                }
            }
        }
        var hashes = new Dictionary<ulong, Digest>();
        foreach (var number in blocks.Distinct())
        {
            if (await chain.FindBlockAsync(BlockReference.Number(number), cancel) is { } block)
            {
                hashes[number] = block.Hash;
            }
        }
        return new ChainFacts(chainId, contract, codeHash, ledgerId, checkpoints, hashes, final?.Number, chain.Host);
    }
}

using Provenance.Core.Ethereum;

namespace Provenance.Core.Proofs;

/// <summary>What a node answered to somebody who verifies, of the contract that this person named. Null or absent: the node could not say.</summary>
/// <param name="Contract">As the verifying person named it, not as the proof does.</param>
/// <param name="Checkpoints">Of each root asked for: the size and time (block time, UTC) under which the contract keeps it now.</param>
/// <param name="Blocks">Of each block number asked for: the hash of the canonical block.</param>
/// <param name="FinalBlock">Number of the newest block that the node calls final.</param>
/// <param name="Source">Host that was asked, as shown to people.</param>
public sealed record ChainFacts(
    ulong ChainId,
    Address Contract,
    Digest? CodeHash,
    Digest? LedgerId,
    IReadOnlyDictionary<Digest, AnchoredCheckpoint> Checkpoints,
    IReadOnlyDictionary<ulong, Digest> Blocks,
    ulong? FinalBlock,
    string Source);

/// <summary>The contract's record of one root.</summary>
/// <param name="Size">Leaves under the root.</param>
/// <param name="Time">Time of the block that anchored it: UTC, whole seconds.</param>
public sealed record AnchoredCheckpoint(ulong Size, DateTimeOffset Time);

using Provenance.Core.Ethereum;

namespace Provenance.Core.Log;

/// <summary>The log at one size, signed by the ledger's key: EIP-712 <c>ProvenanceCheckpoint(uint64 size,bytes32 root)</c>. Two that contradict each other are evidence.</summary>
public sealed record Checkpoint(ulong Size, Digest Root, EthSignature Signature, Address Signer);

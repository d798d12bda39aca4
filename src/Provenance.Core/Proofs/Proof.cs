using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;

namespace Provenance.Core.Proofs;

/// <summary>Everything needed to check one entry without the ledger that made it (design §3, Proof).</summary>
/// <param name="Disclosures">The fields that the receiver may see, in document order.</param>
/// <param name="Meta">Null where the receiver may not know the author.</param>
/// <param name="Inclusion">Path from the leaf to <paramref name="Checkpoint"/>'s root.</param>
/// <param name="Checkpoint">The first anchored one that covers the leaf; before that, the newest signed one.</param>
/// <param name="Anchor">Null until the checkpoint is final on the chain.</param>
public sealed record Proof(
    Digest LedgerId,
    ulong LeafIndex,
    EventCommitment Commitment,
    IReadOnlyList<Disclosure> Disclosures,
    Entry Entry,
    EntryMeta? Meta,
    SubmissionProof? Submission,
    IReadOnlyList<Digest> Inclusion,
    Checkpoint Checkpoint,
    Anchor? Anchor);

/// <summary>A party's signature over the submission that the event was part of.</summary>
/// <param name="Path">From the event's leaf, number seq − firstSeq, to the submission's root.</param>
public sealed record SubmissionProof(Submission Record, IReadOnlyList<Digest> Path);

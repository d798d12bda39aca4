using Provenance.Core.Ethereum;
using Provenance.Core.Log;
using Provenance.Core.Merkle;

namespace Provenance.Core.Proofs;

/// <summary>Judges one proof: the findings of design §2, each on its own. Pure: what a chain's node said comes in as <see cref="ChainFacts"/>.</summary>
public static class Verifier
{
    /// <summary>How far after its block an entry's stated time may lie before we say so (design §3, Checkpoint).</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    /// <param name="facts">What a node of the verifying person's choice answered for the contract that this person named; null offline.</param>
    /// <returns>Six findings, in the order of <see cref="Question"/>.</returns>
    public static IReadOnlyList<Finding> Verify(Proof proof, ChainFacts? facts)
    {
        var (state, broken) = proof.Anchor is null ? (null, null) : AnchoredState.Read(proof.Anchor);
        var history = ChainFindings.History(proof, state, broken, facts);
        // Keys are believed only of the ledger's own first contract with known code, and while nothing contradicts it: anybody can
        // deploy a contract, or a successor of this ledger, that names any key. A successor's keys wait for its predecessor's word.
        var keys = state is { IsKnownCode: true, IsFirstContract: true } && history.Verdict != Verdict.DoesNotHold ? state : null;
        return
        [
            Content(proof),
            Author(proof, keys),
            Recorded(proof, keys),
            history,
            ChainFindings.Standing(proof, state, broken, facts, history),
            new Finding(Question.Complete, Verdict.CannotTell, "single-entry",
                "One entry can't show whether others were left out; a range of the log can."),
        ];
    }

    /// <summary>The exit code of <c>verify</c> (design §3): 1 when anything does not hold, 0 when content, recorded, history and chain hold, else 2.</summary>
    public static int ExitCode(IEnumerable<Finding> findings)
    {
        var all = findings.ToList();
        if (all.Any(f => f.Verdict == Verdict.DoesNotHold))
        {
            return 1;
        }
        Question[] needed = [Question.Content, Question.Recorded, Question.UnchangedHistory, Question.OnTheChain];
        return needed.All(q => all.Where(f => f.Question == q).DefaultIfEmpty().All(f => f?.Verdict == Verdict.Holds)) ? 0 : 2;
    }

    private static Finding Content(Proof proof)
    {
        if (proof.Commitment.Digest != proof.Entry.EventDigest)
        {
            return Fails(Question.Content, "other-event", "The fields belong to another event than the entry names.");
        }
        return proof.Commitment.WhyNotOpenedBy(proof.Disclosures) is { } why
            ? Fails(Question.Content, "not-committed", $"Not what was recorded: {why}.")
            : new Finding(Question.Content, Verdict.Holds, "committed", Hidden(proof) switch
            {
                false => "Every field is the one recorded.",
                true => "The fields shown are the ones recorded, none that could reverse their meaning is left out; others may be hidden.",
            });
    }

    private static bool Hidden(Proof proof) =>
        proof.Disclosures.Count < proof.Commitment.Must.Count + proof.Commitment.Sd.Count;

    private static Finding Author(Proof proof, AnchoredState? keys)
    {
        if (proof.Meta is not { } meta)
        {
            return proof.Submission is null
                ? Unknown(Question.Author, "author-hidden", "The author is hidden.")
                : Fails(Question.Author, "signature-without-author", "A signature is shown while the author is hidden.");
        }
        if (meta.Hash != proof.Entry.Meta)
        {
            return Fails(Question.Author, "other-author", "The author shown is not the one recorded.");
        }
        if (meta.Submission != proof.Submission?.Record.Hash)
        {
            return Fails(Question.Author, "other-submission", "The signature shown is not the one recorded.");
        }
        return proof.Submission is { } submission
            ? SubmissionFinding.Of(proof, meta, submission, keys)
            : Unknown(Question.Author, "recorded-by-operator", $"Recorded by the operator for party {meta.Party}, not signed by it.");
    }

    private static Finding Recorded(Proof proof, AnchoredState? keys)
    {
        var checkpoint = proof.Checkpoint;
        if (!MerkleProof.VerifyInclusion(proof.LeafIndex, checkpoint.Size, proof.Entry.LeafHash, proof.Inclusion, checkpoint.Root))
        {
            return Fails(Question.Recorded, "not-included", "The entry is not in the log under this root.");
        }
        if (!IsSigned(proof.LedgerId, checkpoint))
        {
            return Fails(Question.Recorded, "bad-checkpoint-signature", "The signature under the log's root is not by the key that it names.");
        }
        if (keys is not null && !keys.KeyOf(new PartyId(proof.LedgerId), checkpoint.Signer).IsValidAt(checkpoint.Size - 1))
        {
            return Fails(Question.Recorded, "not-the-ledgers-key", "The contract does not know the key that signed the log's root as the ledger's.");
        }
        var words = $"Entry {proof.LeafIndex} of a log of {checkpoint.Size}.";
        return proof.Meta is { } meta && keys is not null && meta.RecordedAt > keys.CheckpointOf(checkpoint.Root).Time + ClockTolerance
            ? new Finding(Question.Recorded, Verdict.Holds, "included-clock-off", words + " The time that the operator states for it is after its block's.")
            : new Finding(Question.Recorded, Verdict.Holds, "included", words);
    }

    /// <summary>Whether the signature under a checkpoint is by the key it names, for this ledger.</summary>
    internal static bool IsSigned(Digest ledgerId, Checkpoint checkpoint) =>
        Secp256k1.Recover(LedgerTypedData.Checkpoint(ledgerId, checkpoint.Size, checkpoint.Root), checkpoint.Signature) == checkpoint.Signer;

    internal static Finding Fails(Question question, string reason, string words) => new(question, Verdict.DoesNotHold, reason, words);

    internal static Finding Unknown(Question question, string reason, string words) => new(question, Verdict.CannotTell, reason, words);
}

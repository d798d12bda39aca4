using Provenance.Core.Ethereum;
using Provenance.Core.Log;
using Provenance.Core.Merkle;

namespace Provenance.Core.Proofs;

/// <summary>Author, where the party signed with a key of its own: the checks of design §3, Submission, in their order.</summary>
internal static class SubmissionFinding
{
    public static Finding Of(Proof proof, EntryMeta meta, SubmissionProof shown, AnchoredState? state)
    {
        var record = shown.Record;
        if (record.Party != meta.Party)
        {
            return Verifier.Fails(Question.Author, "other-party", "The signature is another party's.");
        }
        if (meta.Seq < record.FirstSeq || meta.Seq - record.FirstSeq >= record.Count)
        {
            return Verifier.Fails(Question.Author, "outside-submission", "The signature does not reach to this entry.");
        }
        if (!MerkleProof.VerifyInclusion(
            meta.Seq - record.FirstSeq, record.Count, Submission.Leaf(proof.Entry.EventDigest), shown.Path, record.Root))
        {
            return Verifier.Fails(Question.Author, "not-signed", "The signature covers another event in this place.");
        }
        var message = LedgerTypedData.Submission(proof.LedgerId, record.Party, record.FirstSeq, record.Count, record.Root);
        if (Secp256k1.Recover(message, record.Signature) != record.Signer)
        {
            return Verifier.Fails(Question.Author, "bad-signature", "The signature is not by the key that it names.");
        }
        return state is null
            ? Verifier.Unknown(Question.Author, "key-not-proven", "Signed; that the key is the party's is not proven by a chain (yet).")
            : OfKey(proof.LeafIndex, record, state.KeyOf(record.Party, record.Signer));
    }

    private static Finding OfKey(ulong leaf, Submission record, LedgerKey key)
    {
        if (!key.IsValidAt(leaf))
        {
            return Verifier.Fails(Question.Author, "key-not-valid", "The key was not the party's when this was recorded.");
        }
        if (key.Status == KeyStatus.Reassigned)
        {
            return Verifier.Unknown(Question.Author, "reassigned", "Signed with a key that the operator, not the party, put in place.");
        }
        return leaf >= key.CompromisedSince
            ? Verifier.Unknown(Question.Author, "compromised", "Signed with a key that the party reports as compromised.")
            : new Finding(Question.Author, Verdict.Holds, "signed", $"Signed by party {record.Party} with its own key {record.Signer}.");
    }
}

using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Core.Proofs;
using Provenance.Server.Erasing;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Log;

/// <summary>Puts proofs together from what is stored: disclosures are made again from the seed, paths from the tiles.</summary>
internal sealed class ProofStore(Database database, LedgerState state, PartyStore parties, Privacy privacy, OwnIds own)
{
    /// <summary>The proof of one entry, with what the caller may see of it.</summary>
    public FoundProof Find(long leaf, Caller? caller)
    {
        using var connection = database.Read();
        using var moment = connection.BeginTransaction(deferred: true);
        if (connection.QuerySingleOrDefault<Row>(Select, new { leaf }) is not { } row || state.LedgerId is not { } ledgerId)
        {
            return new FoundProof(null, null);
        }
        if (row.Body is null || row.Seed is null)
        {
            return new FoundProof(null, Erasures.Find(connection, leaf)
                ?? throw new InvalidOperationException($"Event {leaf} is missing, and nobody erased it. Run 'provenance check'."));
        }
        using var stored = JsonDocument.Parse(row.Body);
        var facts = EventFacts.Read(stored.RootElement, own);
        var author = parties.Get(row.Party);
        var (commitment, disclosures) = RedactedEvent.Open(stored.RootElement, row.Seed);
        var knowsAuthor = privacy.KnowsAuthor(caller, author, facts);
        var submission = row.Signed(author);
        var (checkpoint, anchor) = CheckpointFor(connection, leaf);
        return new FoundProof(new Proof(
            ledgerId,
            (ulong)leaf,
            commitment,
            privacy.SeesWhole(caller, author.Row, facts) ? disclosures : privacy.PublicOf(disclosures, author.Row, facts),
            new Entry(new Digest(row.EventDigest), new Digest(row.Meta)),
            knowsAuthor ? row.Open(author, submission) : null,
            knowsAuthor && submission is not null ? SubmissionProofOf(connection, submission, leaf, row.Seq) : null,
            MerkleProof.Inclusion((ulong)leaf, checkpoint.Size, new TreeReader(connection).Node),
            checkpoint,
            anchor), null);
    }

    /// <summary>The first anchored checkpoint over the leaf, so that a final proof never changes; before that, the newest signed one.</summary>
    private static (Checkpoint, Anchor?) CheckpointFor(SqliteConnection connection, long leaf)
    {
        var anchored = connection.QuerySingleOrDefault<(long Size, byte[] Evidence)?>(
            "SELECT size, evidence FROM anchor WHERE size > @leaf ORDER BY size LIMIT 1", new { leaf });
        return anchored is var (size, evidence)
            ? (Checkpoints.Find(connection, size) ?? throw new InvalidOperationException($"The anchored size {size} was never signed."), AnchorJson.Parse(evidence))
            : (Checkpoints.FindNewest(connection)!, null);
    }

    /// <summary>Its events stand side by side in the log, because they were recorded together and none was skipped.</summary>
    private static SubmissionProof SubmissionProofOf(SqliteConnection connection, Submission submission, long leaf, long seq)
    {
        var place = (ulong)seq - submission.FirstSeq;
        var first = leaf - (long)place;
        var leaves = connection.Query<byte[]>("SELECT event_digest FROM entry WHERE leaf >= @first AND leaf < @end ORDER BY leaf",
            new { first, end = first + (long)submission.Count }).Select(digest => Submission.Leaf(new Digest(digest))).ToList();
        var path = MerkleProof.Inclusion(place, submission.Count, (level, index) => MerkleTree.Root(leaves.GetRange((int)(index << level), 1 << level)));
        return new SubmissionProof(submission, path);
    }

    private const string Select = """
        SELECT entry.event_digest AS EventDigest, entry.meta AS Meta, meta.party AS Party, meta.seq AS Seq, meta.recorded_at AS RecordedAt, meta.salt AS Salt,
          event.body AS Body, seed.seed AS Seed, submission.first_seq AS FirstSeq, submission.count AS Count, submission.root AS Root,
          submission.signature AS Signature, submission.signer AS Signer
        FROM entry JOIN meta USING (leaf) LEFT JOIN event USING (leaf) LEFT JOIN seed USING (leaf) LEFT JOIN submission ON submission.id = meta.submission
        WHERE entry.leaf = @leaf
        """;

    private sealed record Row(
        byte[] EventDigest, byte[] Meta, long Party, long Seq, long RecordedAt, byte[] Salt, byte[]? Body, byte[]? Seed,
        long? FirstSeq, long? Count, byte[]? Root, byte[]? Signature, byte[]? Signer)
    {
        /// <summary>The author's own signature; null where the operator recorded for it.</summary>
        public Submission? Signed(Party author) => FirstSeq is not { } first ? null
            : new Submission(author.Id, (ulong)first, (ulong)Count!, new Digest(Root), Checkpoints.ReadSignature(Signature!), new Address(Signer));

        public EntryMeta Open(Party author, Submission? submission) =>
            new(author.Id, DateTimeOffset.FromUnixTimeMilliseconds(RecordedAt), EntryMeta.SaltOf(Salt), (ulong)Seq, submission?.Hash);
    }
}

/// <param name="Proof">Null where there is none to give.</param>
/// <param name="Erased">The entry is in the log, its event is not here any more.</param>
internal sealed record FoundProof(Proof? Proof, Erased? Erased);

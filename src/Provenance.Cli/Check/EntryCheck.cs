using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;

namespace Provenance.Cli.Check;

/// <summary>An entry with all that it commits to, as stored. What is missing is null.</summary>
internal sealed record EntryRow(
    long Leaf, byte[] EventDigest, byte[] Meta, byte[]? Body, long? At, byte[]? Seed, long Party, long Seq, long RecordedAt, byte[]? Salt, byte[]? PartyId, byte[]? Submission,
    long? FirstSeq, long? Count, byte[]? Root, byte[]? Signature, byte[]? Signer)
{
    public const string Select = """
        SELECT e.leaf, e.event_digest AS EventDigest, e.meta, v.body, v.at, s.seed, m.party, m.seq, m.recorded_at AS RecordedAt, m.salt, p.party_id AS PartyId,
          u.hash AS Submission, u.first_seq AS FirstSeq, u.count, u.root, u.signature, u.signer
        FROM entry e
        LEFT JOIN event v ON v.leaf = e.leaf LEFT JOIN seed s ON s.leaf = e.leaf LEFT JOIN meta m ON m.leaf = e.leaf
        LEFT JOIN party p ON p.id = m.party LEFT JOIN submission u ON u.id = m.submission
        WHERE e.leaf >= @from
        ORDER BY e.leaf
        LIMIT @length
        """;

    /// <summary>The signed record of the submission; null where its row is damaged.</summary>
    public Submission? Signed(PartyId party) => Root is { Length: Digest.Size } && Signature is { Length: EthSignature.Size } && Signer is { Length: Address.Size }
        ? new Submission(party, (ulong)FirstSeq!, (ulong)Count!, new Digest(Root), CheckpointRow.ReadSignature(Signature), new Address(Signer)) : null;
}

/// <param name="Faults">Those of the entry alone.</param>
internal readonly record struct JudgedEntry(Digest LeafHash, IReadOnlyList<string> Faults);

/// <summary>A signed checkpoint, as stored.</summary>
internal sealed record CheckpointRow(long Size, byte[] Root, byte[] Signature, byte[] Signer)
{
    public string? WhyNotSigned(Digest ledgerId)
    {
        if (Root.Length != Digest.Size || Signature.Length != EthSignature.Size || Signer.Length != Address.Size)
        {
            return "root, signature or signer has not its width";
        }
        return Secp256k1.Recover(LedgerTypedData.Checkpoint(ledgerId, (ulong)Size, new Digest(Root)), ReadSignature(Signature)) == new Address(Signer)
            ? null : "the signature is not by its signer";
    }

    public static EthSignature ReadSignature(byte[] bytes) => new(new Digest(bytes.AsSpan(0, 32)), new Digest(bytes.AsSpan(32, 32)), bytes[64]);
}

/// <summary>What can be told of one entry without the others: so on any core.</summary>
internal static class EntryCheck
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public static JudgedEntry Judge(EntryRow row)
    {
        if (row.EventDigest.Length != Digest.Size || row.Meta.Length != Digest.Size)
        {
            return new JudgedEntry(Digest.Zero, [$"entry {row.Leaf}: its digests are not 32 bytes"]);
        }
        var entry = new Entry(new Digest(row.EventDigest), new Digest(row.Meta));
        var (whyNotEvent, whyNotMeta) = (WhyNotEvent(row, entry.EventDigest), WhyNotMeta(row, entry.Meta));
        return new JudgedEntry(entry.LeafHash, whyNotEvent is null && whyNotMeta is null ? [] :
        [
            .. whyNotEvent is null ? Array.Empty<string>() : [$"event {row.Leaf}: {whyNotEvent}"],
            .. whyNotMeta is null ? Array.Empty<string>() : [$"meta {row.Leaf}: {whyNotMeta}"],
        ]);
    }

    private static string? WhyNotEvent(EntryRow row, Digest digest)
    {
        if (row.Body is null || row.Seed is null)
        {
            // Erasing takes both: the entry stays, and says nothing of what it was.
            return row.Body is null && row.Seed is null ? null : "the event or its seed is missing, and not both";
        }
        if (row.Seed.Length != Digest.Size)
        {
            return "its seed is not 32 bytes";
        }
        try
        {
            using var json = JsonDocument.Parse(row.Body, Strict);
            if (EventCommitment.Make(json.RootElement, new Digest(row.Seed)).Commitment.Digest != digest)
            {
                return "the stored event, its seed or the entry's digest was changed";
            }
            return EventInstant.TryParse(json.RootElement.GetProperty("eventTime").GetString()!, out var time) && time.ToUnixTimeMilliseconds() == row.At
                ? null : "the time beside it is not its own";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return $"the stored event is not JSON any more: {e.Message}";
        }
    }

    private static string? WhyNotMeta(EntryRow row, Digest digest)
    {
        if (row.PartyId is not { Length: Digest.Size } || row.Salt is not { Length: Disclosure.SaltSize })
        {
            return "the party or salt is missing or damaged";
        }
        var party = new PartyId(new Digest(row.PartyId));
        if (row.Submission is not null && (row.Submission.Length != Digest.Size || row.Signed(party)?.Hash != new Digest(row.Submission)))
        {
            return "the submission's record does not have its hash";
        }
        var meta = new EntryMeta(party, DateTimeOffset.FromUnixTimeMilliseconds(row.RecordedAt),
            EntryMeta.SaltOf(row.Salt), (ulong)row.Seq, row.Submission is null ? null : new Digest(row.Submission));
        return meta.Hash == digest ? null : "party, time, salt, sequence, submission or the entry's hash of them was changed";
    }
}

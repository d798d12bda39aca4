using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;

namespace Provenance.Cli.Check;

/// <summary>What can be told of one row without the others: so on any core.</summary>
internal static class EntryCheck
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>What is wrong with it, a line each; null for nothing.</summary>
    public static List<string>? Faults(EntryStretch stretch, in EntryRow row)
    {
        if (row.EventDigest.Length != Digest.Size || row.Meta.Length != Digest.Size)
        {
            return [$"entry {row.Leaf}: its digests are not 32 bytes"];
        }
        List<string>? faults = null;
        if (WhyNotEvent(stretch, row) is { } whyNotEvent)
        {
            (faults ??= []).Add($"event {row.Leaf}: {whyNotEvent}");
        }
        if (WhyNotMeta(stretch, row) is { } whyNotMeta)
        {
            (faults ??= []).Add($"meta {row.Leaf}: {whyNotMeta}");
        }
        return faults;
    }

    /// <summary>What the log's tree holds for it; zero where its digests are damaged.</summary>
    public static Digest LeafHash(EntryStretch stretch, in EntryRow row) => row.EventDigest.Length != Digest.Size || row.Meta.Length != Digest.Size
        ? Digest.Zero : new Entry(new Digest(stretch[row.EventDigest]), new Digest(stretch[row.Meta])).LeafHash;

    public static string? WhyNotSigned(EntryStretch stretch, in CheckpointRow row, Digest ledgerId)
    {
        if (row.Root.Length != Digest.Size || row.Signature.Length != EthSignature.Size || row.Signer.Length != Address.Size)
        {
            return "root, signature or signer has not its width";
        }
        var typed = LedgerTypedData.Checkpoint(ledgerId, (ulong)row.Size, new Digest(stretch[row.Root]));
        return Secp256k1.Recover(typed, ReadSignature(stretch[row.Signature])) == new Address(stretch[row.Signer]) ? null : "the signature is not by its signer";
    }

    private static string? WhyNotEvent(EntryStretch stretch, in EntryRow row)
    {
        if (row.Body.IsMissing || row.Seed.IsMissing)
        {
            // Erasing takes both: the entry stays, and says nothing of what it was.
            return row.Body.IsMissing && row.Seed.IsMissing ? null : "the event or its seed is missing, and not both";
        }
        if (row.Seed.Length < Digest.Size)
        {
            return "its seed is not 32 bytes";
        }
        try
        {
            using var json = JsonDocument.Parse(stretch.Memory(row.Body), Strict);
            if (RedactedEvent.DigestOf(json.RootElement, stretch[row.Seed]) != new Digest(stretch[row.EventDigest]))
            {
                return "the stored event, its seed or the entry's digest was changed";
            }
            return EventInstant.TryParse(json.RootElement.GetProperty("eventTime"u8).GetString()!, out var time) && time.ToUnixTimeMilliseconds() == row.At
                ? null : "the time beside it is not its own";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return $"the stored event is not JSON any more: {e.Message}";
        }
    }

    private static string? WhyNotMeta(EntryStretch stretch, in EntryRow row)
    {
        if (row.PartyId.Length != Digest.Size || row.Salt.Length != Disclosure.SaltSize)
        {
            return "the party or salt is missing or damaged";
        }
        var party = new PartyId(new Digest(stretch[row.PartyId]));
        if (!row.Submission.IsMissing && (row.Submission.Length != Digest.Size || Signed(stretch, row, party)?.Hash != new Digest(stretch[row.Submission])))
        {
            return "the submission's record does not have its hash";
        }
        if (row.RecordedAt is < 0 or > 253_402_300_799_999)
        {
            return "the time of recording is not within the years 1970 to 9999";
        }
        var meta = new EntryMeta(party, DateTimeOffset.FromUnixTimeMilliseconds(row.RecordedAt),
            EntryMeta.SaltOf(stretch[row.Salt]), (ulong)row.Seq, row.Submission.IsMissing ? null : new Digest(stretch[row.Submission]));
        return meta.Hash == new Digest(stretch[row.Meta]) ? null : "party, time, salt, sequence, submission or the entry's hash of them was changed";
    }

    /// <summary>The signed record of the submission; null where its row is damaged.</summary>
    private static Submission? Signed(EntryStretch stretch, in EntryRow row, PartyId party) =>
        row.Root.Length == Digest.Size && row.Signature.Length == EthSignature.Size && row.Signer.Length == Address.Size
            ? new Submission(party, (ulong)row.FirstSeq, (ulong)row.Count, new Digest(stretch[row.Root]), ReadSignature(stretch[row.Signature]), new Address(stretch[row.Signer]))
            : null;

    private static EthSignature ReadSignature(ReadOnlySpan<byte> bytes) => new(new Digest(bytes[..32]), new Digest(bytes[32..64]), bytes[64]);
}

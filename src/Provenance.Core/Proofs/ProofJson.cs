using System.Buffers;
using System.Text.Json;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;

namespace Provenance.Core.Proofs;

/// <summary>The bytes of a proof, <c>application/vnd.provenance.proof+json</c> version 1: one canonical spelling, written and read strictly.</summary>
public static class ProofJson
{
    /// <summary>The media type of a proof.</summary>
    public const string MediaType = "application/vnd.provenance.proof+json";

    // Members are written in the order that RFC 8785 sorts them, so the output is canonical as it stands.
    public static byte[] Write(Proof proof)
    {
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WritePropertyName("anchor"u8);
            AnchorJson.Write(json, proof.Anchor);
            json.WritePropertyName("checkpoint"u8);
            WriteCheckpoint(json, proof.Checkpoint);
            json.WritePropertyName("entry"u8);
            json.WriteRawValue(proof.Entry.ToBytes(), skipInputValidation: true);
            json.WritePropertyName("event"u8);
            WriteEvent(json, proof);
            WriteAll(json, "inclusion"u8, proof.Inclusion.Select(d => d.ToString()));
            json.WriteNumber("leafIndex"u8, proof.LeafIndex);
            json.WriteString("ledgerId"u8, proof.LedgerId.ToString());
            json.WritePropertyName("meta"u8);
            json.WriteRawValue(proof.Meta?.ToBytes() ?? "null"u8.ToArray(), skipInputValidation: true);
            json.WritePropertyName("submission"u8);
            WriteSubmission(json, proof.Submission);
            json.WriteNumber("v"u8, 1);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a proof. What it returns may still prove nothing: that is for <see cref="Verifier"/>.</summary>
    /// <exception cref="FormatException">Not the one prescribed spelling; the message names the member.</exception>
    public static Proof Parse(ReadOnlyMemory<byte> utf8)
    {
        var root = Jcs.ParseCanonical(utf8);
        var proof = new StrictObject(root, "", "anchor", "checkpoint", "entry", "event", "inclusion", "leafIndex", "ledgerId", "meta", "submission", "v");
        proof.RequireVersion1();
        var ev = proof.Object("event", "_must", "_sd", "_sd_alg", "disclosures");
        if (ev.String("_sd_alg") != "sha-256")
        {
            throw ev.Wrong("_sd_alg", "is not sha-256");
        }
        var entry = proof.Object("entry", "eventDigest", "meta", "v");
        entry.RequireVersion1();
        return new Proof(
            proof.Digest("ledgerId"),
            proof.Integer("leafIndex"),
            new EventCommitment(ReadHashes(ev, "_must"), ReadHashes(ev, "_sd")),
            ReadDisclosures(ev),
            new Entry(entry.Digest("eventDigest"), entry.Digest("meta")),
            proof.IsNull("meta") ? null : ReadMeta(proof.Object("meta", "party", "recordedAt", "salt", "seq", "submission")),
            proof.IsNull("submission") ? null : ReadSubmission(proof.Object("submission", "path", "record")),
            proof.Digests("inclusion"),
            ReadCheckpoint(proof.Object("checkpoint", CheckpointMembers)),
            proof.IsNull("anchor") ? null : AnchorJson.Read(proof.Object("anchor", AnchorJson.Members)));
    }

    internal static readonly string[] CheckpointMembers = ["root", "signature", "signer", "size"];

    internal static void WriteCheckpoint(Utf8JsonWriter json, Checkpoint checkpoint)
    {
        json.WriteStartObject();
        json.WriteString("root"u8, checkpoint.Root.ToString());
        json.WriteString("signature"u8, checkpoint.Signature.ToString());
        json.WriteString("signer"u8, checkpoint.Signer.ToString());
        json.WriteNumber("size"u8, checkpoint.Size);
        json.WriteEndObject();
    }

    internal static Checkpoint ReadCheckpoint(StrictObject json) =>
        new(json.Integer("size"), json.Digest("root"), json.Signature("signature"), json.Address("signer"));

    internal static void WriteAll(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    private static void WriteEvent(Utf8JsonWriter json, Proof proof)
    {
        json.WriteStartObject();
        WriteAll(json, "_must"u8, proof.Commitment.Must);
        WriteAll(json, "_sd"u8, proof.Commitment.Sd);
        json.WriteString("_sd_alg"u8, "sha-256"u8);
        WriteAll(json, "disclosures"u8, proof.Disclosures.Select(d => d.Text));
        json.WriteEndObject();
    }

    private static void WriteSubmission(Utf8JsonWriter json, SubmissionProof? submission)
    {
        if (submission is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        WriteAll(json, "path"u8, submission.Path.Select(d => d.ToString()));
        json.WritePropertyName("record"u8);
        json.WriteRawValue(submission.Record.ToBytes(), skipInputValidation: true);
        json.WriteEndObject();
    }

    // EventCommitment puts these between quotes as they are, so nothing but base64url may come in.
    private static List<string> ReadHashes(StrictObject ev, string member) => ev.Strings(member) is var hashes
        && hashes.TrueForAll(hash => Disclosure.DecodeBase64Url(hash) is { Length: Digest.Size })
            ? hashes
            : throw ev.Wrong(member, "is not a list of SHA-256 in base64url");

    private static List<Disclosure> ReadDisclosures(StrictObject ev)
    {
        try
        {
            return ev.Strings("disclosures").ConvertAll(Disclosure.Parse);
        }
        catch (FormatException e) when (!e.Message.StartsWith('/'))
        {
            throw new FormatException($"/event/disclosures: {e.Message}", e);
        }
    }

    private static EntryMeta ReadMeta(StrictObject meta)
    {
        var salt = meta.String("salt");
        if (Disclosure.DecodeBase64Url(salt) is not { Length: Disclosure.SaltSize })
        {
            throw meta.Wrong("salt", "is not 128 bits in base64url");
        }
        if (!EntryMeta.TryParseTime(meta.String("recordedAt"), out var time))
        {
            throw meta.Wrong("recordedAt", "is not a UTC time with milliseconds");
        }
        return new EntryMeta(
            new PartyId(meta.Digest("party")), time, salt, meta.Integer("seq"), meta.IsNull("submission") ? null : meta.Digest("submission"));
    }

    private static SubmissionProof ReadSubmission(StrictObject json)
    {
        var record = json.Object("record", "count", "firstSeq", "party", "root", "signature", "signer", "v");
        record.RequireVersion1();
        return new SubmissionProof(
            new Submission(new PartyId(record.Digest("party")), record.Integer("firstSeq"), record.Integer("count"), record.Digest("root"),
                record.Signature("signature"), record.Address("signer")),
            json.Digests("path"));
    }
}

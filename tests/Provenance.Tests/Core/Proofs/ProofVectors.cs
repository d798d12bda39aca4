using System.Text;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Proofs;

namespace Provenance.Tests.Core.Proofs;

/// <summary>The proofs in tests/vectors/proofs, made the same every time, and what every verifier must find of them offline.</summary>
/// <param name="Expect">Verdicts of content, author, recorded, history and chain: <c>holds</c>, <c>broken</c> or <c>open</c>; or <c>refused</c>.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record ProofVector(string Name, string Expect, string Reason, byte[] Bytes)
{
    public static IReadOnlyList<ProofVector> All { get; } = [.. Good(), .. BrokenContent(), .. BrokenAuthor(), .. BrokenLog(), .. Refused()];

    private static ProofVector Of(string name, string expect, string reason, Proof proof) => new(name, expect, reason, ProofJson.Write(proof));

    private static IEnumerable<ProofVector> Good()
    {
        var world = ProofWorld.Create();
        var (signed, byOperator) = (world.Prove(3, world.Anchor()), world.Prove(0, world.Anchor()));
        yield return Of("operator-recorded", "holds open holds open open", "The operator recorded it for the party; anchored.", byOperator);
        yield return Of("not-yet-anchored", "holds open holds open open", "Recorded, no final block yet.", byOperator with { Anchor = null });
        yield return Of("hidden-author", "holds open holds open open", "meta is not opened.", byOperator with { Meta = null });
        yield return Of("only-what-must-be-shown", "holds open holds open open", "All other fields are hidden.",
            byOperator with { Disclosures = [.. byOperator.Disclosures.Where(d => EventFields.Must.Contains(d.Pointer))] });
        yield return Of("signed", "holds holds holds open open", "Second of three events under one signature by the party's registered key.", signed);
        yield return Of("signed-not-yet-anchored", "holds open holds open open", "That the key is the party's is not on the chain yet.", signed with { Anchor = null });
        yield return Of("signed-hidden-author", "holds open holds open open", "Neither meta nor submission is opened.", signed with { Meta = null, Submission = null });
        yield return Of("key-compromised", "holds open holds open open", "The party reports the key as compromised since this leaf.",
            signed with { Anchor = world.Anchor(partyKey: ProofWorld.Registered with { CompromisedSince = 3 }) });
        yield return Of("key-reassigned", "holds open holds open open", "The operator put the key in place.",
            signed with { Anchor = world.Anchor(partyKey: ProofWorld.Registered with { Status = KeyStatus.Reassigned }) });
        yield return Of("unknown-code", "holds open holds open open", "The contract has code that no verifier knows: nothing is believed of it, keys neither.",
            signed with { Anchor = MadeAnchor.Of(world.Storage(), Digest.Sha256("code"u8)) });
        var storage = world.Storage();
        storage[LedgerSlots.PredecessorChainId] = MadeAnchor.Word(0, 0, 0, 5);
        yield return Of("successor", "holds open holds open open", "The contract continues another, which was not asked; its keys are not the predecessor's word.",
            signed with { Anchor = MadeAnchor.Of(storage, ProofWorld.Code, at: new Address([.. Enumerable.Repeat((byte)7, 20)])) });
    }

    private static IEnumerable<ProofVector> BrokenContent()
    {
        var world = ProofWorld.Create();
        var proof = world.Prove(0);
        List<Disclosure> Without(string pointer) => [.. proof.Disclosures.Where(d => d.Pointer != pointer)];
        var otherCity = Disclosure.Make(Digest.Zero, "/prov:city", "\"Hamburg\""u8.ToArray());
        yield return Of("meaning-left-out", "broken open holds open open", "/action is among what must be shown, and is not.", proof with { Disclosures = Without("/action") });
        yield return Of("other-value", "broken open holds open open", "/prov:city shows another value than was committed to.",
            proof with { Disclosures = [.. Without("/prov:city"), otherCity] });
        yield return Of("field-twice", "broken open holds open open", "/prov:city is shown twice.", proof with { Disclosures = [.. proof.Disclosures, proof.Disclosures.Single(d => d.Pointer == "/prov:city")] });
        var other = world.Prove(1);
        yield return Of("other-event", "broken open holds open open", "The fields and digests are another entry's.",
            proof with { Commitment = other.Commitment, Disclosures = other.Disclosures });
        yield return Committed("field-within-another", "Two committed fields overlap: /epcList is empty and has an element.", ("/epcList", "[]"), ("/epcList/0", "\"urn:a\""));
        yield return Committed("other-shape", "/ilmd is committed to whole; it is to be one field for each member.", ("/ilmd", """{"a":1}"""));
        yield return Committed("must-field-in-sd", "/bizStep is committed to among the fields that may be hidden.", ("/bizStep", "\"shipping\""));
    }

    /// <summary>A ledger that commits to fields as no honest one would, and records them well.</summary>
    private static ProofVector Committed(string name, string reason, params (string Pointer, string Value)[] fields)
    {
        var disclosures = fields.Select(f => Disclosure.Make(Digest.Zero, f.Pointer, Encoding.UTF8.GetBytes(f.Value))).ToList();
        var decoys = Enumerable.Range(0, EventCommitment.FewestSd - fields.Length).Select(n => Digest.Sha256([(byte)n]).ToBase64Url());
        var commitment = new EventCommitment([], [.. disclosures.Select(d => d.Digest).Concat(decoys).Order(StringComparer.Ordinal)]);
        var proof = ProofWorld.Create().Prove(0);
        var entry = proof.Entry with { EventDigest = commitment.Digest };
        return Of(name, "broken open holds open open", reason,
            proof with { Commitment = commitment, Disclosures = disclosures, Entry = entry, Inclusion = [], Checkpoint = ProofWorld.Sign(1, entry.LeafHash) });
    }

    private static IEnumerable<ProofVector> BrokenAuthor()
    {
        var world = ProofWorld.Create();
        var proof = world.Prove(3, world.Anchor());
        var shown = proof.Submission!;
        yield return Of("other-meta", "holds broken holds open open", "meta is not the one that the entry names.", proof with { Meta = proof.Meta! with { Seq = 5 } });
        yield return Of("submission-not-named", "holds broken holds open open", "The operator recorded this entry; the signature is of others.",
            world.Prove(0, world.Anchor()) with { Submission = shown });
        yield return Of("submission-missing", "holds broken holds open open", "meta names a submission that the proof does not show.", proof with { Submission = null });
        yield return Of("signature-without-author", "holds broken holds open open", "A submission without the meta that names it.", proof with { Meta = null });
        yield return Of("event-not-in-submission", "holds broken holds open open", "The path does not lead to the signed root.", proof with { Submission = shown with { Path = [.. shown.Path.Reverse()] } });
        yield return Of("key-not-yet-valid", "holds broken holds open open", "The key speaks from leaf 4, this is leaf 3.",
            proof with { Anchor = world.Anchor(partyKey: ProofWorld.Registered with { ValidFrom = 4 }) });
        yield return Of("key-revoked", "holds broken holds open open", "The key spoke up to leaf 2, this is leaf 3.",
            proof with { Anchor = world.Anchor(partyKey: ProofWorld.Registered with { ValidUntil = 3 }) });
        yield return Of("key-not-registered", "holds broken holds open open", "The evidence shows no such key of the party.", proof with { Anchor = world.Anchor(partyKey: default(LedgerKey)) });
        yield return Signed("submission-high-s", "The signature has the high one of two s (EIP-2).", r => r with { Signature = VerifierTests.HighS(r.Signature) });
        yield return Signed("submission-by-another-key", "The recovered signer is not the one named.", r => r with { Signer = ProofWorld.LedgerKey.Address });
        yield return Signed("submission-of-another-party", "The submission is another party's.", r => r with { Party = ProofWorld.Ledger });
        yield return Signed("outside-submission", "seq 4 lies behind firstSeq 3 and count 1.", r => r with { Count = 1 });
    }

    /// <summary>The changed record is the one that entry and log name, so that nothing else breaks.</summary>
    private static ProofVector Signed(string name, string reason, Func<Provenance.Core.Log.Submission, Provenance.Core.Log.Submission> change)
    {
        var proof = ProofWorld.Create().Prove(3);
        var record = change(proof.Submission!.Record);
        var meta = proof.Meta! with { Submission = record.Hash };
        var entry = proof.Entry with { Meta = meta.Hash };
        return Of(name, "holds broken holds open open", reason, proof with
        {
            Submission = proof.Submission with { Record = record },
            Meta = meta,
            Entry = entry,
            LeafIndex = 0,
            Inclusion = [],
            Checkpoint = ProofWorld.Sign(1, entry.LeafHash),
        });
    }

    private static IEnumerable<ProofVector> BrokenLog()
    {
        var world = ProofWorld.Create();
        var proof = world.Prove(0, world.Anchor());
        var checkpoint = proof.Checkpoint;
        yield return Of("other-leaf", "holds open broken open open", "The path is that of leaf 0, not 1.", proof with { LeafIndex = 1 });
        yield return Of("path-too-long", "holds open broken open open", "One hash more than the tree is high.", proof with { Inclusion = [.. proof.Inclusion, Digest.Zero] });
        yield return Of("checkpoint-by-another-key", "holds open broken open open", "The recovered signer is not the one named.",
            proof with { Checkpoint = checkpoint with { Signer = ProofWorld.PartyKey.Address } });
        yield return Of("not-the-ledgers-key", "holds open broken open open", "The ledger's key was revoked before this checkpoint.",
            proof with { Anchor = world.Anchor(ledgerKey: ProofWorld.Registered with { ValidUntil = 6 }) });
        var signed = world.Prove(3, world.Anchor());
        yield return Of("other-block-hash", "holds open holds broken broken", "The header's hash is another; its keys are not believed.", signed with { Anchor = world.Anchor() with { BlockHash = Digest.Zero } });
        yield return Of("slot-missing", "holds open holds broken broken", "The slot of the predecessor is not shown.",
            signed with { Anchor = MadeAnchor.Of(world.Storage(), ProofWorld.Code, world.Storage().Keys.Where(s => s != LedgerSlots.Predecessor)) });
        var empty = world.Storage();
        empty[Digest.Zero] = Digest.Zero;
        yield return Of("empty-slot", "holds open holds broken broken", "An empty slot is shown that nothing relies on: its proof would hold under other numbers too.",
            signed with { Anchor = MadeAnchor.Of(empty, ProofWorld.Code) });
        yield return Of("other-chain-id", "holds open holds broken broken", "The ledger's id is not that of this chain and contract, and there is no predecessor.", signed with { Anchor = world.Anchor() with { ChainId = 101 } });
        yield return Of("root-not-anchored", "holds open holds broken broken", "The contract does not keep this root.", signed with { Anchor = world.Anchor(3) });
        var storage = world.Storage();
        storage[LedgerSlots.CheckpointOf(checkpoint.Root)] = MadeAnchor.Word(0, 0, MadeAnchor.BlockTime, 8);
        yield return Of("anchored-with-another-size", "holds open holds broken broken", "The contract keeps this root with size 8.", signed with { Anchor = MadeAnchor.Of(storage, ProofWorld.Code) });
    }

    private static IEnumerable<ProofVector> Refused()
    {
        var text = Encoding.UTF8.GetString(ProofJson.Write(ProofWorld.Create().Prove(0)));
        ProofVector Changed(string name, string reason, string from, string to) =>
            new(name, "refused", reason, Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
        yield return Changed("white-space", "A space after a colon.", "\"leafIndex\":", "\"leafIndex\": ");
        yield return Changed("unknown-member", "A member that the format does not have.", "\"leafIndex\":", "\"leaf\":0,\"leafIndex\":");
        yield return Changed("member-twice", "leafIndex is there twice.", "\"leafIndex\":0", "\"leafIndex\":0,\"leafIndex\":0");
        yield return Changed("not-an-integer", "leafIndex 0.0 is no integer's one spelling.", "\"leafIndex\":0", "\"leafIndex\":0.0");
        yield return Changed("upper-case-hex", "An address in upper case.", ProofWorld.LedgerKey.Address.ToString(), "0x" + ProofWorld.LedgerKey.Address.ToString()[2..].ToUpperInvariant());
        yield return Changed("another-version", "Version 2.", "\"submission\":null,\"v\":1}", "\"submission\":null,\"v\":2}");
        yield return Changed("time-without-milliseconds", "recordedAt lacks its three decimals.", ".000Z", "Z");
        yield return new("not-json", "refused", "The last byte is cut off.", Encoding.UTF8.GetBytes(text[..^1]));
    }
}

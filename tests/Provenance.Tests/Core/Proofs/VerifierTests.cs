using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;
using Provenance.Core.Proofs;

namespace Provenance.Tests.Core.Proofs;

/// <summary>Each finding of design §2 in each of its verdicts. What the contract's storage says in these is made; see <see cref="MadeAnchor"/>.</summary>
public class VerifierTests
{
    private static readonly ProofWorld World = ProofWorld.Create();
    private static readonly Anchor Anchor = World.Anchor();
    private static readonly ChainFacts Facts = World.Facts();

    /// <summary>Leaf 3: the second of three that the party signed together.</summary>
    private static readonly Proof Signed = World.Prove(3, Anchor);

    private static readonly Proof ByOperator = World.Prove(0, Anchor);

    [Fact]
    public void An_untouched_proof_holds_online_and_leaves_history_and_chain_open_offline()
    {
        AssertAll(Signed, Facts, "holds committed", "holds signed", "holds included", "holds accepted", "holds final");
        AssertAll(Signed, null, "holds committed", "holds signed", "holds included", "open offline", "open offline");
        Assert.Equal(0, Verifier.ExitCode(Verifier.Verify(Signed, Facts)));
        Assert.Equal(2, Verifier.ExitCode(Verifier.Verify(Signed, null)));
        Assert.Equal(0, Verifier.ExitCode(Verifier.Verify(ByOperator, Facts)));
    }

    [Fact]
    public void Before_finality_chain_history_and_key_are_open()
    {
        AssertAll(Signed with { Anchor = null }, Facts, "holds committed", "open key-not-proven", "holds included", "open not-yet-anchored", "open not-yet-anchored");
        AssertFinding(Signed, Facts with { FinalBlock = MadeAnchor.BlockNumber - 1 }, Question.OnTheChain, "holds not-final");
        AssertFinding(Signed, Facts with { FinalBlock = null }, Question.OnTheChain, "holds not-final");
    }

    [Fact]
    public void One_proof_never_tells_that_nothing_was_left_out() => AssertFinding(Signed, Facts, Question.Complete, "open single-entry");

    [Fact]
    public void Content_does_not_hold_with_fields_of_another_event_or_values_that_were_not_committed_to()
    {
        var other = World.Prove(4);
        AssertFinding(Signed with { Commitment = other.Commitment, Disclosures = other.Disclosures }, Facts, Question.Content, "broken other-event");
        AssertFinding(Signed with { Disclosures = other.Disclosures }, Facts, Question.Content, "broken not-committed");
        AssertFinding(Signed with { Disclosures = [.. Signed.Disclosures.Where(d => d.Pointer != "/action")] }, Facts, Question.Content, "broken not-committed");
        AssertFinding(Signed with { Disclosures = [.. Signed.Disclosures.Where(d => EventFields.Must.Contains(d.Pointer))] }, Facts, Question.Content, "holds committed");
    }

    [Fact]
    public void The_author_is_open_where_it_is_hidden_or_the_operator_recorded()
    {
        AssertFinding(ByOperator, Facts, Question.Author, "open recorded-by-operator");
        AssertFinding(Signed with { Meta = null, Submission = null }, Facts, Question.Author, "open author-hidden");
        AssertFinding(Signed with { Meta = null }, Facts, Question.Author, "broken signature-without-author");
    }

    [Fact]
    public void The_author_does_not_hold_with_another_meta_or_submission_than_the_entrys()
    {
        AssertFinding(Signed with { Meta = Signed.Meta! with { Seq = 5 } }, Facts, Question.Author, "broken other-author");
        AssertFinding(Signed with { Submission = null }, Facts, Question.Author, "broken other-submission");
        AssertFinding(ByOperator with { Submission = Signed.Submission }, Facts, Question.Author, "broken other-submission");
        AssertFinding(WithRecord(Signed.Submission!.Record with { Count = 4 }), Facts, Question.Author, "broken other-submission");
    }

    [Fact]
    public void A_submission_covers_its_own_party_range_and_events_only()
    {
        AssertAuthor("other-party", record => record with { Party = ProofWorld.Ledger });
        AssertAuthor("outside-submission", record => record with { FirstSeq = 5 });
        AssertAuthor("outside-submission", record => record with { Count = 1 });
        AssertAuthor("not-signed", record => record with { FirstSeq = 4 });
        AssertAuthor("not-signed", record => record with { Root = Digest.Zero });
        AssertAuthor("bad-signature", record => record with { Signer = ProofWorld.LedgerKey.Address });
        AssertAuthor("bad-signature", record => record with { Signature = record.Signature with { V = (byte)(55 - record.Signature.V) } });
        AssertAuthor("bad-signature", record => record with { Signature = HighS(record.Signature) });
        AssertFinding(Signed with { Submission = Signed.Submission! with { Path = [] } }, Facts, Question.Author, "broken not-signed");
    }

    [Fact]
    public void A_key_speaks_for_the_leaves_of_its_time_unless_reassigned_or_compromised()
    {
        AssertKey("holds signed", ProofWorld.Registered with { ValidFrom = 3, ValidUntil = 4, CompromisedSince = 4 });
        AssertKey("broken key-not-valid", ProofWorld.Registered with { ValidFrom = 4 });
        AssertKey("broken key-not-valid", ProofWorld.Registered with { ValidUntil = 3 });
        AssertKey("broken key-not-valid", default);
        AssertKey("open compromised", ProofWorld.Registered with { CompromisedSince = 3 });
        AssertKey("open reassigned", ProofWorld.Registered with { Status = KeyStatus.Reassigned });
        AssertKey("broken key-not-valid", new LedgerKey(0, LedgerKey.Never, LedgerKey.Never, (KeyStatus)3));
    }

    [Fact]
    public void Recorded_does_not_hold_at_another_place_or_under_another_root()
    {
        AssertFinding(Signed with { LeafIndex = 2 }, Facts, Question.Recorded, "broken not-included");
        AssertFinding(Signed with { LeafIndex = 7 }, Facts, Question.Recorded, "broken not-included");
        AssertFinding(Signed with { Inclusion = [.. Signed.Inclusion.SkipLast(1)] }, Facts, Question.Recorded, "broken not-included");
        AssertFinding(Signed with { Inclusion = [.. Signed.Inclusion, Digest.Zero] }, Facts, Question.Recorded, "broken not-included");
        AssertFinding(Signed with { Entry = Signed.Entry with { Meta = Digest.Zero } }, Facts, Question.Recorded, "broken not-included");
        AssertFinding(Signed with { Checkpoint = ProofWorld.Sign(0, Signed.Checkpoint.Root) }, Facts, Question.Recorded, "broken not-included");
    }

    [Fact]
    public void Recorded_does_not_hold_under_a_checkpoint_that_the_ledgers_key_did_not_sign()
    {
        var checkpoint = Signed.Checkpoint;
        AssertFinding(Signed with { Checkpoint = checkpoint with { Signer = ProofWorld.PartyKey.Address } }, null, Question.Recorded, "broken bad-checkpoint-signature");
        AssertFinding(Signed with { Checkpoint = checkpoint with { Signature = HighS(checkpoint.Signature) } }, null, Question.Recorded, "broken bad-checkpoint-signature");
        var partys = ProofWorld.PartyKey.Sign(LedgerTypedData.Checkpoint(ProofWorld.LedgerId, checkpoint.Size, checkpoint.Root));
        var byParty = checkpoint with { Signer = ProofWorld.PartyKey.Address, Signature = partys };
        AssertFinding(Signed with { Checkpoint = byParty }, null, Question.Recorded, "broken not-the-ledgers-key");
        AssertFinding(Signed with { Anchor = World.Anchor(ledgerKey: ProofWorld.Registered with { ValidUntil = 6 }) }, null, Question.Recorded, "broken not-the-ledgers-key");
        AssertFinding(Signed with { Anchor = World.Anchor(ledgerKey: ProofWorld.Registered with { ValidUntil = 7 }) }, null, Question.Recorded, "holds included");
    }

    [Fact]
    public void A_stated_time_more_than_ten_minutes_after_its_block_is_flagged()
    {
        var block = DateTimeOffset.FromUnixTimeSeconds((long)MadeAnchor.BlockTime - 60);
        foreach (var (minutes, reason) in new[] { (10, "holds included"), (11, "holds included-clock-off") })
        {
            var meta = ByOperator.Meta! with { RecordedAt = block.AddMinutes(minutes) };
            var entry = ByOperator.Entry with { Meta = meta.Hash };
            var checkpoint = ProofWorld.Sign(1, entry.LeafHash);
            var storage = World.Storage();
            storage[LedgerSlots.CheckpointOf(checkpoint.Root)] = MadeAnchor.Word(0, 0, MadeAnchor.BlockTime - 60, 1);
            var proof = ByOperator with { Meta = meta, Entry = entry, Inclusion = [], Checkpoint = checkpoint, Anchor = MadeAnchor.Of(storage, ProofWorld.Code) };
            AssertFinding(proof, null, Question.Recorded, reason);
        }
    }

    [Fact]
    public void Evidence_that_does_not_fit_together_holds_nothing_and_proves_no_key()
    {
        var broken = Anchor with { BlockHash = Digest.Zero };
        AssertAll(Signed with { Anchor = broken }, Facts, "holds committed", "open key-not-proven", "holds included", "broken bad-evidence", "broken bad-evidence");
        AssertFinding(Signed with { Anchor = Anchor with { Slots = [.. Anchor.Slots.Reverse()] } }, null, Question.UnchangedHistory, "broken bad-evidence");
        foreach (var always in new[] { LedgerSlots.LedgerId, LedgerSlots.PredecessorChainId, LedgerSlots.Predecessor, LedgerSlots.StartRoot })
        {
            var without = MadeAnchor.Of(World.Storage(), ProofWorld.Code, World.Storage().Keys.Where(s => s != always));
            AssertFinding(Signed with { Anchor = without }, null, Question.UnchangedHistory, "broken bad-evidence");
        }
    }

    [Fact]
    public void History_does_not_hold_where_the_contract_keeps_another_ledger_root_size_or_beginning()
    {
        AssertHistory("other-history", s => s[LedgerSlots.LedgerId] = Digest.Zero);
        var root = LedgerSlots.CheckpointOf(Signed.Checkpoint.Root);
        AssertHistory("bad-evidence", s => s[root] = Digest.Zero);
        AssertHistory("bad-evidence", s => s[Digest.Zero] = Digest.Zero);
        AssertHistory("other-history", s => s.Remove(root));
        AssertHistory("other-history", s => s[root] = MadeAnchor.Word(0, 0, MadeAnchor.BlockTime - 60, 8));
        AssertHistory("other-history", s => s[root] = MadeAnchor.Word(0, 0, MadeAnchor.BlockTime + 1, 7));
        AssertHistory("other-history", s => s[root] = MadeAnchor.Word(1, 0, MadeAnchor.BlockTime - 60, 7));
        var elsewhere = MadeAnchor.Of(World.Storage(), ProofWorld.Code, at: new Address(Enumerable.Repeat((byte)7, 20).ToArray()));
        AssertAll(Signed with { Anchor = elsewhere }, null, "holds committed", "open key-not-proven", "holds included", "broken other-history", "broken other-history");
        AssertFinding(Signed with { Anchor = Anchor with { ChainId = 101 } }, null, Question.UnchangedHistory, "broken other-history");
    }

    [Fact]
    public void Of_unknown_code_nothing_is_believed()
    {
        var unknown = Signed with { Anchor = MadeAnchor.Of(World.Storage(ledgerKey: default(LedgerKey)), Digest.Sha256("code"u8)) };
        AssertAll(unknown, Facts, "holds committed", "open key-not-proven", "holds included", "open unknown-code", "open unknown-code");
    }

    [Fact]
    public void Of_a_successor_history_and_keys_are_open_until_its_predecessor_was_asked()
    {
        var storage = World.Storage();
        storage[LedgerSlots.PredecessorChainId] = MadeAnchor.Word(0, 0, 0, 5);
        var successor = MadeAnchor.Of(storage, ProofWorld.Code, at: new Address(Enumerable.Repeat((byte)7, 20).ToArray()));
        AssertAll(Signed with { Anchor = successor }, null, "holds committed", "open key-not-proven", "holds included", "open successor", "open successor");
    }

    [Fact]
    public void What_a_node_says_otherwise_breaks_the_chain_and_what_it_cannot_say_leaves_it_open()
    {
        AssertOnline("broken other-contract", Facts with { ChainId = 1 });
        AssertOnline("broken other-contract", Facts with { Contract = Address.Zero });
        AssertOnline("broken other-ledger", Facts with { LedgerId = Digest.Zero });
        AssertOnline("broken other-code", Facts with { CodeHash = Digest.Zero });
        AssertOnline("broken not-canonical", Facts with { Blocks = new Dictionary<ulong, Digest> { [MadeAnchor.BlockNumber] = Digest.Zero } });
        AssertOnline("broken other-root", Facts with { Checkpoints = new Dictionary<Digest, AnchoredCheckpoint> { [Signed.Checkpoint.Root] = new(8, default) } });
        AssertOnline("broken other-root", Facts with { Checkpoints = new Dictionary<Digest, AnchoredCheckpoint> { [Signed.Checkpoint.Root] = new(0, default) } });
        AssertOnline("open no-answer", Facts with { LedgerId = null });
        AssertOnline("open no-answer", Facts with { CodeHash = null });
        AssertOnline("open no-answer", Facts with { Blocks = new Dictionary<ulong, Digest>() });
        AssertOnline("broken other-root", Facts with { Checkpoints = new Dictionary<Digest, AnchoredCheckpoint>() });
        AssertOnline("open no-answer", Facts with { Checkpoints = new Dictionary<Digest, AnchoredCheckpoint>(), LedgerId = null });
    }

    /// <summary>Anybody can make a block in which any key is anybody's; a node that knows another block there unmasks it.</summary>
    [Fact]
    public void A_key_is_not_proven_by_a_block_that_the_chain_does_not_have() =>
        AssertFinding(Signed, Facts with { Blocks = new Dictionary<ulong, Digest> { [MadeAnchor.BlockNumber] = Digest.Zero } }, Question.Author, "open key-not-proven");

    private static void AssertOnline(string expected, ChainFacts facts)
    {
        AssertFinding(Signed, facts, Question.UnchangedHistory, expected);
        AssertFinding(Signed, facts, Question.OnTheChain, expected);
    }

    private static void AssertHistory(string reason, Action<Dictionary<Digest, Digest>> change)
    {
        var storage = World.Storage();
        change(storage);
        var proof = Signed with { Anchor = MadeAnchor.Of(storage, ProofWorld.Code) };
        AssertFinding(proof, null, Question.UnchangedHistory, "broken " + reason);
        AssertFinding(proof, Facts, Question.OnTheChain, "broken " + reason);
    }

    private static void AssertKey(string expected, LedgerKey key) =>
        AssertFinding(Signed with { Anchor = World.Anchor(partyKey: key) }, null, Question.Author, expected);

    /// <summary>The changed record is signed anew and named by the entry, so that only the rule in question breaks.</summary>
    private static void AssertAuthor(string reason, Func<Submission, Submission> change)
    {
        var original = Signed.Submission!.Record;
        var changed = change(original);
        if (changed.Signature == original.Signature && changed.Signer == original.Signer)
        {
            changed = changed with
            {
                Signature = ProofWorld.PartyKey.Sign(LedgerTypedData.Submission(ProofWorld.LedgerId, changed.Party, changed.FirstSeq, changed.Count, changed.Root)),
            };
        }
        AssertFinding(WithMeta(WithRecord(changed), meta => meta with { Submission = changed.Hash }), Facts, Question.Author, "broken " + reason);
    }

    private static Proof WithRecord(Submission record) => Signed with { Submission = Signed.Submission! with { Record = record } };

    private static Proof WithMeta(Proof proof, Func<EntryMeta, EntryMeta> change) =>
        proof with { Meta = change(proof.Meta!), Entry = proof.Entry with { Meta = change(proof.Meta!).Hash } };

    /// <summary>The other of the two s that verify (EIP-2): n − s, with the other v.</summary>
    internal static EthSignature HighS(EthSignature signature)
    {
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber, null);
        var s = order - new System.Numerics.BigInteger(signature.S.ToArray(), isUnsigned: true, isBigEndian: true);
        return signature with { S = new Digest(s.ToByteArray(isUnsigned: true, isBigEndian: true)), V = (byte)(55 - signature.V) };
    }

    private static void AssertAll(Proof proof, ChainFacts? facts, params string[] expected)
    {
        var found = Verifier.Verify(proof, facts);
        Assert.Equal([.. expected, "open single-entry"], found.Select(Short));
        Assert.Equal(Enum.GetValues<Question>(), found.Select(f => f.Question));
    }

    private static void AssertFinding(Proof proof, ChainFacts? facts, Question question, string expected) =>
        Assert.Equal(expected, Short(Verifier.Verify(proof, facts).Single(f => f.Question == question)));

    private static string Short(Finding finding) => finding.Verdict switch
    {
        Verdict.Holds => "holds ",
        Verdict.DoesNotHold => "broken ",
        _ => "open ",
    } + finding.Reason;
}

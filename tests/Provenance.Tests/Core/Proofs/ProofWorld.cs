using System.Globalization;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Core.Proofs;

namespace Provenance.Tests.Core.Proofs;

/// <summary>A small ledger in memory, the same every time: keys, events, log, and a contract that holds its roots.</summary>
internal sealed class ProofWorld
{
    /// <summary>A year before the block, so that no clock is off.</summary>
    private static readonly DateTimeOffset FirstRecord = DateTimeOffset.FromUnixTimeSeconds((long)MadeAnchor.BlockTime).AddYears(-1);

    private readonly List<(EventCommitment Commitment, IReadOnlyList<Disclosure> Disclosures, EntryMeta Meta, SubmissionProof? Submission)> _entries = [];
    private readonly Dictionary<(int, ulong), Digest> _nodes = [];
    private readonly MerkleFrontier _log = new();
    private ulong _seq;

    public static readonly Digest LedgerId = LedgerTypedData.LedgerIdOf(MadeAnchor.ChainId, MadeAnchor.Contract);
    public static readonly PartyId Ledger = new(LedgerId);
    public static readonly PartyId Party = new(Digest.Sha256("party"u8));
    public static readonly FixedKey LedgerKey = new("ledger");
    public static readonly FixedKey PartyKey = new("party");
    public static readonly LedgerKey Registered = new(0, Provenance.Core.Ethereum.LedgerKey.Never, Provenance.Core.Ethereum.LedgerKey.Never, KeyStatus.Registered);

    /// <summary>Leaves 0 to 6: two by the operator, three signed together, two by the operator.</summary>
    public static ProofWorld Create()
    {
        var world = new ProofWorld();
        world.Record(Event(0));
        world.Record(Event(1));
        world.RecordSigned(Event(2), Event(3), Event(4));
        world.Record(Event(5));
        world.Record(Event(6));
        return world;
    }

    public ulong Size => _log.Size;

    /// <summary>As the plain API would store it.</summary>
    public static string Event(int n) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"@context":["{{ProvTerms.EpcisContext}}",{"prov":"{{ProvTerms.Namespace}}"}],"type":"ObjectEvent","eventID":"urn:uuid:00000000-0000-4000-8000-{{n:d12}}","eventTime":"2026-06-19T08:32:00-05:00","eventTimeZoneOffset":"-05:00","action":"OBSERVE","bizStep":"shipping","disposition":"in_transit","quantityList":[{"epcClass":"https://id.gs1.org/01/09506000134352/10/L{{n}}","quantity":1.50,"uom":"KGM"}],"ilmd":{"cbvmda:bestBeforeDate":"2027-11-12"},"prov:productName":"Finca El Mirador, washed Caturra","prov:city":"Cartagena","prov:country":"CO"}
        """);

    /// <summary>Recorded by the operator for the party.</summary>
    public void Record(string json) => Append(Commit(json), null, null);

    /// <summary>Recorded together, under one signature by the party.</summary>
    public void RecordSigned(params string[] events)
    {
        var committed = events.Select((json, i) => Commit(json, i)).ToList();
        var leaves = committed.ConvertAll(c => Submission.Leaf(c.Commitment.Digest));
        var (first, count, root) = (_seq + 1, (ulong)events.Length, MerkleTree.Root(leaves));
        var record = new Submission(
            Party, first, count, root, PartyKey.Sign(LedgerTypedData.Submission(LedgerId, Party, first, count, root)), PartyKey.Address);
        for (var i = 0; i < events.Length; i++)
        {
            var path = MerkleProof.Inclusion((ulong)i, count, (level, index) => Subtree(leaves, level, index));
            Append(committed[i], record.Hash, new SubmissionProof(record, path));
        }
    }

    /// <summary>The proof of a leaf with everything shown.</summary>
    /// <param name="size">Of the checkpoint; the whole log where null.</param>
    public Proof Prove(ulong leaf, Anchor? anchor = null, ulong? size = null)
    {
        var (commitment, disclosures, meta, submission) = _entries[(int)leaf];
        return new Proof(
            LedgerId, leaf, commitment, disclosures, new Entry(commitment.Digest, meta.Hash), meta, submission,
            MerkleProof.Inclusion(leaf, size ?? Size, Node), Checkpoint(size ?? Size), anchor);
    }

    public Checkpoint Checkpoint(ulong size) => Sign(size, MerkleTree.Root(size, Node));

    public static Checkpoint Sign(ulong size, Digest root) =>
        new(size, root, LedgerKey.Sign(LedgerTypedData.Checkpoint(LedgerId, size, root)), LedgerKey.Address);

    public List<Digest> Consistency(ulong earlier, ulong size) => MerkleProof.Consistency(earlier, size, Node);

    /// <summary>What the contract stores once the log is anchored at this size: root, keys, and nothing before it. A key of status none is
    /// not there: evidence shows no slots that are empty but for those of the beginning.</summary>
    public Dictionary<Digest, Digest> Storage(ulong? size = null, LedgerKey? partyKey = null, LedgerKey? ledgerKey = null)
    {
        var storage = new Dictionary<Digest, Digest>
        {
            [LedgerSlots.LedgerId] = LedgerId,
            [LedgerSlots.PredecessorChainId] = Digest.Zero,
            [LedgerSlots.Predecessor] = Digest.Zero,
            [LedgerSlots.StartRoot] = Digest.Zero,
            [LedgerSlots.CheckpointOf(Checkpoint(size ?? Size).Root)] = MadeAnchor.Word(0, 0, MadeAnchor.BlockTime - 60, size ?? Size),
        };
        foreach (var (party, key, record) in new[] { (Ledger, LedgerKey.Address, ledgerKey ?? Registered), (Party, PartyKey.Address, partyKey ?? Registered) })
        {
            if (record.Status != KeyStatus.None)
            {
                storage[LedgerSlots.KeyOf(party, key)] = MadeAnchor.Word(record);
            }
        }
        return storage;
    }

    /// <summary>The oldest known code: as long as no contract is released, the only one; afterwards it stays.</summary>
    public static Digest Code => LedgerCode.KnownHashes[^1];

    public Anchor Anchor(ulong? size = null, LedgerKey? partyKey = null, LedgerKey? ledgerKey = null) =>
        MadeAnchor.Of(Storage(size, partyKey, ledgerKey), Code);

    /// <summary>What an honest node says of an anchor that stands on its chain.</summary>
    public ChainFacts Facts(params ulong[] sizes) => new(
        MadeAnchor.ChainId, MadeAnchor.Contract, Code, LedgerId,
        sizes.Append(Size).Distinct().ToDictionary(
            s => Checkpoint(s).Root, s => new AnchoredCheckpoint(s, DateTimeOffset.FromUnixTimeSeconds((long)MadeAnchor.BlockTime - 60))),
        new Dictionary<ulong, Digest> { [MadeAnchor.BlockNumber] = Anchor().BlockHash }, MadeAnchor.BlockNumber + 1, "node.example");

    private (EventCommitment Commitment, IReadOnlyList<Disclosure> Disclosures) Commit(string json, int ahead = 0)
    {
        using var stored = JsonDocument.Parse(json);
        return EventCommitment.Make(stored.RootElement, Digest.Sha256([(byte)_entries.Count, (byte)ahead]));
    }

    private void Append(
        (EventCommitment Commitment, IReadOnlyList<Disclosure> Disclosures) committed, Digest? submission, SubmissionProof? proof)
    {
        var salt = EntryMeta.SaltOf(Digest.Sha256([(byte)_entries.Count]).ToArray().AsSpan(0, Disclosure.SaltSize));
        var meta = new EntryMeta(Party, FirstRecord.AddMinutes(_entries.Count), salt, ++_seq, submission);
        _entries.Add((committed.Commitment, committed.Disclosures, meta, proof));
        _log.Append(new Entry(committed.Commitment.Digest, meta.Hash).LeafHash, (level, index, hash) => _nodes[(level, index)] = hash);
    }

    private Digest Node(int level, ulong index) => _nodes[(level, index)];

    private static Digest Subtree(List<Digest> leaves, int level, ulong index) =>
        MerkleTree.Root(leaves.GetRange((int)index << level, 1 << level));
}

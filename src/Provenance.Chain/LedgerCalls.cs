using System.Numerics;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;
using Selectors = Provenance.Chain.LedgerArtifact.Selectors;

namespace Provenance.Chain;

/// <summary>The ledger contract's functions: call data out, return values in (contracts/IProvenanceLedger.sol says what they do).</summary>
public static class LedgerCalls
{
    /// <summary>Creation code and constructor arguments of a ledger's first contract.</summary>
    public static byte[] Deploy(Address admin) => DeploySuccessor(admin, Digest.Zero, 0, Address.Zero, 0, Digest.Zero);

    /// <summary>Creation code and constructor arguments of a contract that goes on where another ended.</summary>
    /// <param name="ledgerId">The first contract's.</param>
    /// <param name="startSize">The predecessor's last size, in leaves.</param>
    public static byte[] DeploySuccessor(
        Address admin, Digest ledgerId, ulong predecessorChainId, Address predecessor, ulong startSize, Digest startRoot) =>
    [
        .. Convert.FromHexString(LedgerArtifact.CreationCode),
        .. AbiValue.Tuple(
            AbiValue.Address(admin), AbiValue.Bytes32(ledgerId), AbiValue.Uint(predecessorChainId), AbiValue.Address(predecessor),
            AbiValue.Uint(startSize), AbiValue.Bytes32(startRoot)).Encode(),
    ];

    /// <param name="size">Leaves under <paramref name="root"/>.</param>
    /// <param name="proof">RFC 9162 consistency proof from the contract's head; empty for a first anchor.</param>
    public static byte[] Anchor(ulong size, Digest root, IEnumerable<Digest> proof) => AbiValue.Call(
        Selectors.Anchor,
        AbiValue.Uint(size), AbiValue.Bytes32(root), AbiValue.List([.. proof.Select(AbiValue.Bytes32)]));

    public static byte[] Succeed(ulong chainId, Address next) =>
        AbiValue.Call(Selectors.Succeed, AbiValue.Uint(chainId), AbiValue.Address(next));

    public static byte[] GrantAnchorer(Address account) => GrantRole(LedgerArtifact.Roles.Anchorer, account);

    public static byte[] GrantRegistrar(Address account) => GrantRole(LedgerArtifact.Roles.Registrar, account);

    public static byte[] RevokeAnchorer(Address account) => RevokeRole(LedgerArtifact.Roles.Anchorer, account);

    public static byte[] RevokeRegistrar(Address account) => RevokeRole(LedgerArtifact.Roles.Registrar, account);

    /// <param name="keySignature">By <paramref name="key"/>; null on a successor, to carry over a key without its holder.</param>
    public static byte[] RegisterKey(PartyId party, Address key, EthSignature? keySignature) =>
        AbiValue.Call(Selectors.RegisterKey, Party(party), AbiValue.Address(key), Signature(keySignature));

    /// <summary>Whose key the call data of <see cref="RegisterKey"/> registers; false for other calls.</summary>
    public static bool TryReadRegisterKey(ReadOnlySpan<byte> callData, out PartyId party, out Address key)
    {
        (party, key) = (default, default);
        if (callData.Length < 4 + 2 * Digest.Size || !callData[..4].SequenceEqual(AbiValue.Call(Selectors.RegisterKey).AsSpan(0, 4)))
        {
            return false;
        }
        party = new PartyId(new Digest(callData.Slice(4, Digest.Size)));
        key = new Address(callData.Slice(4 + 2 * Digest.Size - Address.Size, Address.Size));
        return true;
    }

    /// <param name="ownerSignature">By a valid key of the party; null for the ledger's own party, where the admin sends it.</param>
    public static byte[] AddKey(PartyId party, Address key, EthSignature keySignature, EthSignature? ownerSignature) =>
        AbiValue.Call(Selectors.AddKey, Party(party), AbiValue.Address(key), Signature(keySignature), Signature(ownerSignature));

    /// <inheritdoc cref="AddKey"/>
    public static byte[] RevokeKey(PartyId party, Address key, EthSignature? ownerSignature) =>
        AbiValue.Call(Selectors.RevokeKey, Party(party), AbiValue.Address(key), Signature(ownerSignature));

    /// <param name="since">The first leaf that others may have signed.</param>
    /// <inheritdoc cref="AddKey"/>
    public static byte[] ReportCompromised(PartyId party, Address key, ulong since, EthSignature? ownerSignature) =>
        AbiValue.Call(
            Selectors.ReportCompromised, Party(party), AbiValue.Address(key), AbiValue.Uint(since), Signature(ownerSignature));

    public static byte[] ProposeKey(PartyId party, Address key, EthSignature keySignature) =>
        AbiValue.Call(Selectors.ProposeKey, Party(party), AbiValue.Address(key), Signature(keySignature));

    public static byte[] RejectProposal(PartyId party, Address key, EthSignature ownerSignature) =>
        AbiValue.Call(Selectors.RejectProposal, Party(party), AbiValue.Address(key), Signature(ownerSignature));

    public static byte[] ApplyProposal(PartyId party, Address key) =>
        AbiValue.Call(Selectors.ApplyProposal, Party(party), AbiValue.Address(key));

    internal static byte[] LedgerId() => AbiValue.Call(Selectors.LedgerId);

    internal static byte[] Head() => AbiValue.Call(Selectors.Head);

    internal static byte[] CheckpointOf(Digest root) => AbiValue.Call(Selectors.CheckpointOf, AbiValue.Bytes32(root));

    internal static byte[] KeyOf(PartyId party, Address key) => AbiValue.Call(Selectors.KeyOf, Party(party), AbiValue.Address(key));

    internal static byte[] NonceOf(PartyId party) => AbiValue.Call(Selectors.NonceOf, Party(party));

    internal static Digest ReadLedgerId(byte[] result) => new AbiReader(result).ReadDigest();

    internal static LedgerHead ReadHead(byte[] result)
    {
        var reader = new AbiReader(result);
        return new LedgerHead(reader.ReadUInt64(), reader.ReadDigest(), ReadTime(ref reader));
    }

    /// <summary>Null for a root that the contract never accepted: its size is then zero.</summary>
    internal static AnchoredCheckpoint? ReadCheckpoint(byte[] result)
    {
        var reader = new AbiReader(result);
        var checkpoint = new AnchoredCheckpoint(reader.ReadUInt64(), ReadTime(ref reader));
        return checkpoint.Size == 0 ? null : checkpoint;
    }

    /// <summary>Null for a key that the party never had.</summary>
    internal static LedgerKey? ReadKey(byte[] result)
    {
        var reader = new AbiReader(result);
        var key = new LedgerKey(reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), (KeyStatus)(int)reader.ReadUint(8));
        return key.Status is KeyStatus.None ? null : key;
    }

    internal static ulong ReadNonce(byte[] result) => new AbiReader(result).ReadUInt64();

    /// <summary>The contract's <c>Anchored</c> event; null if the log is another event, or another contract's.</summary>
    public static AnchoredEvent? FindAnchored(Address contract, EventLog log)
    {
        if (log.Contract != contract || log.Topics.Count != 3 || log.Topics[0] != LedgerArtifact.Topics.Anchored)
        {
            return null;
        }
        var size = new AbiReader(log.Topics[1].ToArray()).ReadUInt64();
        return new AnchoredEvent(size, log.Topics[2], new AbiReader(log.Data.Span).ReadUInt64());
    }

    private static byte[] GrantRole(Digest role, Address account) =>
        AbiValue.Call(Selectors.GrantRole, AbiValue.Bytes32(role), AbiValue.Address(account));

    private static byte[] RevokeRole(Digest role, Address account) =>
        AbiValue.Call(Selectors.RevokeRole, AbiValue.Bytes32(role), AbiValue.Address(account));

    private static AbiValue Party(PartyId party) => AbiValue.Bytes32(party.Value);

    private static AbiValue Signature(EthSignature? signature) => AbiValue.Bytes(signature?.ToArray() ?? []);

    private static DateTimeOffset ReadTime(ref AbiReader reader)
    {
        var seconds = reader.ReadUint(64);
        return seconds <= MaxSeconds
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : throw new FormatException($"{seconds} is no time.");
    }

    private static readonly BigInteger MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
}

/// <summary>The contract accepted a root.</summary>
/// <param name="Size">Leaves under it.</param>
/// <param name="PreviousSize">Leaves under the head before.</param>
public sealed record AnchoredEvent(ulong Size, Digest Root, ulong PreviousSize);

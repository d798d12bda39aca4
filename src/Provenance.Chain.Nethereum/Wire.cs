using System.Numerics;
using Nethereum.Hex.HexTypes;
using Nethereum.RPC.Eth.DTOs;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Nethereum;

/// <summary>Reads Nethereum's DTOs, whose members are strings and may be null, into types that cannot be wrong.</summary>
/// <remarks>Every method throws <see cref="ChainException"/> for what the node should not have written.</remarks>
internal static class Wire
{
    public static T There<T>(T? value, string host)
        where T : class => value ?? throw Malformed("a member that is missing", host);

    public static BigInteger Number(HexBigInteger? value, string host) =>
        value is { } there && there.Value >= 0 && there.Value.GetBitLength() <= 256 ? there.Value : throw Malformed($"the number '{value}'", host);

    public static ulong UInt64(HexBigInteger? value, string host) =>
        Number(value, host) is var number && number <= ulong.MaxValue ? (ulong)number : throw Malformed($"the number '{number}'", host);

    public static byte[] Bytes(string? text, string host) => Hex.FindPrefixed(text) ?? throw Malformed($"the bytes '{text}'", host);

    public static Digest Digest(string? text, string host) =>
        Bytes(text, host) is { Length: Core.Digest.Size } bytes ? new Digest(bytes) : throw Malformed($"the hash '{text}'", host);

    /// <summary>Nodes differ in case here: some write EIP-55's checksum.</summary>
    public static Address Address(string? text, string host) =>
        Core.Ethereum.Address.TryParse(text?.ToLowerInvariant(), out var address) ? address : throw Malformed($"the address '{text}'", host);

    public static IReadOnlyList<byte[]> Nodes(List<string>? proof, string host) => [.. There(proof, host).Select(node => Bytes(node, host))];

    public static EventLog Log(FilterLog log, string host) => new(
        Address(log.Address, host), [.. There(log.Topics, host).Select(topic => Digest(topic as string, host))], Bytes(log.Data, host));

    /// <summary>The header's RLP fields, each as bytes, in their order (yellow paper §4.3, then the EIPs in the order of their
    /// forks).</summary>
    public static IReadOnlyList<byte[]> Header(BlockWithTransactionHashes block, string host)
    {
        byte[] Text(string? text) => Bytes(text, host);
        byte[] Integer(HexBigInteger? value) => Evidence.Minimal(Number(value, host));
        List<byte[]> fields =
        [
            Text(block.ParentHash), Text(block.Sha3Uncles), Address(block.Miner, host).ToArray(), Text(block.StateRoot),
            Text(block.TransactionsRoot), Text(block.ReceiptsRoot), Text(block.LogsBloom), Integer(block.Difficulty), Integer(block.Number),
            Integer(block.GasLimit), Integer(block.GasUsed), Integer(block.Timestamp), Text(block.ExtraData), Text(block.MixHash),
            Text(block.Nonce),
        ];
        // A later member is never there without those before it; were one missing, the hash would tell.
        byte[]?[] laterForks =
        [
            block.BaseFeePerGas is { } fee ? Integer(fee) : null,
            // A hash, though Nethereum reads a number: its leading zeros have to come back.
            block.WithdrawalsRoot is { } root ? Evidence.Word(Number(root, host)).ToArray() : null,
            block.BlobGasUsed is { } used ? Integer(used) : null,
            block.ExcessBlobGas is { } excess ? Integer(excess) : null,
            block.ParentBeaconBlockRoot is { } parent ? Text(parent) : null,
            block.RequestsHash is { } requests ? Text(requests) : null,
        ];
        fields.AddRange(laterForks.OfType<byte[]>());
        return fields;
    }

    private static ChainException Malformed(string what, string host) =>
        new(RpcOutcome.Malformed, $"{host} answered with something else: {what}.");
}

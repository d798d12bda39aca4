using System.Numerics;
using System.Text.Json.Serialization;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Rpc;

/// <summary>The answer of eth_getBlockBy…, in the order of the header's RLP. Members of later forks are null on chains that don't have
/// them.</summary>
internal sealed record RpcBlock
{
    public required Digest Hash { get; init; }
    public required Digest ParentHash { get; init; }
    public required Digest Sha3Uncles { get; init; }
    public required Address Miner { get; init; }
    public required Digest StateRoot { get; init; }
    public required Digest TransactionsRoot { get; init; }
    public required Digest ReceiptsRoot { get; init; }
    public required byte[] LogsBloom { get; init; }
    public required BigInteger Difficulty { get; init; }
    public required ulong Number { get; init; }
    public required BigInteger GasLimit { get; init; }
    public required BigInteger GasUsed { get; init; }
    public required ulong Timestamp { get; init; }
    public required byte[] ExtraData { get; init; }
    public required byte[] MixHash { get; init; }
    public required byte[] Nonce { get; init; }

    /// <summary>EIP-1559.</summary>
    public BigInteger? BaseFeePerGas { get; init; }

    /// <summary>EIP-4895.</summary>
    public Digest? WithdrawalsRoot { get; init; }

    /// <summary>EIP-4844.</summary>
    public ulong? BlobGasUsed { get; init; }

    /// <summary>EIP-4844.</summary>
    public ulong? ExcessBlobGas { get; init; }

    /// <summary>EIP-4788.</summary>
    public Digest? ParentBeaconBlockRoot { get; init; }

    /// <summary>EIP-7685.</summary>
    public Digest? RequestsHash { get; init; }
}

/// <summary>The answer of eth_getTransactionReceipt.</summary>
internal sealed record RpcReceipt
{
    public required Digest TransactionHash { get; init; }
    public required Digest BlockHash { get; init; }
    public required ulong BlockNumber { get; init; }
    public required ulong Status { get; init; }
    public required ulong GasUsed { get; init; }

    /// <summary>Wei a unit of gas; nodes from before EIP-1559 leave it out.</summary>
    public BigInteger? EffectiveGasPrice { get; init; }

    /// <summary>Wei that a rollup of the OP stack charges besides, for its data on layer 1.</summary>
    public BigInteger? L1Fee { get; init; }

    public Address? ContractAddress { get; init; }
    public required IReadOnlyList<RpcLog> Logs { get; init; }
}

internal sealed record RpcLog
{
    public required Address Address { get; init; }
    public required IReadOnlyList<Digest> Topics { get; init; }
    public required byte[] Data { get; init; }
}

/// <summary>The answer of eth_getProof (EIP-1186).</summary>
internal sealed record RpcProof
{
    public required IReadOnlyList<byte[]> AccountProof { get; init; }
    public required BigInteger Balance { get; init; }
    public required Digest CodeHash { get; init; }
    public required ulong Nonce { get; init; }
    public required Digest StorageHash { get; init; }
    public required IReadOnlyList<RpcStorageProof> StorageProof { get; init; }
}

/// <summary>One slot. Its key is not read: nodes write it in several ways, and slots come back in the order asked for.</summary>
internal sealed record RpcStorageProof
{
    public required BigInteger Value { get; init; }
    public required IReadOnlyList<byte[]> Proof { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(QuantityConverter), typeof(BigQuantityConverter), typeof(DigestConverter), typeof(AddressConverter), typeof(DataConverter),
    ])]
[JsonSerializable(typeof(RpcBlock))]
[JsonSerializable(typeof(RpcReceipt))]
[JsonSerializable(typeof(RpcProof))]
[JsonSerializable(typeof(ulong?))]
[JsonSerializable(typeof(BigInteger?))]
[JsonSerializable(typeof(Digest?))]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(Address[]))]
internal sealed partial class RpcJson : JsonSerializerContext;

using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Provenance.Chain.Nethereum;

// What is asked of the ledger contract without a transaction (contracts/IProvenanceLedger.sol says what each means). Property types are the
// ones that Nethereum decodes to; NethereumChain makes the ledger's own of them at once.

/// <summary>The ledger's id: of its first contract, for ever.</summary>
[Function("ledgerId", typeof(LedgerIdOutput))]
public sealed class LedgerIdFunction : FunctionMessage;

/// <summary>Answers <see cref="LedgerIdFunction"/>.</summary>
[FunctionOutput]
public sealed class LedgerIdOutput : IFunctionOutputDTO
{
    [Parameter("bytes32", "", 1)]
    public byte[] LedgerId { get; set; } = [];
}

/// <summary>The newest checkpoint.</summary>
[Function("head", typeof(HeadOutput))]
public sealed class HeadFunction : FunctionMessage;

/// <summary>Answers <see cref="HeadFunction"/>.</summary>
[FunctionOutput]
public sealed class HeadOutput : IFunctionOutputDTO
{
    [Parameter("uint64", "size", 1)]
    public ulong Size { get; set; }

    [Parameter("bytes32", "root", 2)]
    public byte[] Root { get; set; } = [];

    [Parameter("uint64", "time", 3)]
    public ulong Time { get; set; }
}

/// <summary>What is stored for a root.</summary>
[Function("checkpointOf", typeof(CheckpointOfOutput))]
public sealed class CheckpointOfFunction : FunctionMessage
{
    [Parameter("bytes32", "root", 1)]
    public byte[] Root { get; set; } = [];
}

/// <summary>Answers <see cref="CheckpointOfFunction"/>.</summary>
[FunctionOutput]
public sealed class CheckpointOfOutput : IFunctionOutputDTO
{
    [Parameter("uint64", "size", 1)]
    public ulong Size { get; set; }

    [Parameter("uint64", "time", 2)]
    public ulong Time { get; set; }
}

/// <summary>A party's key.</summary>
[Function("keyOf", typeof(KeyOfOutput))]
public sealed class KeyOfFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";
}

/// <summary>Answers <see cref="KeyOfFunction"/>.</summary>
[FunctionOutput]
public sealed class KeyOfOutput : IFunctionOutputDTO
{
    [Parameter("uint64", "validFrom", 1)]
    public ulong ValidFrom { get; set; }

    [Parameter("uint64", "validUntil", 2)]
    public ulong ValidUntil { get; set; }

    [Parameter("uint64", "compromisedSince", 3)]
    public ulong CompromisedSince { get; set; }

    [Parameter("uint8", "status", 4)]
    public byte Status { get; set; }
}

/// <summary>The nonce that a party's next signature must name.</summary>
[Function("nonceOf", typeof(NonceOfOutput))]
public sealed class NonceOfFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];
}

/// <summary>Answers <see cref="NonceOfFunction"/>.</summary>
[FunctionOutput]
public sealed class NonceOfOutput : IFunctionOutputDTO
{
    [Parameter("uint64", "", 1)]
    public ulong Nonce { get; set; }
}

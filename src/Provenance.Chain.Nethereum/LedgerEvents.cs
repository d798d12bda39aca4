using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Provenance.Chain.Nethereum;

// The ledger contract's events, for Nethereum's log and event queries.

/// <summary>The contract accepted a root.</summary>
[Event("Anchored")]
public sealed class AnchoredEventDTO : IEventDTO
{
    [Parameter("uint64", "size", 1, true)]
    public ulong Size { get; set; }

    [Parameter("bytes32", "root", 2, true)]
    public byte[] Root { get; set; } = [];

    [Parameter("uint64", "previousSize", 3, false)]
    public ulong PreviousSize { get; set; }
}

/// <summary>The contract closed for its successor.</summary>
[Event("Succeeded")]
public sealed class SucceededEventDTO : IEventDTO
{
    [Parameter("uint256", "chainId", 1, true)]
    public BigInteger ChainId { get; set; }

    [Parameter("address", "next", 2, true)]
    public string Next { get; set; } = "";

    [Parameter("uint64", "size", 3, false)]
    public ulong Size { get; set; }

    [Parameter("bytes32", "root", 4, false)]
    public byte[] Root { get; set; } = [];
}

/// <summary>A party has a key, from a leaf on.</summary>
[Event("KeyRegistered")]
public sealed class KeyRegisteredEventDTO : IEventDTO
{
    [Parameter("bytes32", "party", 1, true)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2, true)]
    public string Key { get; set; } = "";

    [Parameter("uint64", "validFrom", 3, false)]
    public ulong ValidFrom { get; set; }

    [Parameter("uint8", "status", 4, false)]
    public byte Status { get; set; }
}

/// <summary>A key's validity ended at a leaf.</summary>
[Event("KeyRevoked")]
public sealed class KeyRevokedEventDTO : IEventDTO
{
    [Parameter("bytes32", "party", 1, true)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2, true)]
    public string Key { get; set; } = "";

    [Parameter("uint64", "validUntil", 3, false)]
    public ulong ValidUntil { get; set; }
}

/// <summary>Others may have signed with a key.</summary>
[Event("KeyReportedCompromised")]
public sealed class KeyReportedCompromisedEventDTO : IEventDTO
{
    [Parameter("bytes32", "party", 1, true)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2, true)]
    public string Key { get; set; } = "";

    [Parameter("uint64", "since", 3, false)]
    public ulong Since { get; set; }
}

/// <summary>The registrar proposed a key.</summary>
[Event("KeyProposed")]
public sealed class KeyProposedEventDTO : IEventDTO
{
    [Parameter("bytes32", "party", 1, true)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2, true)]
    public string Key { get; set; } = "";

    [Parameter("uint64", "applicableFrom", 3, false)]
    public ulong ApplicableFrom { get; set; }
}

/// <summary>The party refused the proposal.</summary>
[Event("ProposalRejected")]
public sealed class ProposalRejectedEventDTO : IEventDTO
{
    [Parameter("bytes32", "party", 1, true)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2, true)]
    public string Key { get; set; } = "";
}

using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Provenance.Chain.Nethereum;

// The ledger contract's transactions, for programs that speak to it through Nethereum. The server's own call data comes from LedgerCalls; a
// test holds the two to the same bytes.

/// <summary>Accepts a longer log if the proof shows that it goes on from the head.</summary>
[Function("anchor")]
public sealed class AnchorFunction : FunctionMessage
{
    [Parameter("uint64", "size", 1)]
    public ulong Size { get; set; }

    [Parameter("bytes32", "root", 2)]
    public byte[] Root { get; set; } = [];

    [Parameter("bytes32[]", "proof", 3)]
    public List<byte[]> Proof { get; set; } = [];
}

/// <summary>Closes the contract for its successor.</summary>
[Function("succeed")]
public sealed class SucceedFunction : FunctionMessage
{
    [Parameter("uint256", "chainId", 1)]
    public BigInteger ChainId { get; set; }

    [Parameter("address", "next", 2)]
    public string Next { get; set; } = "";
}

/// <summary>Gives an account one of AccessControl's roles (<see cref="LedgerArtifact.Roles"/>).</summary>
[Function("grantRole")]
public sealed class GrantRoleFunction : FunctionMessage
{
    [Parameter("bytes32", "role", 1)]
    public byte[] Role { get; set; } = [];

    [Parameter("address", "account", 2)]
    public string Account { get; set; } = "";
}

/// <summary>A party's first key.</summary>
[Function("registerKey")]
public sealed class RegisterKeyFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";

    [Parameter("bytes", "keySignature", 3)]
    public byte[] KeySignature { get; set; } = [];
}

/// <summary>A further key of a party.</summary>
[Function("addKey")]
public sealed class AddKeyFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";

    [Parameter("bytes", "keySignature", 3)]
    public byte[] KeySignature { get; set; } = [];

    [Parameter("bytes", "ownerSignature", 4)]
    public byte[] OwnerSignature { get; set; } = [];
}

/// <summary>Ends a key's validity.</summary>
[Function("revokeKey")]
public sealed class RevokeKeyFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";

    [Parameter("bytes", "ownerSignature", 3)]
    public byte[] OwnerSignature { get; set; } = [];
}

/// <summary>Says from which leaf on others may have signed with a key.</summary>
[Function("reportCompromised")]
public sealed class ReportCompromisedFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";

    [Parameter("uint64", "since", 3)]
    public ulong Since { get; set; }

    [Parameter("bytes", "ownerSignature", 4)]
    public byte[] OwnerSignature { get; set; } = [];
}

/// <summary>Proposes a key to a party that lost its own.</summary>
[Function("proposeKey")]
public sealed class ProposeKeyFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";

    [Parameter("bytes", "keySignature", 3)]
    public byte[] KeySignature { get; set; } = [];
}

/// <summary>The party does not want the proposed key.</summary>
[Function("rejectProposal")]
public sealed class RejectProposalFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";

    [Parameter("bytes", "ownerSignature", 3)]
    public byte[] OwnerSignature { get; set; } = [];
}

/// <summary>Makes a proposed key valid after its waiting time.</summary>
[Function("applyProposal")]
public sealed class ApplyProposalFunction : FunctionMessage
{
    [Parameter("bytes32", "party", 1)]
    public byte[] Party { get; set; } = [];

    [Parameter("address", "key", 2)]
    public string Key { get; set; } = "";
}

/// <summary>Creates the contract; zeros but for the admin for a ledger's first.</summary>
public sealed class LedgerDeployment() : ContractDeploymentMessage(LedgerArtifact.CreationCode)
{
    [Parameter("address", "admin", 1)]
    public string Admin { get; set; } = "";

    [Parameter("bytes32", "ledgerId_", 2)]
    public byte[] LedgerId { get; set; } = new byte[32];

    [Parameter("uint256", "predecessorChainId_", 3)]
    public BigInteger PredecessorChainId { get; set; }

    [Parameter("address", "predecessor_", 4)]
    public string Predecessor { get; set; } = "0x0000000000000000000000000000000000000000";

    [Parameter("uint64", "startSize_", 5)]
    public ulong StartSize { get; set; }

    [Parameter("bytes32", "startRoot_", 6)]
    public byte[] StartRoot { get; set; } = new byte[32];
}

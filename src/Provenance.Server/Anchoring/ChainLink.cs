using Provenance.Chain;
using Provenance.Core.Ethereum;

namespace Provenance.Server.Anchoring;

/// <summary>The chain and contract that this ledger writes to, once they are known. Read by pages and routes, set by <see cref="AnchorLoop"/>.</summary>
internal sealed class ChainLink
{
    private volatile Contract? _contract;
    private volatile ChainTrouble? _trouble = new("The chain has not been asked yet.");

    /// <summary>Null until the chain answered for the first time.</summary>
    public Contract? Contract => _contract;

    /// <summary>Why the chain can't be written to now, for people; null while it can.</summary>
    public string? Trouble => _trouble?.Reason;

    /// <summary>Whether the trouble is with the signer of the account, while the chain itself answers.</summary>
    public bool IsSignerTrouble => _trouble is { IsOfSigner: true };

    public void Found(Contract contract) => _contract = contract;

    /// <summary>The chain has to be found again, maybe elsewhere.</summary>
    public void Lost(string why) => (_contract, _trouble) = (null, new ChainTrouble(why));

    public void Works() => Tell(null);

    public void Fails(string why) => Tell(why);

    /// <summary>The chain answers, and nobody signs.</summary>
    public void FailsToSign(string why) => _trouble = new ChainTrouble(why, IsOfSigner: true);

    /// <summary>Null: it works.</summary>
    public void Tell(string? trouble) => _trouble = trouble is null ? null : new ChainTrouble(trouble);

    private sealed record ChainTrouble(string Reason, bool IsOfSigner = false);
}

/// <summary>Where the ledger is anchored.</summary>
/// <param name="TrialRpc">Where the embedded chain answers, on this machine alone; null elsewhere, where URLs hold providers' keys.</param>
internal sealed record Contract(IChain Chain, ulong ChainId, Address Address, Uri? TrialRpc)
{
    /// <summary>The embedded chain: it belongs to the operator, and pages say TRIAL.</summary>
    public bool IsTrial => TrialRpc is not null;
}

using System.Numerics;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;

namespace Provenance.Chain;

/// <summary>What the ledger needs of an Ethereum-compatible chain (design §5). Holds no nonce and no queue: whoever writes owns
/// those.</summary>
/// <remarks>
/// Every method throws <see cref="ChainException"/> when the chain cannot be asked or answers with something else: then nothing is known,
/// and nothing has failed. A <c>Find…</c> method returns null for what the chain does not hold. Contract state is read at the newest block.
/// </remarks>
public interface IChain : IDisposable
{
    /// <summary>Host of the URL that answered last, without path or key.</summary>
    string Host { get; }

    Task<ulong> GetChainIdAsync(CancellationToken cancel = default);

    /// <summary>keccak-256 of the code; null where there is none.</summary>
    Task<Digest?> FindCodeHashAsync(Address contract, CancellationToken cancel = default);

    Task<Digest> GetLedgerIdAsync(Address contract, CancellationToken cancel = default);

    /// <summary>The contracts before and after; for contracts whose code is known.</summary>
    Task<ContractLinks> GetLinksAsync(Address contract, CancellationToken cancel = default);

    Task<LedgerHead> GetHeadAsync(Address contract, CancellationToken cancel = default);

    /// <summary>What the contract stored for a root; null when it never accepted it.</summary>
    Task<AnchoredCheckpoint?> FindCheckpointAsync(Address contract, Digest root, CancellationToken cancel = default);

    /// <summary>A party's key in the contract's registry; null when it is not there.</summary>
    Task<LedgerKey?> FindKeyAsync(Address contract, PartyId party, Address key, CancellationToken cancel = default);

    /// <summary>The nonce that the party's next registry signature must name.</summary>
    Task<ulong> GetPartyNonceAsync(Address contract, PartyId party, CancellationToken cancel = default);

    /// <summary>Null when the node has no such block, or does not know the tag.</summary>
    Task<Block?> FindBlockAsync(BlockReference block, CancellationToken cancel = default);

    /// <summary>Wei.</summary>
    Task<BigInteger> GetBalanceAsync(Address account, CancellationToken cancel = default);

    /// <summary>Transactions of the account that are mined: the nonce of its next.</summary>
    Task<ulong> GetTransactionCountAsync(Address account, CancellationToken cancel = default);

    /// <summary>Fees that the next blocks will take. Null while the chain asks more than the policy's ceiling: wait.</summary>
    Task<Fees?> FindFeesAsync(FeePolicy policy, CancellationToken cancel = default);

    /// <summary>Runs the call at the newest block without sending it.</summary>
    /// <param name="to">Null: <paramref name="data"/> creates a contract.</param>
    Task<GasEstimate> EstimateGasAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancel = default);

    /// <summary>Signs; asks no node and sends nothing. Raw bytes and hash are to be stored before they are broadcast (design §5,
    /// Writing).</summary>
    /// <exception cref="SignerException">The account's signer gave no signature that can be used.</exception>
    Task<SignedTransaction> SignAsync(Transaction transaction, IAccount account, CancellationToken cancel = default);

    /// <summary>Sends the bytes. Never throws <see cref="ChainException"/>: what the nodes say is the outcome. Sending the same bytes
    /// again is harmless.</summary>
    Task<Broadcast> BroadcastAsync(SignedTransaction transaction, CancellationToken cancel = default);

    /// <summary>Null: unknown, not failed. A node may lag behind its own answers for minutes.</summary>
    Task<Receipt?> FindReceiptAsync(Digest transaction, CancellationToken cancel = default);

    /// <summary>Header, account proof and storage proofs of the contract, checked against the block's hash before they are
    /// returned.</summary>
    /// <param name="root">The anchored root whose slot is proven.</param>
    /// <param name="keys">The keys whose slots are proven besides.</param>
    /// <param name="at">Nodes that prune (Anvil as we run it) give proofs for <see cref="BlockReference.Latest"/> only.</param>
    Task<Anchor> GetEvidenceAsync(
        Address contract,
        Digest root,
        IReadOnlyCollection<(PartyId Party, Address Key)> keys,
        BlockReference at,
        CancellationToken cancel = default);
}

/// <summary>Makes the client that the program was built with: <see cref="RpcChain.Open"/>, or Nethereum's.</summary>
/// <param name="urls">At least one, http or https; the next is asked when one gives no answer.</param>
/// <param name="chainId">The chain expected. Null: the first to answer sets it, and the others must agree.</param>
/// <param name="timeout">For one question to one URL; default 10 s.</param>
/// <param name="mostHeadAge">Older a URL's newest block must not be, or the next is asked; null not to look.</param>
public delegate IChain OpenChain(IReadOnlyList<Uri> urls, ulong? chainId = null, TimeSpan? timeout = null, TimeSpan? mostHeadAge = null);

using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.Contracts.QueryHandlers;
using Nethereum.Hex.HexTypes;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;
using Block = Provenance.Chain.Block;
using Transaction = Provenance.Chain.Ethereum.Transaction;

namespace Provenance.Chain.Nethereum;

/// <summary>The chain through Nethereum's <see cref="Web3"/>.</summary>
/// <remarks>It never sends a transaction of its own making and keeps no nonce: Nethereum's nonce service counts in memory and loses a
/// number for good when a node refuses a send. Who writes gives the nonce, stores what is signed here, and broadcasts it.</remarks>
public sealed class NethereumChain : IChain
{
    private readonly NethereumClient _client;
    private readonly Web3 _web3;

    private NethereumChain(NethereumClient client) => (_client, _web3) = (client, new Web3(client));

    public string Host => _client.Host;

    /// <inheritdoc cref="OpenChain"/>
    public static NethereumChain Open(IReadOnlyList<Uri> urls, ulong? chainId = null, TimeSpan? timeout = null, TimeSpan? mostHeadAge = null) =>
        new(new NethereumClient(urls, chainId, timeout, mostHeadAge));

    public async Task<ulong> GetChainIdAsync(CancellationToken cancel = default) =>
        Wire.UInt64(await _web3.Eth.ChainId.SendRequestAsync().WaitAsync(cancel), Host);

    public async Task<Digest?> FindCodeHashAsync(Address contract, CancellationToken cancel = default)
    {
        var code = Wire.Bytes(await _web3.Eth.GetCode.SendRequestAsync(contract.ToString()).WaitAsync(cancel), Host);
        return code.Length == 0 ? null : Keccak256.Hash(code);
    }

    public async Task<Digest> GetLedgerIdAsync(Address contract, CancellationToken cancel = default) =>
        new((await QueryAsync<LedgerIdFunction, LedgerIdOutput>(contract, new(), 1, cancel)).LedgerId);

    public Task<ContractLinks> GetLinksAsync(Address contract, CancellationToken cancel = default) => ContractLinks.ReadAsync(
        async slot =>
        {
            var position = new HexBigInteger(new BigInteger(slot.ToArray(), isUnsigned: true, isBigEndian: true));
            return Wire.Digest(await _web3.Eth.GetStorageAt.SendRequestAsync(contract.ToString(), position, BlockParameter.CreateLatest()).WaitAsync(cancel), Host);
        },
        () => Host);

    public async Task<LedgerHead> GetHeadAsync(Address contract, CancellationToken cancel = default)
    {
        var head = await QueryAsync<HeadFunction, HeadOutput>(contract, new(), 3, cancel);
        return new LedgerHead(head.Size, new Digest(head.Root), RpcNumbers.Time(head.Time, Host));
    }

    public async Task<AnchoredCheckpoint?> FindCheckpointAsync(Address contract, Digest root, CancellationToken cancel = default)
    {
        var found = await QueryAsync<CheckpointOfFunction, CheckpointOfOutput>(contract, new() { Root = root.ToArray() }, 2, cancel);
        return found.Size == 0 ? null : new AnchoredCheckpoint(found.Size, RpcNumbers.Time(found.Time, Host));
    }

    public async Task<LedgerKey?> FindKeyAsync(Address contract, PartyId party, Address key, CancellationToken cancel = default)
    {
        var query = new KeyOfFunction { Party = party.Value.ToArray(), Key = key.ToString() };
        var found = await QueryAsync<KeyOfFunction, KeyOfOutput>(contract, query, 4, cancel);
        var status = (KeyStatus)found.Status;
        return status is KeyStatus.None ? null : new LedgerKey(found.ValidFrom, found.ValidUntil, found.CompromisedSince, status);
    }

    public async Task<ulong> GetPartyNonceAsync(Address contract, PartyId party, CancellationToken cancel = default) =>
        (await QueryAsync<NonceOfFunction, NonceOfOutput>(contract, new() { Party = party.Value.ToArray() }, 1, cancel)).Nonce;

    public async Task<Block?> FindBlockAsync(BlockReference block, CancellationToken cancel = default) =>
        await FindAsync(block, cancel) is { } found
            ? new Block(
                Wire.UInt64(found.Number, Host), Wire.Digest(found.BlockHash, Host), Wire.Digest(found.ParentHash, Host),
                RpcNumbers.Time(Wire.UInt64(found.Timestamp, Host), Host))
            : null;

    public async Task<BigInteger> GetBalanceAsync(Address account, CancellationToken cancel = default) =>
        await _web3.Eth.GetBalance.SendRequestAsync(account.ToString()).WaitAsync(cancel);

    public async Task<ulong> GetTransactionCountAsync(Address account, CancellationToken cancel = default)
    {
        var newest = BlockParameter.CreateLatest();
        return Wire.UInt64(await _web3.Eth.Transactions.GetTransactionCount.SendRequestAsync(account.ToString(), newest).WaitAsync(cancel), Host);
    }

    public async Task<Fees?> FindFeesAsync(FeePolicy policy, CancellationToken cancel = default)
    {
        switch (policy.Mode)
        {
            case FeeMode.Zero:
                return new Fees.Legacy(0);
            case FeeMode.Legacy:
                return policy.FindLegacy(RpcNumbers.Wei(await _web3.Eth.GasPrice.SendRequestAsync().WaitAsync(cancel), "gas price", Host));
            default:
                var latest = await GetAsync(BlockReference.Latest, cancel);
                var baseFee = latest.BaseFeePerGas ?? throw ChainException.NoBaseFee(Host);
                var tip = await new EthMaxPriorityFeePerGas(_client).SendRequestAsync().WaitAsync(cancel);
                return policy.FindEip1559(RpcNumbers.Wei(baseFee, "base fee", Host), RpcNumbers.Wei(tip, "tip", Host));
        }
    }

    public async Task<GasEstimate> EstimateGasAsync(Address from, Address? to, ReadOnlyMemory<byte> data, CancellationToken cancel = default)
    {
        var call = new CallInput { From = from.ToString(), To = to?.ToString(), Data = Hex.Prefixed(data.Span) };
        try
        {
            // Nethereum's own call names no block; some nodes would then take the pool's transactions as done.
            var question = new RpcRequest(0, "eth_estimateGas", call, "latest");
            return new GasEstimate.Needed(Wire.UInt64(await _client.SendRequestAsync<HexBigInteger>(question).WaitAsync(cancel), Host));
        }
        catch (ChainException e) when (e.Refusal is not null && Revert.Find(e.Refusal) is not null)
        {
            return new GasEstimate.Reverts(Revert.Find(e.Refusal)!);
        }
    }

    public Task<SignedTransaction> SignAsync(Transaction transaction, IAccount account, CancellationToken cancel = default) =>
        account is LocalKey key ? NethereumSigning.SignAsync(transaction, key) : account.SignAsync(transaction, cancel);

    public async Task<Broadcast> BroadcastAsync(SignedTransaction transaction, CancellationToken cancel = default)
    {
        try
        {
            await _web3.Eth.Transactions.SendRawTransaction.SendRequestAsync(Hex.Prefixed(transaction.Raw.Span)).WaitAsync(cancel);
            return new Broadcast(BroadcastOutcome.Accepted, "");
        }
        catch (ChainException e)
        {
            return e.Reply is { } reply ? Broadcast.Of(reply) : new Broadcast(BroadcastOutcome.Unknown, e.Message);
        }
    }

    public async Task<Receipt?> FindReceiptAsync(Digest transaction, CancellationToken cancel = default)
    {
        var receipt = await _web3.Eth.Transactions.GetTransactionReceipt.SendRequestAsync("0x" + transaction).WaitAsync(cancel);
        return receipt is null
            ? null
            : new Receipt(
                Wire.Digest(receipt.TransactionHash, Host), Wire.UInt64(receipt.BlockNumber, Host), Wire.Digest(receipt.BlockHash, Host),
                Wire.UInt64(receipt.Status, Host) == 1, receipt.ContractAddress is { } made ? Wire.Address(made, Host) : null,
                Wire.UInt64(receipt.GasUsed, Host), Wire.Number(receipt.GasUsed, Host) * (receipt.EffectiveGasPrice?.Value ?? 0), [.. Wire.There(receipt.Logs, Host).Select(log => Wire.Log(log, Host))]);
    }

    public Task<Anchor> GetEvidenceAsync(
        Address contract,
        Digest root,
        IReadOnlyCollection<(PartyId Party, Address Key)> keys,
        BlockReference at,
        CancellationToken cancel = default) =>
        Evidence.GetAsync(root, keys, slots => TakeEvidenceAsync(contract, at, slots, cancel), cancel);

    public void Dispose() => _client.Dispose();

    private async Task<Anchor> TakeEvidenceAsync(Address contract, BlockReference at, Digest[] slots, CancellationToken cancel)
    {
        var chainId = await GetChainIdAsync(cancel);
        var block = await GetAsync(at, cancel);
        var number = new BlockParameter(Wire.UInt64(block.Number, Host));
        string[] asked = [.. slots.Select(slot => "0x" + slot)];
        var proof = await _web3.Eth.GetProof.SendRequestAsync(contract.ToString(), asked, number).WaitAsync(cancel)
            ?? throw new ChainException(RpcOutcome.Malformed, $"eth_getProof: {Host} answered null.");
        var account = new AnchorAccount(
            Wire.UInt64(proof.Nonce, Host), Evidence.Minimal(Wire.Number(proof.Balance, Host)), Wire.Digest(proof.StorageHash, Host),
            Wire.Digest(proof.CodeHash, Host), Wire.Nodes(proof.AccountProofs, Host));
        return new Anchor(
            chainId, contract, Wire.Header(block, Host), Wire.Digest(block.BlockHash, Host), account,
            Evidence.Slots(
                slots, [.. Wire.There(proof.StorageProof, Host).Select(slot => (Wire.Number(slot.Value, Host), Wire.Nodes(slot.Proof, Host)))], Host));
    }

    /// <summary>Null when the node does not have the block, or does not know the tag.</summary>
    private async Task<BlockWithTransactionHashes?> FindAsync(BlockReference block, CancellationToken cancel)
    {
        var blocks = _web3.Eth.Blocks;
        try
        {
            return await (block.IsHash
                ? blocks.GetBlockWithTransactionsHashesByHash.SendRequestAsync(block.ToString())
                : blocks.GetBlockWithTransactionsHashesByNumber.SendRequestAsync(Parameter(block))).WaitAsync(cancel);
        }
        catch (ChainException e) when (e.Outcome is RpcOutcome.Refused && block.IsTag)
        {
            // Nothing finalized yet (geth answers with an error), or a chain without the tag (Besu QBFT).
            return null;
        }
    }

    private async Task<BlockWithTransactionHashes> GetAsync(BlockReference block, CancellationToken cancel) =>
        await FindAsync(block, cancel) ?? throw new ChainException(RpcOutcome.Malformed, $"{Host} has no block {block}.");

    private static BlockParameter Parameter(BlockReference block)
    {
        var parameter = new BlockParameter();
        if (block.IsTag)
        {
            parameter.SetValue(Enum.Parse<BlockParameter.BlockParameterType>(block.ToString()));
        }
        else
        {
            parameter.SetValue(new HexBigInteger(block.ToString()));
        }
        return parameter;
    }

    /// <param name="words">Words of the answer. Counted here, because Nethereum reads zeros out of bytes that are missing, and an address
    /// without code answers every call with no bytes.</param>
    private async Task<TOutput> QueryAsync<TFunction, TOutput>(Address contract, TFunction query, int words, CancellationToken cancel)
        where TFunction : FunctionMessage, new()
        where TOutput : IFunctionOutputDTO, new()
    {
        var answer = await new QueryRawHandler<TFunction>(_client).QueryAsync(contract.ToString(), query).WaitAsync(cancel);
        var bytes = Wire.Bytes(answer, Host);
        if (bytes.Length < words * Digest.Size)
        {
            throw new ChainException(RpcOutcome.Malformed, $"{Host}: no ledger contract at {contract}: it answered {bytes.Length} bytes.");
        }
        try
        {
            return new TOutput().DecodeOutput(answer);
        }
        catch (OverflowException e)
        {
            throw new ChainException(RpcOutcome.Malformed, $"{Host}: no ledger contract at {contract}: {e.Message}", inner: e);
        }
    }
}

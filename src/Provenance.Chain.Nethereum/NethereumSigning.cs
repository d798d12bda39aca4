using System.Numerics;
using Nethereum.Hex.HexTypes;
using Nethereum.Model;
using Nethereum.RLP;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;
using Nethereum.Web3.Accounts;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;
using SignedTransaction = Provenance.Chain.Ethereum.SignedTransaction;
using Transaction = Provenance.Chain.Ethereum.Transaction;

namespace Provenance.Chain.Nethereum;

/// <summary>Has Nethereum encode, hash and sign a transaction whose every member is given.</summary>
internal static class NethereumSigning
{
    public static async Task<SignedTransaction> SignAsync(Transaction transaction, LocalKey key)
    {
        var account = new ExternalAccount(key.Address.ToString(), new LocalKeySigner(key), transaction.ChainId);
        // With the nonce given, the manager asks no nonce service and no node.
        var manager = new ExternalAccountSignerTransactionManager(null, account, transaction.ChainId);
        var raw = Convert.FromHexString(await manager.SignTransactionExternallyAsync(Input(transaction, key.Address)));
        return new SignedTransaction(raw, Keccak256.Hash(raw));
    }

    internal static TransactionInput Input(Transaction transaction, Address from)
    {
        var input = new TransactionInput
        {
            From = from.ToString(),
            To = transaction.To?.ToString(),
            Nonce = new HexBigInteger(transaction.Nonce),
            Gas = new HexBigInteger(transaction.GasLimit),
            Value = new HexBigInteger(transaction.Value),
            Data = Hex.Prefixed(transaction.Data.Span),
        };
        switch (transaction.Fees)
        {
            case Fees.Eip1559 fees:
                input.Type = new HexBigInteger(TransactionType.EIP1559.AsByte());
                input.MaxFeePerGas = Wei(fees.MaxFeePerGas);
                input.MaxPriorityFeePerGas = Wei(fees.MaxPriorityFeePerGas);
                input.AccessList =
                [
                    .. transaction.AccessList.Select(entry => new AccessList
                    {
                        Address = entry.Address.ToString(), StorageKeys = [.. entry.Slots.Select(slot => "0x" + slot)],
                    }),
                ];
                break;
            case Fees.Legacy fees:
                input.GasPrice = Wei(fees.GasPrice);
                break;
        }
        return input;
    }

    private static HexBigInteger Wei(UInt128 value) => new((BigInteger)value);

    /// <summary>Signs with the platform's key, so that the secret never becomes one of Nethereum's strings.</summary>
    /// <remarks>Nethereum's own <c>Account</c> is no choice here: with <c>EthECKey.SignRecoverable</c> it throws for every key whose first
    /// byte is zero, one of 256, and without it a signature costs thirteen times as much.</remarks>
    private sealed class LocalKeySigner(LocalKey key) : EthExternalSignerBase
    {
        public override bool Supported1559 => true;

        public override bool CalculatesV { get; protected set; }

        public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get; protected set; } =
            ExternalSignerTransactionFormat.Hash;

        public override Task<string> GetAddressAsync() => Task.FromResult(key.Address.ToString());

        public override Task SignAsync(Transaction1559 transaction)
        {
            var signature = key.Sign(new Digest(transaction.RawHash));
            transaction.SetSignature(Components(signature, signature.V - 27));
            return Task.CompletedTask;
        }

        public override Task SignAsync(LegacyTransactionChainId transaction)
        {
            var signature = key.Sign(new Digest(transaction.RawHash));
            // EIP-155.
            transaction.SetSignature(Components(signature, transaction.GetChainIdAsBigInteger() * 2 + 35 + (signature.V - 27)));
            return Task.CompletedTask;
        }

        // We sign nothing without a chain id, and delegate no account.
        public override Task SignAsync(LegacyTransaction transaction) => throw new NotSupportedException();

        public override Task SignAsync(Transaction7702 transaction) => throw new NotSupportedException();

        protected override Task<byte[]> GetPublicKeyAsync() => Task.FromResult<byte[]>([4, .. key.PublicKey]);

        protected override Task<ECDSASignature> SignExternallyAsync(byte[] bytes)
        {
            var signature = key.Sign(new Digest(bytes));
            return Task.FromResult(ECDSASignatureFactory.FromComponents(signature.R.ToArray(), signature.S.ToArray()));
        }

        private static EthECDSASignature Components(EthSignature signature, BigInteger v) =>
            EthECDSASignatureFactory.FromComponents(signature.R.ToArray(), signature.S.ToArray(), v.ToBytesForRLPEncoding());
    }
}

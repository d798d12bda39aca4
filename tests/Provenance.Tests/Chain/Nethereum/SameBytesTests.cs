using System.Numerics;
using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.EIP712;
using Nethereum.Web3.Accounts;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Nethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Account = Nethereum.Web3.Accounts.Account;
using SignedTransaction = Provenance.Chain.Ethereum.SignedTransaction;
using Transaction = Provenance.Chain.Ethereum.Transaction;

namespace Provenance.Tests.Chain.Nethereum;

/// <summary>Two implementations that share no line agree on every byte that is signed. Seeded, so that a failure comes back.</summary>
/// <remarks>ECDSA leaves one number to chance, and Nethereum derives it where the platform draws it: so each side signs, and the other must
/// make the same bytes around that signature.</remarks>
public class SameBytesTests
{
    private const int Count = 1000;

    static SameBytesTests() => EthECKey.SignRecoverable = true;

    [Fact]
    public async Task A_thousand_transactions_are_the_same_bytes()
    {
        var random = new Random(20_261_124);
        using var chain = NethereumChain.Open([new Uri("http://127.0.0.1:9")]);
        for (var i = 0; i < Count; i++)
        {
            // Nethereum's own account signs for no key with a zero in front; ours has to.
            var secret = Secret(random, isShort: i % 10 == 0);
            using var key = LocalKey.From(secret);
            var transaction = Random(random, i);

            if (secret[0] != 0)
            {
                var account = new Account(secret, transaction.ChainId);
                var theirs = new AccountOfflineTransactionSigner().SignTransaction(account, NethereumSigning.Input(transaction, key.Address));
                Assert.Equal(theirs, Convert.ToHexStringLower(transaction.EncodeSigned(SignatureOf(Convert.FromHexString(theirs)))));
            }
            AssertNethereumReads(transaction, transaction.Sign(key), key.Address);
            var throughNethereum = await chain.SignAsync(transaction, key);
            AssertNethereumReads(transaction, throughNethereum, key.Address);
            Assert.Equal(transaction.EncodeSigned(SignatureOf(throughNethereum.Raw.Span)), throughNethereum.Raw.ToArray());
            Assert.Equal(Keccak256.Hash(throughNethereum.Raw.Span), throughNethereum.Hash);
        }
    }

    [Fact]
    public void A_thousand_typed_messages_are_the_same_digest_under_either_signature()
    {
        var random = new Random(20_261_125);
        var signer = new Eip712TypedDataSigner();
        for (var i = 0; i < Count; i++)
        {
            var secret = Secret(random, isShort: false);
            using var key = LocalKey.From(secret);
            var ledger = Word(random);
            var (digest, json) = Message(random, i, ledger);

            Assert.Equal(digest, Keccak256.Hash(signer.EncodeTypedData(json)));
            Assert.True(EthSignature.TryParse(signer.SignTypedDataV4(json, new EthECKey(secret, true)), out var theirs));
            Assert.Equal(key.Address, Secp256k1.Recover(digest, theirs));
            Assert.Equal(key.Address.ToString(), signer.RecoverFromSignatureV4(json, key.Sign(digest).ToString()).ToLowerInvariant());
        }
    }

    private static Transaction Random(Random random, int i) => new()
    {
        ChainId = i % 7 == 0 ? 1 : (ulong)random.NextInt64(1, 1L << 53),
        Nonce = i % 5 == 0 ? 0 : (ulong)random.NextInt64(),
        To = i % 11 == 0 ? null : new Address(Bytes(random, Address.Size)),
        Value = i % 3 == 0 ? 0 : new BigInteger(Bytes(random, random.Next(0, 32)), isUnsigned: true),
        Data = Bytes(random, random.Next(0, 4) * random.Next(0, 200)),
        GasLimit = (ulong)random.NextInt64(21_000, 1L << 40),
        Fees = i % 2 == 0 ? new Fees.Legacy(Wei(random)) : new Fees.Eip1559(Wei(random), Wei(random)),
        AccessList = i % 6 != 1 ? [] : [(new Address(Bytes(random, Address.Size)), [Word(random), Word(random)]), (Address.Zero, [])],
    };

    /// <summary>One of the ledger's messages as a wallet would be asked to sign it.</summary>
    private static (Digest Digest, string Json) Message(Random random, int i, Digest ledger)
    {
        var (party, root, key) = (new PartyId(Word(random)), Word(random), new Address(Bytes(random, Address.Size)));
        var (a, b) = ((ulong)random.NextInt64(), (ulong)random.NextInt64());
        const string AboutKey = """{"name":"party","type":"bytes32"},{"name":"key","type":"address"},{"name":"nonce","type":"uint64"}""";
        var keyMessage = $$"""{"party":"0x{{party}}","key":"{{key}}","nonce":"{{a}}"}""";
        return (i % 7) switch
        {
            0 => (LedgerTypedData.Checkpoint(ledger, a, root), Json("ProvenanceCheckpoint",
                """{"name":"size","type":"uint64"},{"name":"root","type":"bytes32"}""", $$"""{"size":"{{a}}","root":"0x{{root}}"}""")),
            1 => (LedgerTypedData.Submission(ledger, party, a, b, root), Json("ProvenanceSubmission",
                """{"name":"party","type":"bytes32"},{"name":"firstSeq","type":"uint64"},{"name":"count","type":"uint64"},{"name":"root","type":"bytes32"}""",
                $$"""{"party":"0x{{party}}","firstSeq":"{{a}}","count":"{{b}}","root":"0x{{root}}"}""")),
            2 => (LedgerTypedData.Key(ledger, party, key, a), Json("ProvenanceKey", AboutKey, keyMessage)),
            3 => (LedgerTypedData.KeyAddition(ledger, party, key, a), Json("ProvenanceKeyAddition", AboutKey, keyMessage)),
            4 => (LedgerTypedData.KeyRevocation(ledger, party, key, a), Json("ProvenanceKeyRevocation", AboutKey, keyMessage)),
            5 => (LedgerTypedData.ProposalRejection(ledger, party, key, a), Json("ProvenanceProposalRejection", AboutKey, keyMessage)),
            _ => (LedgerTypedData.KeyCompromise(ledger, party, key, b, a), Json("ProvenanceKeyCompromise",
                """{"name":"party","type":"bytes32"},{"name":"key","type":"address"},{"name":"since","type":"uint64"},{"name":"nonce","type":"uint64"}""",
                $$"""{"party":"0x{{party}}","key":"{{key}}","since":"{{b}}","nonce":"{{a}}"}""")),
        };

        string Json(string type, string members, string message) => $$"""
            {
              "types": {
                "EIP712Domain": [{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"salt","type":"bytes32"}],
                "{{type}}": [{{members}}]
              },
              "primaryType": "{{type}}",
              "domain": {"name":"Provenance","version":"1","salt":"0x{{ledger}}"},
              "message": {{message}}
            }
            """;
    }

    private static void AssertNethereumReads(Transaction transaction, SignedTransaction signed, Address sender)
    {
        var read = TransactionFactory.CreateTransaction(signed.Raw.ToArray());
        Assert.Equal(signed.Raw.ToArray(), read.GetRLPEncoded());
        Assert.Equal(transaction.SigningHash.ToArray(), read.RawHash);
        Assert.Equal(signed.Hash.ToArray(), read.Hash);
        Assert.Equal(sender.ToString(), new TransactionVerificationAndRecoveryImp().GetSenderAddress(read).ToLowerInvariant());
    }

    private static EthSignature SignatureOf(ReadOnlySpan<byte> raw)
    {
        var isTyped = raw[0] == 2;
        var fields = Rlp.Decode(isTyped ? raw[1..] : raw).Items;
        var v = new BigInteger(fields[^3].Bytes.Span, isUnsigned: true, isBigEndian: true);
        // EIP-155: 35 and twice the chain id, an odd number.
        var parity = isTyped ? (int)v : (int)((v - 35) % 2);
        return new EthSignature(Padded(fields[^2].Bytes.Span), Padded(fields[^1].Bytes.Span), (byte)(27 + parity));
    }

    private static Digest Padded(ReadOnlySpan<byte> number) => new([.. new byte[Digest.Size - number.Length], .. number]);

    private static byte[] Secret(Random random, bool isShort)
    {
        var secret = Bytes(random, Digest.Size);
        secret[0] = isShort ? (byte)0 : (byte)random.Next(1, 0xff);
        return secret;
    }

    private static UInt128 Wei(Random random) => new((ulong)random.Next(0, 1 << 20), (ulong)random.NextInt64());

    private static Digest Word(Random random) => new(Bytes(random, Digest.Size));

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}

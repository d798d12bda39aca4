using System.Numerics;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Ethereum;

/// <summary>A transaction before it is signed: EIP-1559 (type 2) or legacy with EIP-155's chain id, as its fees are.</summary>
public sealed class Transaction
{
    internal const byte Eip1559Type = 2;

    public required ulong ChainId { get; init; }

    /// <summary>Given by whoever owns the account's queue; there is no other counter.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Null creates a contract.</summary>
    public required Address? To { get; init; }

    /// <summary>Wei.</summary>
    public BigInteger Value { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Units of gas; what is not used is not charged.</summary>
    public required ulong GasLimit { get; init; }

    public required Fees Fees { get; init; }

    /// <summary>EIP-2930; only type 2 carries it.</summary>
    public IReadOnlyList<(Address Address, IReadOnlyList<Digest> Slots)> AccessList { get; init; } = [];

    /// <summary>What is signed.</summary>
    public Digest SigningHash => Keccak256.Hash(EncodeUnsigned());

    /// <summary>Signs; sends nothing. Raw bytes and hash are to be stored before they are broadcast (design §5, Writing).</summary>
    public SignedTransaction Sign(LocalKey key)
    {
        var raw = EncodeSigned(key.Sign(SigningHash));
        return new SignedTransaction(raw, Keccak256.Hash(raw));
    }

    public byte[] EncodeUnsigned() => Fees is Fees.Eip1559
        ? Typed(Body())
        : Rlp.EncodeList([.. Body(), Rlp.EncodeInteger(ChainId), Rlp.EncodeInteger(0), Rlp.EncodeInteger(0)]);

    public byte[] EncodeSigned(EthSignature signature)
    {
        var parity = signature.V - 27;
        var v = Fees is Fees.Eip1559 ? parity : (BigInteger)ChainId * 2 + 35 + parity;
        byte[][] signed =
        [
            .. Body(), Rlp.EncodeInteger(v), Rlp.EncodeInteger(signature.R.ToArray()), Rlp.EncodeInteger(signature.S.ToArray()),
        ];
        return Fees is Fees.Eip1559 ? Typed(signed) : Rlp.EncodeList(signed);
    }

    /// <summary>The fields before the signature, each encoded, in their order.</summary>
    internal byte[][] Body()
    {
        var to = Rlp.EncodeBytes(To?.ToArray() ?? []);
        byte[][] call = [Rlp.EncodeInteger(GasLimit), to, Rlp.EncodeInteger(Value), Rlp.EncodeBytes(Data.Span)];
        return Fees switch
        {
            Fees.Eip1559 fees =>
            [
                Rlp.EncodeInteger(ChainId), Rlp.EncodeInteger(Nonce), Rlp.EncodeInteger(fees.MaxPriorityFeePerGas),
                Rlp.EncodeInteger(fees.MaxFeePerGas), .. call, EncodeAccessList(),
            ],
            Fees.Legacy fees => [Rlp.EncodeInteger(Nonce), Rlp.EncodeInteger(fees.GasPrice), .. call],
            _ => throw new InvalidOperationException(),
        };
    }

    private byte[] EncodeAccessList() => Rlp.EncodeList([.. AccessList.Select(entry => Rlp.EncodeList(
        Rlp.EncodeBytes(entry.Address.ToArray()),
        Rlp.EncodeList([.. entry.Slots.Select(slot => Rlp.EncodeBytes(slot.ToArray()))])))]);

    private static byte[] Typed(byte[][] fields) => [Eip1559Type, .. Rlp.EncodeList(fields)];
}

/// <summary>A signed transaction: the bytes that are broadcast, and their keccak-256, by which receipts are asked for.</summary>
public sealed record SignedTransaction(ReadOnlyMemory<byte> Raw, Digest Hash);

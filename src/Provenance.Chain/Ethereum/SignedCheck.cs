using System.Globalization;
using System.Numerics;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Ethereum;

/// <summary>
/// Holds what a signer elsewhere gave back to what it was asked: the same transaction in every field, signed by the account that was
/// meant. A signer that is mistaken, behind another chain's settings or in somebody's hands must not make us send anything else.
/// </summary>
internal static class SignedCheck
{
    /// <summary>EIP-2718: up to here the first byte is the type; a legacy transaction begins as an RLP list.</summary>
    private const byte LastType = 0x7f;

    private const byte FirstList = 0xc0;

    private static readonly string[] Eip1559Fields =
        ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "data", "accessList"];

    private static readonly string[] LegacyFields = ["nonce", "gasPrice", "gas", "to", "value", "data"];

    /// <returns>Null when the bytes are the transaction, signed by the account with low s (EIP-2); else what is wrong, to follow
    /// "it".</returns>
    public static string? FindFault(Transaction asked, Address account, ReadOnlySpan<byte> raw)
    {
        var isEip1559 = asked.Fees is Fees.Eip1559;
        byte? type = raw is [<= LastType, ..] ? raw[0] : null;
        byte? wanted = isEip1559 ? Transaction.Eip1559Type : null;
        if (type != wanted && raw is [<= LastType or >= FirstList, ..])
        {
            return $"signed {Kind(type)}, asked for {Kind(wanted)}";
        }
        var names = isEip1559 ? Eip1559Fields : LegacyFields;
        if (type != wanted || !Rlp.TryDecode(isEip1559 ? raw[1..] : raw, out var list) || !list.IsList || list.Items.Count != names.Length + 3)
        {
            return $"answered with {raw.Length} bytes that are no signed transaction";
        }
        var body = asked.Body();
        for (var i = 0; i < names.Length; i++)
        {
            if (!list.Items[i].Encoding.Span.SequenceEqual(body[i]))
            {
                return $"signed another transaction: {names[i]} is {Show(names[i], list.Items[i])}, asked for {Show(names[i], Rlp.Decode(body[i]))}";
            }
        }
        if (!list.Items[^3].TryReadInteger(out var v) || Word(list.Items[^2]) is not { } r || Word(list.Items[^1]) is not { } s)
        {
            return "answered with a signature whose v, r or s is no number of 32 bytes";
        }
        if (FindParity(asked, v) is not { } parity)
        {
            return isEip1559
                ? $"answered with a signature whose v is {v}, neither 0 nor 1"
                : $"signed for another chain: v is {v}, which is not that of chain {asked.ChainId} (EIP-155)";
        }
        if (Secp256k1.LowS(s) != s)
        {
            return "answered with a signature whose s is high (EIP-2): anybody could make a second one of it";
        }
        var signature = new EthSignature(r, s, (byte)(27 + parity));
        return Secp256k1.Recover(asked.SigningHash, signature) is not { } signer
            ? "answered with a signature that no key can have made"
            : signer == account ? null : $"signed as {signer}, asked for {account}";
    }

    /// <summary>Which of two keys the signature is of, 0 or 1; null for a v that means something else.</summary>
    private static int? FindParity(Transaction asked, BigInteger v)
    {
        var parity = asked.Fees is Fees.Eip1559 ? v : v - (BigInteger)asked.ChainId * 2 - 35;
        return parity.IsZero ? 0 : parity.IsOne ? 1 : null;
    }

    private static Digest? Word(RlpItem item) => item.TryReadInteger(out _) && item.Bytes.Length <= Digest.Size
        ? new Digest([.. new byte[Digest.Size - item.Bytes.Length], .. item.Bytes.Span])
        : null;

    private static string Kind(byte? type) => type is null ? "a legacy transaction" : $"a transaction of type {type}";

    private static string Show(string name, RlpItem item) => name switch
    {
        "data" => $"{item.Bytes.Length} bytes with hash {Keccak256.Hash(item.Bytes.Span)}",
        "accessList" => $"one of {item.Items.Count}",
        "to" => item.Bytes.Length == 0 ? "nobody" : Hex.Prefixed(item.Bytes.Span),
        _ => item.TryReadInteger(out var number) ? number.ToString(CultureInfo.InvariantCulture) : "no number",
    };
}

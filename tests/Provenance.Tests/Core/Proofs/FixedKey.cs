using System.Numerics;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Proofs;

/// <summary>A key whose signatures are always the same, so that vectors are: the platform's ECDSA draws its nonce at random. For tests
/// alone: its arithmetic takes a time that depends on the secret.</summary>
internal sealed class FixedKey
{
    private static readonly BigInteger Order =
        new(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141"), isUnsigned: true, isBigEndian: true);

    private readonly Digest _secret;
    private readonly byte[] _publicKey;

    public FixedKey(string seed)
    {
        _secret = Digest.Sha256(System.Text.Encoding.ASCII.GetBytes(seed));
        _publicKey = PublicKeyOf(_secret);
        Address = Secp256k1.AddressOf(_publicKey);
    }

    public Address Address { get; }

    /// <summary>ECDSA (SEC 1 §4.1.3) with SHA-256 of secret and digest as nonce.</summary>
    public EthSignature Sign(Digest digest)
    {
        var nonce = Digest.Sha256([.. _secret.ToArray(), .. digest.ToArray()]);
        var r = Number(PublicKeyOf(nonce).AsSpan(0, Digest.Size)) % Order;
        var inverse = BigInteger.ModPow(Number(nonce.ToArray()), Order - 2, Order);
        var s = Secp256k1.LowS(Word(inverse * (Number(digest.ToArray()) + r * Number(_secret.ToArray())) % Order));
        return new EthSignature(Word(r), s, (byte)(27 + new KnownKey(_publicKey).RecoveryId(digest, Word(r), s)));
    }

    private static byte[] PublicKeyOf(Digest secret)
    {
        using var key = LocalKey.From(secret.ToArray());
        return key.PublicKey.ToArray();
    }

    private static BigInteger Number(ReadOnlySpan<byte> bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);

    private static Digest Word(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Digest([.. new byte[Digest.Size - bytes.Length], .. bytes]);
    }
}

using System.Globalization;
using System.Numerics;

namespace Provenance.Core.Ethereum;

/// <summary>ECDSA on secp256k1 (SEC 1 §4.1, SEC 2 §2.4.1): everything that needs no private key. Managed, so that a proof verifies on
/// every platform; private keys belong to the platform's <see cref="System.Security.Cryptography.ECDsa"/>.</summary>
/// <remarks>Its time depends on its values: never give it a secret. A public key is 64 bytes, x ‖ y, without the prefix 04.</remarks>
public static class Secp256k1
{
    /// <summary>Bytes of a public key as this class takes it.</summary>
    public const int PublicKeySize = 64;

    /// <summary>n, the prime order of the group.</summary>
    private static readonly BigInteger Order =
        BigInteger.Parse("00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static readonly BigInteger HalfOrder = Order / 2;

    /// <summary>The signer's address; null when v is not 27 or 28, r or s is zero or not below n, s is above n/2 (EIP-2: of the two
    /// s that verify, one is refused, so that nobody can make a second signature out of a first), or no key made it.</summary>
    /// <param name="hash">What was signed: the EIP-712 digest or the transaction's hash to sign.</param>
    public static Address? Recover(Digest hash, EthSignature signature)
    {
        var r = ToInteger(signature.R);
        var s = ToInteger(signature.S);
        if (signature.V is not (27 or 28) || !IsScalar(r) || !IsScalar(s) || s > HalfOrder)
        {
            return null;
        }
        if (CurvePoint.FindByX(signature.R.ToArray(), yIsOdd: signature.V == 28) is not { } point)
        {
            return null;
        }
        var inverse = Inverse(r);
        var key = CurvePoint.Combine(ToScalar(-ToInteger(hash) * inverse), ToScalar(s * inverse), point);
        if (key.IsInfinity)
        {
            return null;
        }
        Span<byte> publicKey = stackalloc byte[PublicKeySize];
        var (x, y) = key.ToAffine();
        x.CopyTo(publicKey);
        y.CopyTo(publicKey[32..]);
        return AddressOf(publicKey);
    }

    /// <summary>Whether the key made the signature. Takes high s too, as plain ECDSA does; a signature of this ledger is judged by
    /// <see cref="Recover"/>.</summary>
    /// <param name="publicKey">Exactly 64 bytes; false if they are no point of the curve.</param>
    public static bool Verify(Digest hash, Digest r, Digest s, ReadOnlySpan<byte> publicKey)
    {
        ThrowIfNotKeySize(publicKey);
        return CurvePoint.FindOnCurve(publicKey[..32], publicKey[32..]) is { } key
            && FindNoncePoint(hash, r, s, key) is { } point && ToInteger(point.X) % Order == ToInteger(r);
    }

    /// <summary>s, or n - s if that is the lower: the one that <see cref="Recover"/> takes. Changing it flips the recovery id.</summary>
    public static Digest LowS(Digest s)
    {
        var value = ToInteger(s);
        return value > HalfOrder && value < Order ? ToDigest(Order - value) : s;
    }

    /// <summary>The last 20 bytes of the key's keccak-256 (yellow paper, appendix F).</summary>
    /// <param name="publicKey">Exactly 64 bytes.</param>
    public static Address AddressOf(ReadOnlySpan<byte> publicKey)
    {
        ThrowIfNotKeySize(publicKey);
        return new Address(Keccak256.Hash(publicKey).ToArray().AsSpan(Digest.Size - Address.Size));
    }

    /// <summary>The point whose x the signer reduced to r; null if a scalar is out of range or the point is at infinity.</summary>
    internal static (Digest X, bool YIsOdd)? FindNoncePoint(Digest hash, Digest r, Digest s, PointMultiples key) =>
        FindNoncePoint(hash, r, s, (u1, u2) => CurvePoint.Combine(u1, u2, key));

    private static (Digest X, bool YIsOdd)? FindNoncePoint(Digest hash, Digest r, Digest s, CurvePoint key) =>
        FindNoncePoint(hash, r, s, (u1, u2) => CurvePoint.Combine(u1, u2, key));

    /// <param name="combine">u1·G + u2·key.</param>
    private static (Digest X, bool YIsOdd)? FindNoncePoint(Digest hash, Digest r, Digest s, Func<byte[], byte[], CurvePoint> combine)
    {
        var rValue = ToInteger(r);
        var sValue = ToInteger(s);
        if (!IsScalar(rValue) || !IsScalar(sValue))
        {
            return null;
        }
        var inverse = Inverse(sValue);
        var point = combine(ToScalar(ToInteger(hash) * inverse), ToScalar(rValue * inverse));
        if (point.IsInfinity)
        {
            return null;
        }
        Span<byte> x = stackalloc byte[32];
        var affine = point.ToAffine();
        affine.X.CopyTo(x);
        return (new Digest(x), affine.Y.IsOdd);
    }

    private static byte[] ToScalar(BigInteger value) => ToDigest(ModuloOrder(value)).ToArray();

    private static bool IsScalar(BigInteger value) => value.Sign > 0 && value < Order;

    /// <summary>1/value modulo n, by Euclid; Fermat through <see cref="BigInteger.ModPow"/> takes longer than all else here.</summary>
    private static BigInteger Inverse(BigInteger value)
    {
        var (previous, current) = (Order, value);
        var (previousFactor, factor) = (BigInteger.Zero, BigInteger.One);
        while (!current.IsZero)
        {
            var quotient = BigInteger.DivRem(previous, current, out var remainder);
            (previous, current) = (current, remainder);
            (previousFactor, factor) = (factor, previousFactor - quotient * factor);
        }
        return ModuloOrder(previousFactor);
    }

    private static BigInteger ModuloOrder(BigInteger value)
    {
        var remainder = value % Order;
        return remainder.Sign < 0 ? remainder + Order : remainder;
    }

    private static BigInteger ToInteger(Digest value) => new(value.ToArray(), isUnsigned: true, isBigEndian: true);

    private static Digest ToDigest(BigInteger value)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        bytes.Clear();
        value.TryWriteBytes(bytes[(Digest.Size - value.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        return new Digest(bytes);
    }

    private static void ThrowIfNotKeySize(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicKeySize)
        {
            throw new ArgumentException($"A public key is {PublicKeySize} bytes, not {publicKey.Length}.", nameof(publicKey));
        }
    }
}

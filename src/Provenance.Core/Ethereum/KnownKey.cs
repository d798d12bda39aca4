namespace Provenance.Core.Ethereum;

/// <summary>A public key under which many signatures are looked at: what depends on it alone is computed once.</summary>
/// <remarks>Its time depends on its values, which are public.</remarks>
public sealed class KnownKey
{
    private readonly PointMultiples _multiples;

    /// <param name="publicKey">Exactly 64 bytes, x ‖ y.</param>
    /// <exception cref="ArgumentException">They are not a point of secp256k1.</exception>
    public KnownKey(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != Secp256k1.PublicKeySize || CurvePoint.FindOnCurve(publicKey[..32], publicKey[32..]) is not { } point)
        {
            throw new ArgumentException($"A public key is the {Secp256k1.PublicKeySize} bytes of a point of secp256k1.", nameof(publicKey));
        }
        _multiples = new PointMultiples(point);
    }

    /// <summary>Which of two keys <see cref="Secp256k1.Recover"/> would find, 0 or 1, for a signature by this key: v is 27 more. Saves the
    /// signer a square root and a second try.</summary>
    /// <exception cref="ArgumentException">The signature does not verify under this key, or its x is one of the 2^-128 that are
    /// above n and that v can't say.</exception>
    public byte RecoveryId(Digest hash, Digest r, Digest s)
    {
        if (Secp256k1.FindNoncePoint(hash, r, s, _multiples) is not { } point || point.X != r)
        {
            throw new ArgumentException("The signature has no recovery id: it does not verify under this public key.", nameof(r));
        }
        return point.YIsOdd ? (byte)1 : (byte)0;
    }
}

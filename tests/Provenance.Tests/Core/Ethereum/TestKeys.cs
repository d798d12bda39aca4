using System.Security.Cryptography;

namespace Provenance.Tests.Core.Ethereum;

/// <summary>Keys of the platform's ECDSA on secp256k1.</summary>
internal static class TestKeys
{
    private static readonly ECCurve Curve = ECCurve.CreateFromFriendlyName("secp256k1");

    public static ECDsa Create() => ECDsa.Create(Curve);

    /// <summary>x ‖ y of a new or given key.</summary>
    public static byte[] PublicKey(ECDsa key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return [.. q.X!, .. q.Y!];
    }

    public static byte[] PublicKey(byte[] privateKey)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = Curve, D = privateKey });
        return PublicKey(key);
    }
}

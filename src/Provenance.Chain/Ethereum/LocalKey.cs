using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain.Ethereum;

/// <summary>A secp256k1 private key in this process. All arithmetic with the secret is the platform's (<see cref="ECDsa"/>).</summary>
public sealed class LocalKey : IAccount
{
    private static readonly ECCurve Curve = ECCurve.CreateFromValue("1.3.132.0.10");

    /// <summary>Order of the group (SEC 2, §2.4.1).</summary>
    private static readonly BigInteger Order =
        new(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141"), isUnsigned: true, isBigEndian: true);

    private readonly ECDsa _key;
    private readonly byte[] _publicKey;
    private readonly Lazy<KnownKey> _known;

    // ECDsa promises no thread safety for instance members.
    private readonly Lock _gate = new();

    private LocalKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        _publicKey = [.. point.X!, .. point.Y!];
        _known = new Lazy<KnownKey>(() => new KnownKey(_publicKey));
        Address = Secp256k1.AddressOf(_publicKey);
    }

    /// <summary>The account this key controls.</summary>
    public Address Address { get; }

    /// <summary>x and y, 32 bytes each, without the prefix 04.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>A new random key.</summary>
    public static LocalKey Create() => new(ECDsa.Create(Curve));

    /// <param name="secret">32 bytes, big-endian, from 1 to the group's order less one.</param>
    /// <exception cref="FormatException">Any other length or value. The message does not hold the secret.</exception>
    public static LocalKey From(ReadOnlySpan<byte> secret)
    {
        var value = new BigInteger(secret, isUnsigned: true, isBigEndian: true);
        if (secret.Length != Digest.Size || value.IsZero || value >= Order)
        {
            throw new FormatException("A private key is 32 bytes, from 1 to the order of secp256k1 less one.");
        }
        return new LocalKey(ECDsa.Create(new ECParameters { Curve = Curve, D = secret.ToArray() }));
    }

    /// <param name="hex">64 hex digits of either case, with or without 0x.</param>
    /// <inheritdoc cref="From"/>
    public static LocalKey Parse(ReadOnlySpan<char> hex)
    {
        var digits = hex.StartsWith("0x", StringComparison.Ordinal) ? hex[2..] : hex;
        var secret = new byte[Digest.Size];
        try
        {
            if (Convert.FromHexString(digits, secret, out _, out var written) != OperationStatus.Done || written != secret.Length)
            {
                throw new FormatException("A private key is 64 hex digits.");
            }
            return From(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The secret, 32 bytes. Whoever holds them is this account.</summary>
    public byte[] Export()
    {
        lock (_gate)
        {
            return _key.ExportParameters(includePrivateParameters: true).D!;
        }
    }

    /// <summary>Signs a digest as it stands: an EIP-712 digest, or a transaction's signing hash. Low s (EIP-2), v 27 or 28.</summary>
    public EthSignature Sign(Digest digest)
    {
        byte[] signature;
        lock (_gate)
        {
            signature = _key.SignHash(digest.ToArray(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        var r = new Digest(signature.AsSpan(0, Digest.Size));
        var s = Secp256k1.LowS(new Digest(signature.AsSpan(Digest.Size)));
        return new EthSignature(r, s, (byte)(27 + _known.Value.RecoveryId(digest, r, s)));
    }

    public Task<SignedTransaction> SignAsync(Transaction transaction, CancellationToken cancel = default) =>
        Task.FromResult(transaction.Sign(this));

    public void Dispose() => _key.Dispose();
}

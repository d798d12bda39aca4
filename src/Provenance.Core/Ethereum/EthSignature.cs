namespace Provenance.Core.Ethereum;

/// <summary>A recoverable ECDSA signature on secp256k1, as the contract takes it: r, s (32 bytes each), v (27 or 28).</summary>
public readonly record struct EthSignature(Digest R, Digest S, byte V)
{
    /// <summary>Width in bytes.</summary>
    public const int Size = 65;

    /// <summary>Reads <c>0x</c> and 130 lower-case hex digits, v being 1b or 1c. High s is refused by whoever recovers, not here.</summary>
    public static bool TryParse(string? text, out EthSignature signature)
    {
        var bytes = Hex.FindPrefixed(text);
        var right = bytes is { Length: Size } && bytes[64] is 27 or 28;
        signature = right ? new EthSignature(new Digest(bytes.AsSpan(0, 32)), new Digest(bytes.AsSpan(32, 32)), bytes![64]) : default;
        return right;
    }

    public byte[] ToArray() => [.. R.ToArray(), .. S.ToArray(), V];

    /// <summary><c>0x</c> and 130 lower-case hex digits.</summary>
    public override string ToString() => Hex.Prefixed(ToArray());
}

using System.Numerics;

namespace Provenance.Chain.Rpc;

/// <summary>Numbers that a node wrote well, and that may still be none that a chain can have.</summary>
internal static class RpcNumbers
{
    private static readonly ulong MaxSeconds = (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>A fee, small enough to be doubled and added to.</summary>
    public static UInt128 Wei(BigInteger wei, string what, string host) => wei >= 0 && wei <= (BigInteger)(UInt128.MaxValue >> 8)
        ? (UInt128)wei
        : throw new ChainException(RpcOutcome.Malformed, $"{what}: {host} asks {wei} wei.");

    /// <summary>The time of a block.</summary>
    public static DateTimeOffset Time(ulong seconds, string host) => seconds <= MaxSeconds
        ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
        : throw new ChainException(RpcOutcome.Malformed, $"{host} has a block at {seconds} s, which is no time.");
}

using System.Globalization;
using System.Numerics;
using Provenance.Chain;
using Provenance.Chain.Ethereum;

namespace Provenance.Server.Anchoring;

/// <summary>How a chain differs from others (design §5): what counts as final, what a transaction pays, when it is sent again and for more.</summary>
/// <param name="Finality"><c>instant</c>, <c>finalized</c>, or a number of confirmations.</param>
/// <param name="BumpPercent">By how much a replacement pays more: 10 or more, since nodes refuse less.</param>
/// <param name="BumpAfter">How long a transaction may stay unmined before it is replaced.</param>
/// <param name="MostHeadAge">Older a node's newest block must not be, or it lags or its chain stands still; null where blocks come only when there is something in them.</param>
internal sealed record ChainRules(string Finality, FeePolicy Fees, uint BumpPercent, TimeSpan BumpAfter, TimeSpan? MostHeadAge)
{
    private const ulong Gwei = 1_000_000_000;

    /// <summary>A transaction whose nonce was used by something that shows no receipt is given up after this long: providers were seen to lag 45 minutes.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(2);

    /// <summary>The chains with a profile, and what differs there from Ethereum.</summary>
    private static readonly Dictionary<string, ChainRules> Profiles = new(StringComparer.Ordinal)
    {
        ["ethereum"] = new("finalized", new FeePolicy(), 12, TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3)),
        ["gnosis"] = new("finalized", new FeePolicy(), 12, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)),
        ["base"] = new("finalized", new FeePolicy(), 12, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)),
        ["arbitrum"] = new("finalized", new FeePolicy(), 12, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)),
        // Bor refuses tips below 25 gwei, and its own nodes suggest less.
        ["polygon"] = new("finalized", new FeePolicy(MinimumTip: 30 * (UInt128)Gwei), 12, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)),
        // Blocks are final when made, cost nothing, and may come only when there is something in them.
        ["besu-qbft"] = new("instant", new FeePolicy(FeeMode.Zero), 10, TimeSpan.FromMinutes(1), null),
    };

    /// <summary>The embedded chain: it mines at once, and its newest block is final.</summary>
    private static readonly ChainRules Embedded = new("instant", new FeePolicy(), 12, TimeSpan.FromSeconds(10), null);

    public static IReadOnlyCollection<string> ProfileNames => Profiles.Keys;

    /// <summary>The profile's rules with the settings that were given put over them.</summary>
    public static ChainRules Of(ChainOptions options)
    {
        if (options.RpcUrls.Count == 0)
        {
            return Embedded;
        }
        var profile = Profiles[options.Profile ?? "ethereum"];
        var fees = profile.Fees with
        {
            Mode = options.Fees is { } mode ? Enum.Parse<FeeMode>(mode, ignoreCase: true) : profile.Fees.Mode,
            MinimumTip = options.MinimumTipGwei is { } tip ? Wei(tip) : profile.Fees.MinimumTip,
            Ceiling = options.CeilingGwei is { } ceiling ? Wei(ceiling) : profile.Fees.Ceiling,
        };
        return profile with
        {
            Finality = options.Finality ?? profile.Finality,
            Fees = fees,
            BumpPercent = (uint)(options.BumpPercent ?? (int)profile.BumpPercent),
            BumpAfter = options.BumpAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : profile.BumpAfter,
            MostHeadAge = options.MostHeadAgeSeconds is { } age ? age == 0 ? null : TimeSpan.FromSeconds(age) : profile.MostHeadAge,
        };
    }

    /// <summary>Number of the newest final block; null where there is none yet, or the node does not know the tag.</summary>
    public async Task<ulong?> FindFinalBlockAsync(IChain chain, CancellationToken cancel)
    {
        var block = await chain.FindBlockAsync(Finality == "finalized" ? BlockReference.Finalized : BlockReference.Latest, cancel);
        if (block is null || Finality is "finalized" or "instant")
        {
            return block?.Number;
        }
        var confirmations = ulong.Parse(Finality, CultureInfo.InvariantCulture);
        return block.Number + 1 >= confirmations ? block.Number + 1 - confirmations : null;
    }

    private static UInt128 Wei(decimal gwei) => (UInt128)(BigInteger)(gwei * Gwei);
}

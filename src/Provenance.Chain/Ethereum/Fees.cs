namespace Provenance.Chain.Ethereum;

/// <summary>What a transaction pays for each unit of gas, in wei.</summary>
public abstract record Fees
{
    private Fees()
    {
    }

    /// <summary>EIP-1559: at most <paramref name="MaxFeePerGas"/> in all, of which <paramref name="MaxPriorityFeePerGas"/> to the
    /// block's maker.</summary>
    public sealed record Eip1559(UInt128 MaxFeePerGas, UInt128 MaxPriorityFeePerGas) : Fees;

    /// <summary>One price, for chains without EIP-1559; zero where the consortium charges nothing.</summary>
    public sealed record Legacy(UInt128 GasPrice) : Fees;

    /// <summary>The most that one unit of gas may cost.</summary>
    public UInt128 Ceiling => this switch
    {
        Eip1559 fees => fees.MaxFeePerGas,
        Legacy fees => fees.GasPrice,
        _ => throw new InvalidOperationException(),
    };

    /// <summary>Of each figure the higher one.</summary>
    /// <param name="other">Of the same kind; fees of another kind are compared by what they may cost in all.</param>
    public Fees AtLeast(Fees other) => (this, other) switch
    {
        (Eip1559 a, Eip1559 b) => new Eip1559(UInt128.Max(a.MaxFeePerGas, b.MaxFeePerGas), UInt128.Max(a.MaxPriorityFeePerGas, b.MaxPriorityFeePerGas)),
        _ => Ceiling >= other.Ceiling ? this : other,
    };

    /// <summary>Fees for a replacement with the same nonce: nodes refuse one that raises either figure by less than 10 %.</summary>
    /// <param name="percent">10 or more. Rounded up. A zero fee stays zero: such a transaction can be sent again, never replaced.</param>
    public Fees Raised(uint percent)
    {
        UInt128 Raise(UInt128 fee) => (fee * (100 + percent) + 99) / 100;
        return this switch
        {
            Eip1559 fees => new Eip1559(Raise(fees.MaxFeePerGas), Raise(fees.MaxPriorityFeePerGas)),
            Legacy fees => new Legacy(Raise(fees.GasPrice)),
            _ => throw new InvalidOperationException(),
        };
    }
}

/// <summary>How a chain charges (setting <c>Ledger__Chain__Fees</c>).</summary>
public enum FeeMode
{
    /// <summary>Base fee and tip.</summary>
    Eip1559,

    /// <summary>The node's gas price.</summary>
    Legacy,

    /// <summary>Legacy transactions at price zero: consortium chains without fees.</summary>
    Zero,
}

/// <summary>What the operator is ready to pay.</summary>
/// <param name="MinimumTip">Wei a unit of gas; some chains (Polygon) refuse the tip that their own nodes suggest.</param>
/// <param name="Ceiling">Wei a unit of gas in all; above it anchoring waits. Null: no ceiling.</param>
public sealed record FeePolicy(FeeMode Mode = FeeMode.Eip1559, UInt128 MinimumTip = default, UInt128? Ceiling = null)
{
    /// <summary>Fees at the node's gas price; null above the ceiling.</summary>
    public Fees? FindLegacy(UInt128 gasPrice) => gasPrice <= Highest ? new Fees.Legacy(gasPrice) : null;

    /// <summary>Fees over the newest block's base fee; null above the ceiling.</summary>
    /// <param name="suggestedTip">What the node would give.</param>
    public Fees? FindEip1559(UInt128 baseFee, UInt128 suggestedTip)
    {
        var tip = UInt128.Max(suggestedTip, MinimumTip);
        // Twice the base fee outlasts five full blocks in a row (EIP-1559: at most +12.5 % each); the surplus is not charged.
        return baseFee + tip <= Highest ? new Fees.Eip1559(UInt128.Min(2 * baseFee + tip, Highest), tip) : null;
    }

    private UInt128 Highest => Ceiling ?? UInt128.MaxValue;
}

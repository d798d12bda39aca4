namespace Provenance.Server.Epcis.Queries;

/// <summary>How a parameter compares: the first letters of its name.</summary>
internal enum Comparison
{
    EQ,
    GT,
    GE,
    LT,
    LE,
}

internal static class Comparisons
{
    /// <param name="order">Below, at or above zero: where the event's value stands to the query's.</param>
    public static bool Allows(this Comparison comparison, int order) => comparison switch
    {
        Comparison.EQ => order == 0,
        Comparison.GT => order > 0,
        Comparison.GE => order >= 0,
        Comparison.LT => order < 0,
        Comparison.LE => order <= 0,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison)),
    };
}

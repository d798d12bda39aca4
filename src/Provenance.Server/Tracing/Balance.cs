using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>What a party still holds of an item by its own record: made + received − used − shipped − sold − destroyed − sampled (plain-api.md, Balance).</summary>
/// <param name="Amounts">
/// One for each dimension the item was ever counted in, in the unit it was first counted in there. May be below zero: then more went out than is on record.
/// </param>
/// <param name="IsKnown">Something of it came in.</param>
internal sealed record Balance(IReadOnlyList<Amount> Amounts, bool IsKnown)
{
    /// <param name="party">Row of the party.</param>
    /// <param name="netContent">What one piece holds; then pieces and measures of one lot are one amount.</param>
    /// <param name="sees">The events that the party sees whole.</param>
    public static Balance Of(ItemId item, long party, Func<ItemId, History> historyOf, Amount? netContent, Func<TracedEvent, bool> sees) =>
        Of(Move.Of(item, historyOf, new Packing(historyOf)).Where(move => move.Event.Party == party && move.IsKnownTo(party, sees, historyOf)), netContent);

    /// <param name="moves">Of one party.</param>
    public static Balance Of(IEnumerable<Move> moves, Amount? netContent)
    {
        var sum = new AmountSum(netContent);
        var isKnown = false;
        foreach (var move in moves)
        {
            sum.Add(move.Amount, move.Sign);
            isKnown |= move.Sign > 0;
        }
        return new Balance(sum.Amounts, isKnown);
    }
}

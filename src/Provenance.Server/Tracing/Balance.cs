using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>What a party still holds of an item: made + received − used − shipped − sold − destroyed − sampled (plain-api.md, Balance).</summary>
/// <param name="Amounts">
/// One for each dimension the item was ever counted in, in the unit it was first counted in there. May be below zero: then more went out than is on record.
/// </param>
/// <param name="IsKnown">Something of it came in.</param>
internal sealed record Balance(IReadOnlyList<Amount> Amounts, bool IsKnown)
{
    // CBV 2.0 §7.1: the steps after which goods are in other hands, or come into these.
    private static readonly Dictionary<string, int> Signs = new(StringComparer.Ordinal)
    {
        ["receiving"] = 1,
        ["void_shipping"] = 1,
        ["shipping"] = -1,
        ["retail_selling"] = -1,
        ["dispensing"] = -1,
    };

    /// <param name="netContent">What one piece holds; then pieces and measures of one lot are one amount.</param>
    public static Balance Of(ItemId item, long party, Func<ItemId, History> historyOf, Amount? netContent)
    {
        var history = historyOf(item);
        var moves = new List<(Amount Amount, int Sign)>();
        foreach (var e in history.Events.Where(e => e.Party == party))
        {
            foreach (var mention in e.MentionsOf(item))
            {
                Add(mention.Value, mention.Uom, SignOf(e, mention.Role));
            }
        }
        foreach (var stay in Stays(item, history, historyOf, nesting: 1))
        {
            var container = stay.Container;
            foreach (var e in historyOf(container).Events.Where(e => e.Party == party && stay.Covers(e.Moment)))
            {
                foreach (var mention in e.MentionsOf(container).Where(mention => mention.Role is ItemRole.Subject or ItemRole.Input))
                {
                    Add(stay.Value, stay.Uom, SignOf(e, mention.Role));
                }
            }
        }
        return new Balance(Sum(moves, netContent), moves.Any(move => move.Sign > 0));

        void Add(decimal? value, string? uom, int sign)
        {
            // One thing counts as one piece. An amount of a lot that the event leaves open can't be counted.
            if (sign != 0 && (value ?? (item.Kind == ItemKind.Lot ? null : 1)) is { } counted)
            {
                moves.Add((new Amount(counted, uom), sign));
            }
        }
    }

    private static int SignOf(TracedEvent e, ItemRole role) => (role, e.Facts.Action) switch
    {
        (ItemRole.Output, _) => 1,
        (ItemRole.Input, _) => -1,
        (ItemRole.Subject, "ADD") when e.Facts.Type == "ObjectEvent" => 1,
        (ItemRole.Subject, "DELETE") when e.Facts.Type == "ObjectEvent" => -1,
        (ItemRole.Subject, "OBSERVE") when e.Facts is { Type: "ObjectEvent", BizStep: { } step } => Signs.GetValueOrDefault(step),
        _ => 0,
    };

    /// <summary>Also what was inside something inside: a box on a pallet travels with it.</summary>
    private static IEnumerable<Stay> Stays(ItemId item, History history, Func<ItemId, History> historyOf, int nesting)
    {
        foreach (var stay in Stay.Of(item, history, historyOf))
        {
            yield return stay;
            foreach (var outer in nesting == 16 ? [] : Stays(stay.Container, historyOf(stay.Container), historyOf, nesting + 1))
            {
                if (outer.Within(stay.From, stay.Until) is { } overlap)
                {
                    yield return overlap with { Value = stay.Value, Uom = stay.Uom };
                }
            }
        }
    }

    private static List<Amount> Sum(List<(Amount Amount, int Sign)> moves, Amount? netContent)
    {
        var sums = new List<Amount>();
        foreach (var (amount, sign) in moves)
        {
            var i = sums.FindIndex(sum => amount.In(sum.Uom, netContent) is not null);
            if (i < 0)
            {
                sums.Add(amount with { Value = sign * amount.Value });
            }
            else
            {
                sums[i] = sums[i] with { Value = sums[i].Value + sign * amount.In(sums[i].Uom, netContent)!.Value };
            }
        }
        return sums;
    }
}

using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Tracing;

/// <summary>Answers what is known of an item, as far as the asker may see it.</summary>
internal sealed class Tracer(Database database, PartyStore parties, ProductStore products, Authority authority, Privacy privacy, OwnIds own, TimeProvider clock)
{
    /// <summary>Null when nothing is on record about the item.</summary>
    /// <param name="caller">Null for the public.</param>
    public TraceAnswer? Trace(ItemId item, TraceDirection direction, int depth, Caller? caller)
    {
        using var log = new LogReading(database, own);
        if (!log.IsOnRecord(item))
        {
            return null;
        }
        var trace = new TraceWalk(log.HistoryOf, log.Transformation, depth).From(item, direction);
        var makers = new Makers(log.HistoryOf, parties, authority);
        var sight = new Sight(caller, item, makers, privacy);
        sight.Learn(trace.Events);
        var print = new TracePrinter(log, sight, makers, parties);
        var isForward = direction.HasFlag(TraceDirection.Forward);
        return print.Answer(
            item,
            trace,
            isForward && caller is not null ? Accounts(trace.Nodes, log, sight) : null,
            isForward && ItemState.FindRecall(item, log, makers) is { } recall ? print.Recall(item, recall, trace) : null);
    }

    /// <summary>Why there is no answer about an item: nothing was recorded, or all of it was erased.</summary>
    /// <param name="asked">As it was asked for.</param>
    public Problem WhyNothing(ItemId item, string? asked)
    {
        using var log = new LogReading(database, own);
        return log.ErasedOf(item) is [.., var last]
            ? Problem.Plain(StatusCodes.Status410Gone, $"All that was on record about this item was erased by the operator, the last of it on {last.Day}. The entries stay in the log, what they said is gone.") with { Field = "item", Value = asked }
            : Problem.NotFound("item", asked, "Nothing is on record about this item.");
    }

    /// <summary>Null when nothing is on record about the item.</summary>
    public ItemAnswer? Describe(ItemId item, Caller? caller)
    {
        using var log = new LogReading(database, own);
        if (!log.IsOnRecord(item))
        {
            return null;
        }
        var makers = new Makers(log.HistoryOf, parties, authority);
        var sight = new Sight(caller, item, makers, privacy);
        sight.Learn(log.HistoryOf(item).Events);
        var state = ItemState.Of(item, log, makers, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        var known = caller is null ? [] : KnownMoves(item, log, sight);
        var balance = caller is null ? null : Balance.Of(known.Where(move => move.Event.Party == caller.Party.Row), NetContentOf(item, log));
        return new ItemAnswer(
            item.Uri, TracePrinter.KindOf(item), TracePrinter.NameOf(item, log, makers), item.Lot, item.Serial ?? item.Sscc,
            ItemState.Word(state.Kind), state.Since, state.Ingredient is { } ingredient ? sight.Print(ingredient) : null,
            [.. ItemState.Claims(item, log, makers).Select(claim => Print(claim, sight))],
            ItemPaths.Page(item),
            balance is { IsKnown: true } ? [.. balance.Amounts.Select(amount => new AmountAnswer(amount.Value, amount.Uom))] : null,
            caller is null ? null : [.. Account.Of(known, NetContentOf(item, log), new Partners(parties, authority)).Select(account => Print(item, account, sight))]);
    }

    private AccountAnswer[] Accounts(IReadOnlyList<TraceNode> nodes, LogReading log, Sight sight) =>
    [
        .. nodes.Where(node => node.Ways.HasFlag(TraceDirection.Forward) && !sight.IsHidden(node.Item) && !IsContainer(node.Item, log)).SelectMany(node =>
            Account.Of(KnownMoves(node.Item, log, sight), NetContentOf(node.Item, log), new Partners(parties, authority)).Select(account => Print(node.Item, account, sight))),
    ];

    /// <summary>A pallet or box, which is no goods: what is on it has accounts of its own.</summary>
    private static bool IsContainer(ItemId item, LogReading log) => item.Kind == ItemKind.Sscc
        || (log.HistoryOf(item).Events is var events && events.Any(e => e.Fills(item)) && !events.Any(e => e.Makes(item)));

    private static List<Move> KnownMoves(ItemId item, LogReading log, Sight sight) =>
        [.. Move.Of(item, log.HistoryOf, new Packing(log.HistoryOf)).Where(move => sight.Knows(move, log.HistoryOf))];

    /// <summary>By the list of products, else by the event that made it.</summary>
    private Amount? NetContentOf(ItemId item, LogReading log)
    {
        var product = item is { Gtin: { } gtin } ? products.FindByGtin(gtin)
            : item.Own is { Sku: { } sku, Slug: var slug } && parties.FindBySlug(slug) is { } maker ? products.FindBySku(maker.Row, sku)
            : null;
        return product?.NetContent is { } net ? new Amount(net.Value, net.Uom)
            : log.HistoryOf(item).Events.Where(e => e.Makes(item)).Select(e => e.NetContent).FirstOrDefault(content => content is not null);
    }

    private ClaimAnswer Print(ItemState claim, Sight sight)
    {
        var author = parties.Get(claim.SaidBy!.Party);
        return new ClaimAnswer(ItemState.Word(claim.Kind), author.IsNamed || sight.IsWhole(claim.SaidBy) ? author.Name : null, claim.SaidBy.Facts.Time);
    }

    private AccountAnswer Print(ItemId item, Account account, Sight sight)
    {
        return new AccountAnswer(
            sight.Print(item), account.Uom, account.Made, account.Brought, account.Used, account.Sold, account.Destroyed, account.Sampled,
            Print(account.Holders), Print(account.Unaccounted), Print(account.Missing));

        HolderAnswer[] Print(IReadOnlyList<Holding> holdings) =>
            [.. holdings.Select(one => new HolderAnswer(one.Party is { } row ? parties.Get(row).Name : one.Named?.Uri, one.Value, one.Since))];
    }
}

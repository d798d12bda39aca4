using Provenance.Core.Events;
using Provenance.Core.Gs1;

namespace Provenance.Server.Batches;

/// <summary>What happens to goods on hand: they are put away, counted, sampled, sold over the counter, destroyed.</summary>
internal static class StockSteps
{
    private static readonly StockWords Store = new("OBSERVE", "storing", null, GoodsStay: true, (items, given, item) => items.Staying(given, item));
    private static readonly StockWords Count = new("OBSERVE", "stock_taking", null, GoodsStay: true, (items, given, item) => items.Counted(given, item));
    private static readonly StockWords Sample = new("DELETE", "sampling", null, GoodsStay: false, (items, given, item) => items.Leaving(given, item));
    private static readonly StockWords Sell = new("OBSERVE", "retail_selling", "retail_sold", GoodsStay: false, (items, given, item) => items.Leaving(given, item));
    private static readonly StockWords Destroy = new("DELETE", "destroying", "destroyed", GoodsStay: false, (items, given, item) => items.Leaving(given, item));

    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("store", "Goods were put into a place of yours.", """
            {"step":"store","at":"2026-11-21T11:15:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","place":"hive"}
            """, request => Read(request, Store, needsPlace: true)),
        new("count", "Stock was counted. The quantity is what was found; a difference from the record is a warning.", """
            {"step":"count","at":"2026-11-21T11:20:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":200,"uom":"kg"}
            """, request => Read(request, Count)),
        new("sample", "Some of it was taken as a sample and is used up by that.", """
            {"step":"sample","at":"2026-11-21T11:25:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":0.25,"uom":"kg"}
            """, request => Read(request, Sample)),
        new("sell", "Goods were sold to consumers. To a firm it is ship with sold.", """
            {"step":"sell","at":"2026-11-21T11:30:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":3,"uom":"kg"}
            """, request => Read(request, Sell)),
        new("destroy", "Goods were destroyed.", """
            {"step":"destroy","at":"2026-11-21T11:35:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":1,"uom":"kg","reason":"jar broken"}
            """, request => Read(request, Destroy, needsReason: true)),
    ];

    private static StockRequest? Read(RequestObject request, StockWords words, bool needsPlace = false, bool needsReason = false)
    {
        var common = CommonReader.Read(request);
        var items = GoodsReader.ReadItems(request);
        if (needsPlace && !request.Has("place"))
        {
            request.Faults.Add("place", null, "Send where it was put: the id of a place of yours, or name, city and country.");
        }
        var reason = needsReason ? request.Text("reason", "Send why it was destroyed.", longest: 1000) : null;
        return common is null || (needsReason && reason is null) ? null : new StockRequest(common, words, items, reason);
    }
}

/// <summary>A step of this family in EPCIS' words, and how much it speaks of.</summary>
internal sealed record StockWords(
    string Action, string BizStep, string? Disposition, bool GoodsStay, Func<ItemResolver, GivenPortion, ItemId, StepPortion?> Portion);

internal sealed record StockRequest(CommonFields Common, StockWords Words, IReadOnlyList<GivenPortion> Items, string? Reason) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        var items = look.Each(Items, (given, item) => look.IsOnRecord(given, item) ? Words.Portion(look.Items, given, item) : null);
        return items is null ? null : ResolvedRequest.Of(
            new ObjectStep(common, items, Words.Action, Words.BizStep, Words.Disposition) { GoodsStay = Words.GoodsStay, Says = [(ProvTerms.Reason, Reason)] }, items);
    }
}

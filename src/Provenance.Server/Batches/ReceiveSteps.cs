using System.Globalization;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>Goods come in: from a supplier, or back from a customer.</summary>
internal static class ReceiveSteps
{
    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("receive", "Goods came in. Name the shipment's eventId, and its items and sender are known; what differs from it is said in the event. What of an item's quantity is damaged, an inspection says that is recorded with it or not at all.", """
            {"step":"receive","at":"2026-11-21T12:00:00+01:00","from":{"party":"imker"},
             "items":[{"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":100,"uom":"kg","damaged":2}]}
            """, ReadReceive),
        new("return", "Goods that you had shipped came back.", """
            {"step":"return","at":"2026-11-21T12:30:00+01:00","from":{"party":"bakery"},"reason":"wrong label",
             "items":[{"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":5,"uom":"kg"}]}
            """, ReadReturn),
    ];

    /// <summary>A receipt that nobody but its receiver has papers of.</summary>
    public static Step FromPapers(StepCommon common, IReadOnlyList<StepPortion> items, GivenSupplier supplier) => new ObjectStep(common, items, "OBSERVE", "receiving")
    {
        GoodsStay = true,
        Says = [(ProvTerms.Basis, "papers"), (ProvTerms.SupplierName, supplier.Name), (ProvTerms.SupplierCountry, supplier.Country)],
    };

    private static ReceiveRequest? ReadReceive(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var shipment = request.FindText("shipment", longest: 2000);
        var items = GoodsReader.ReadItems(request, areRequired: shipment is null, areReceived: true);
        // Papers name the supplier item by item, a shipment its sender: then from has nothing to add.
        var isNamedElsewhere = shipment is not null || (items.Count > 0 && items.All(item => item.Supplier is not null));
        var from = request.Has("from") || !isNamedElsewhere ? GoodsReader.ReadPartner(request, "from", "Send from whom it came: {\"party\": …}.") : null;
        return common is null ? null : new ReceiveRequest(common, items, from, shipment);
    }

    private static ReturnRequest? ReadReturn(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var items = GoodsReader.ReadItems(request);
        var from = GoodsReader.ReadPartner(request, "from", "Send who gave it back: {\"party\": …}.");
        var reason = request.Text("reason", "Send why it came back.", longest: 1000);
        return common is null || from is null || reason is null ? null : new ReturnRequest(common, items, from, reason);
    }
}

/// <param name="Shipment">The <c>eventId</c> of the shipment that arrives, when the receiver knows it.</param>
internal sealed record ReceiveRequest(CommonFields Common, IReadOnlyList<GivenPortion> Items, GivenPartner? From, string? Shipment) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        var shipment = Shipment is null ? null : FindShipment(look, Shipment);
        var from = From is not null ? look.Places.Resolve(From) : shipment is { Facts.Sources: [var sender, ..] } ? new StepPartner(sender.Uri, null) : null;
        var papers = new Papers();
        var shipped = shipment is null ? [] : look.Items.SubjectsOf(shipment);
        var damaged = new List<StepPortion>();
        var items = Items.Count == 0 ? shipped : look.Each(Items, (given, item) => OfThatDamaged(look, given, Received(look, given, item, shipped, papers), damaged));
        if (!look.Faults.None || items is null)
        {
            return null;
        }
        var differs = shipped.Count > 0 && Differs(items, shipped);
        if (differs)
        {
            look.Warnings.Add("What arrived is not what the shipment says; the event says so too.");
        }
        var steps = papers.Receipts(common).ToList();
        if (items.Where(one => !papers.Has(one)).ToList() is { Count: > 0 } handed)
        {
            steps.Add(new ObjectStep(common, handed, "OBSERVE", "receiving")
            {
                Set = differs ? "mismatch_quantity" : null,
                GoodsStay = true,
                Handover = from is null ? null : new Handover(from, common.Recorder),
            });
        }
        if (damaged.Count > 0)
        {
            // Readings, certificates and terms of the sender's own speak of the delivery, not of its damaged part.
            var bare = common with { Certificates = [], Readings = [], Own = new Dictionary<string, JsonElement>() };
            steps.Add(new ObjectStep(bare, damaged, "OBSERVE", "inspecting", "non_conformant") { GoodsStay = true });
        }
        return new ResolvedRequest(steps, [.. items.Select(one => one.Item)]);
    }

    /// <summary>Hands the portion back, and notes what of it is damaged; null with a fault where that is no part of it.</summary>
    private static StepPortion? OfThatDamaged(StepResolver look, GivenPortion given, StepPortion? received, List<StepPortion> damaged)
    {
        if (received is null || given.Damaged is not { } part)
        {
            return received;
        }
        if (received.Amount is not { } all)
        {
            damaged.Add(received); // one thing with a number of its own is damaged as a whole
            return part.Value == 1 ? received : NoPart("This is one thing with its own number: send 1, or leave damaged out.");
        }
        // In the unit of what arrived, which the shipment says where the receiver does not.
        if (look.Items.AmountOf(part with { Uom = part.Uom ?? all.Uom }) is not { } amount)
        {
            return null;
        }
        damaged.Add(received with { Amount = amount });
        return amount.Value <= all.Value ? received : NoPart($"Send how much of it arrived damaged: more than 0, and no more than the {all} that arrived.");

        StepPortion? NoPart(string whatToDo)
        {
            look.Faults.Add(part.Field, part.Value.ToString(CultureInfo.InvariantCulture), whatToDo);
            return null;
        }
    }

    private static StepPortion? Received(StepResolver look, GivenPortion given, ItemId item, List<StepPortion> shipped, Papers papers)
    {
        if (look.Items.IsOnRecord(item))
        {
            var sent = shipped.Find(one => one.Item == item)?.Amount;
            return look.Items.Arriving(given.Quantity is null && sent is { } all ? given with { Quantity = new GivenQuantity(given.Field, all.Value, all.Uom) } : given, item);
        }
        return given.Supplier is null ? look.NotOnRecord(given, item) : papers.Add(look.Items.Arriving(given, item), given.Supplier);
    }

    /// <summary>A shipment that this party recorded or that is addressed to it; anybody else's is not there.</summary>
    private static TracedEvent? FindShipment(StepResolver look, string eventId)
    {
        var own = new[] { look.Directory.UriOf(look.Party), look.Directory.OwnUriOf(look.Party) };
        var shipment = look.Log.Holding(eventId).FirstOrDefault(e =>
            e.Facts.BizStep == "shipping" && (e.Party == look.Party.Row || e.Facts.Destinations.Any(own.Contains)));
        if (shipment is null)
        {
            look.Faults.Add("shipment", eventId, "No shipment to you is on record under this eventId. Leave it out, and send from and items.");
        }
        return shipment;
    }

    private static bool Differs(List<StepPortion> received, List<StepPortion> shipped) =>
        received.Count != shipped.Count || received.Any(one => !shipped.Exists(sent =>
            sent.Item == one.Item && (one.Amount is not { } amount || (sent.Amount is { } was && amount.In(was.Uom) == was.Value))));
}

internal sealed record ReturnRequest(CommonFields Common, IReadOnlyList<GivenPortion> Items, GivenPartner From, string Reason) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        var from = look.Places.Resolve(From);
        var items = look.Each(Items, (given, item) => look.IsOnRecord(given, item) ? look.Items.Arriving(given, item) : null);
        return from is null || items is null ? null : ResolvedRequest.Of(
            new ObjectStep(common, items, "OBSERVE", "receiving", "returned")
            {
                GoodsStay = true,
                Handover = new Handover(from, common.Recorder),
                Says = [(ProvTerms.Reason, Reason)],
            }, items);
    }
}

using System.Text.Json;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>Goods leave for somebody else, and shipments that were called off.</summary>
internal static class ShipSteps
{
    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("ship", "Goods left you for another firm. With sold, ownership went too.", """
            {"step":"ship","at":"2026-11-21T10:45:00+01:00","items":[{"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":100,"uom":"kg"}],
             "to":{"party":"bakery","place":"ramp-1"},"documents":[{"type":"desadv","number":"LS-881"}],"sold":true}
            """, ReadShip),
        new("unship", "A shipment was really called off and its goods are back. A typing error is void.", """
            {"step":"unship","at":"2026-11-21T11:00:00+01:00","event":"urn:uuid:00000000-0000-4000-8000-000000000000"}
            """, ReadUnship),
    ];

    private static ShipRequest? ReadShip(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var items = GoodsReader.ReadItems(request);
        var to = GoodsReader.ReadPartner(request, "to", "Send to whom it was shipped: {\"party\": …}.");
        var carrier = request.FindText("carrier");
        var sold = request.Flag("sold");
        return common is null || to is null ? null : new ShipRequest(common, items, to, carrier, sold);
    }

    private static UnshipRequest? ReadUnship(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var shipment = request.Text("event", "Send the eventId of the shipment that was called off.", longest: 2000);
        return common is null || shipment is null ? null : new UnshipRequest(common, shipment);
    }
}

/// <param name="Sold">Ownership goes over with possession.</param>
internal sealed record ShipRequest(CommonFields Common, IReadOnlyList<GivenPortion> Items, GivenPartner To, string? Carrier, bool Sold) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        var to = look.Places.Resolve(To);
        var items = look.Each(Items, (given, item) => look.IsOnRecord(given, item) ? look.Items.Leaving(given, item) : null);
        if (Carrier is not null)
        {
            common = common with { Own = new Dictionary<string, JsonElement>(common.Own) { ["carrier"] = JsonSerializer.SerializeToElement(Carrier) } };
        }
        return to is null || items is null ? null : ResolvedRequest.Of(
            new ObjectStep(common, items, "OBSERVE", "shipping", "in_transit") { Handover = new Handover(common.Recorder, to, Sold) }, items);
    }
}

/// <param name="Shipment">Its <c>eventId</c>.</param>
internal sealed record UnshipRequest(CommonFields Common, string Shipment) : StepRequest(Common)
{
    /// <summary>What the new event shares with the shipment: between whom, and for which order.</summary>
    private static readonly string[] Shared = ["bizTransactionList", "sourceList", "destinationList"];

    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        var shipment = look.Log.Holding(Shipment).FirstOrDefault(e => e.Party == look.Party.Row && e.Facts.BizStep == "shipping");
        if (shipment is null)
        {
            look.Faults.Add("event", Shipment, "You have no shipment of this eventId on record. Send the eventId that was answered when you shipped.");
            return null;
        }
        var items = look.Items.SubjectsOf(shipment);
        var copied = shipment.Body.EnumerateObject()
            .Where(member => Shared.Contains(member.Name) && (member.Name != "bizTransactionList" || common.Documents.Count == 0));
        return ResolvedRequest.Of(new ObjectStep(common, items, "OBSERVE", "void_shipping") { GoodsStay = true, Copied = [.. copied] }, items);
    }
}

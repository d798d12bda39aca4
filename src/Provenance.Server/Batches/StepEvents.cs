using System.Globalization;
using System.Text.Json;
using Provenance.Core.Events;

namespace Provenance.Server.Batches;

/// <summary>Makes the EPCIS 2.0 events of a step, as the table in plain-api.md has them. Pure: the ids it needs are given to it.</summary>
internal static class StepEvents
{
    /// <summary>The events, in the order in which they are recorded; each is compact JSON with an <c>eventID</c>.</summary>
    /// <param name="newId">Gives a random <c>urn:uuid:</c> at each call.</param>
    public static IReadOnlyList<byte[]> Build(Step step, Func<string> newId) => step switch
    {
        Make make => [Build(make, newId)],
        Transform transform => Build(transform, newId),
        Pack pack => [Aggregation(pack.Common, newId, "ADD", "packing", pack.Into.ToString(), pack.Contents)],
        Unpack unpack => [Aggregation(unpack.Common, newId, "DELETE", "unpacking", unpack.From.ToString(), unpack.Contents)],
        Ship ship => [Build(ship, newId)],
        Receive receive => [Build(receive, newId)],
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "No event is known for this step."),
    };

    private static byte[] Build(Make make, Func<string> newId)
    {
        using var e = new EventWriter(make.Common, newId(), "ObjectEvent", hasOwnIlmd: make.Output.Attributes.Count > 0);
        e.Items("epcList", "quantityList", [make.Output.Portion]);
        e.Text("action", "ADD");
        e.Text("bizStep", MadeStep(make.IsSameLotAgain));
        e.Text("disposition", "active");
        e.Place(goodsStay: true);
        e.Ilmd(make.Output);
        return e.Finish([make.Output.Portion]);
    }

    /// <summary>Outputs of one product with one ilmd share an event. The others follow, joined by transformationID, and only the first has the inputs.</summary>
    private static List<byte[]> Build(Transform transform, Func<string> newId)
    {
        var groups = transform.Outputs.GroupBy(IlmdOf).Select(group => group.ToList()).ToList();
        var transformation = groups.Count > 1 ? newId() : null;
        var events = new List<byte[]>(groups.Count);
        foreach (var outputs in groups)
        {
            using var e = new EventWriter(transform.Common, newId(), "TransformationEvent", hasOwnIlmd: outputs[0].Attributes.Count > 0);
            if (events.Count == 0)
            {
                e.Items("inputEPCList", "inputQuantityList", transform.Inputs);
            }
            var portions = outputs.Select(output => output.Portion).ToList();
            e.Items("outputEPCList", "outputQuantityList", portions);
            if (transformation is not null)
            {
                e.Text("transformationID", transformation);
            }
            e.Text("bizStep", MadeStep(transform.IsSameLotAgain));
            e.Text("disposition", "active");
            e.Place(goodsStay: true);
            e.Ilmd(outputs[0]);
            events.Add(e.Finish(portions));
        }
        return events;
    }

    private static byte[] Aggregation(
        StepCommon common, Func<string> newId, string action, string bizStep, string parent, IReadOnlyList<StepPortion> contents)
    {
        using var e = new EventWriter(common, newId(), "AggregationEvent");
        e.Text("parentID", parent);
        e.Items("childEPCs", "childQuantityList", contents);
        e.Text("action", action);
        e.Text("bizStep", bizStep);
        e.Place(goodsStay: true);
        return e.Finish(contents);
    }

    private static byte[] Build(Ship ship, Func<string> newId)
    {
        using var e = new EventWriter(ship.Common, newId(), "ObjectEvent");
        e.Items("epcList", "quantityList", ship.Items);
        e.Text("action", "OBSERVE");
        e.Text("bizStep", "shipping");
        e.Text("disposition", "in_transit");
        e.Place(goodsStay: false);
        e.Handover("sourceList", "source", ship.Common.PartyUri, ship.Common.Place?.Uri, ship.Sold);
        e.Handover("destinationList", "destination", ship.ToParty, ship.ToPlace, ship.Sold);
        return e.Finish(ship.Items);
    }

    private static byte[] Build(Receive receive, Func<string> newId)
    {
        using var e = new EventWriter(receive.Common, newId(), "ObjectEvent");
        e.Items("epcList", "quantityList", receive.Items);
        e.Text("action", "OBSERVE");
        e.Text("bizStep", "receiving");
        if (receive.QuantityDiffers)
        {
            e.PersistentDispositionSet("mismatch_quantity");
        }
        e.Place(goodsStay: true);
        if (receive.FromParty is not null)
        {
            e.Handover("sourceList", "source", receive.FromParty, receive.FromPlace, owns: false);
            e.Handover("destinationList", "destination", receive.Common.PartyUri, receive.Common.Place?.Uri, owns: false);
        }
        if (receive.Papers is { } supplier)
        {
            e.Text(ProvTerms.Basis, "papers");
            e.Text(ProvTerms.SupplierName, supplier.Name);
            e.Text(ProvTerms.SupplierCountry, supplier.Country);
        }
        return e.Finish(receive.Items);
    }

    private static string MadeStep(bool isSameLotAgain) => isSameLotAgain ? "creating_class_instance" : "commissioning";

    /// <summary>Equal texts exactly when two outputs may share an event: same product name, same ilmd.</summary>
    private static string IlmdOf(StepOutput output) => JsonSerializer.Serialize<string?[]>([
        output.Portion.ProductName,
        output.BestBefore?.ToString("O", CultureInfo.InvariantCulture),
        output.UseBy?.ToString("O", CultureInfo.InvariantCulture),
        output.Origin?.ToString(),
        output.NetContent?.ToString(),
        output.Image,
        .. output.Attributes.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value.GetRawText()}"),
    ]);
}

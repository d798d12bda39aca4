using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>A request with everything looked up.</summary>
/// <param name="Steps">In the order in which they are recorded; papers come before the step that needs them.</param>
/// <param name="Items">What the request was about, the first being what its page shows.</param>
internal sealed record ResolvedRequest(IReadOnlyList<Step> Steps, IReadOnlyList<ItemId> Items);

/// <summary>Looks up what a request names. Reads one state of the log and of what the parties told it; notes faults and warnings, writes nothing.</summary>
internal sealed class StepResolver(LogReading log, BatchDirectory directory, Party party, DateTimeOffset now, Faults faults, List<string> warnings)
{
    private readonly ItemResolver _items = new(log, directory, party, faults, warnings);
    private readonly PlaceResolver _places = new(directory, log.Own, party, faults);

    /// <summary>Null when anything is wrong; then the faults say what.</summary>
    public ResolvedRequest? Resolve(StepRequest request)
    {
        if (new CommonResolver(directory, _places, log.Own, party, now, faults).Resolve(request.Common) is not { } common)
        {
            return null;
        }
        var resolved = request switch
        {
            MakeRequest make => Resolve(make, common),
            TransformRequest transform => Resolve(transform, common),
            PackRequest pack => Resolve(pack, common),
            UnpackRequest unpack => Resolve(unpack, common),
            ShipRequest ship => Resolve(ship, common),
            ReceiveRequest receive => Resolve(receive, common),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, "Nothing resolves this step."),
        };
        return faults.None ? resolved : null;
    }

    private ResolvedRequest? Resolve(MakeRequest request, StepCommon common) => Output(request.Output) is { } output
        ? new ResolvedRequest([new Make(common, output, _items.IsOnRecord(output.Portion.Item))], [output.Portion.Item])
        : null;

    private ResolvedRequest? Resolve(TransformRequest request, StepCommon common)
    {
        var papers = new List<(StepPortion Portion, GivenSupplier Supplier)>();
        var inputs = Each(request.Inputs, (given, item) => Used(given, item, papers));
        var outputs = request.Outputs.Select(Output).OfType<StepOutput>().ToList();
        if (inputs is null || outputs.Count < request.Outputs.Count)
        {
            return null;
        }
        var items = outputs.Select(output => output.Portion.Item).ToList();
        RefuseTwice(items, i => request.Outputs[i].Field.Length == 0 ? "lot" : request.Outputs[i].Field);
        // Papers speak of the goods, not of what was made of them: the documents and readings stay with the step itself.
        var bare = common with { Documents = [], Note = null, Certificates = [], Readings = [], Own = new Dictionary<string, JsonElement>() };
        var steps = new List<Step>(OnPapers(bare, papers)) { new Transform(common, inputs, outputs, items.Any(_items.IsOnRecord)) };
        return new ResolvedRequest(steps, items);
    }

    private ResolvedRequest? Resolve(PackRequest request, StepCommon common)
    {
        var into = _items.Resolve(request.Into);
        var contents = Each(request.Contents, (given, item) => OnRecord(given, item) ? _items.Leaving(given, item) : null);
        if (into is not { } parent || contents is null)
        {
            return null;
        }
        if (contents.Any(content => content.Item == parent))
        {
            faults.Add(request.Into.Field, request.Into.Text, "Nothing is packed into itself.");
            return null;
        }
        return new ResolvedRequest([new Pack(common, parent, contents)], [parent]);
    }

    private ResolvedRequest? Resolve(UnpackRequest request, StepCommon common)
    {
        if (_items.Resolve(request.From) is not { } parent)
        {
            return null;
        }
        if (!_items.IsOnRecord(parent))
        {
            faults.Add(request.From.Field, request.From.Text, "Nothing is on record about this; so nothing can be taken out of it.");
            return null;
        }
        var contents = Each(request.Contents, (given, item) => _items.Arriving(WithAmountInside(given, item, parent), item));
        return contents is null ? null : new ResolvedRequest([new Unpack(common, parent, contents)], [parent]);
    }

    private ResolvedRequest? Resolve(ShipRequest request, StepCommon common)
    {
        var to = _places.Resolve(request.To);
        var items = Each(request.Items, (given, item) => OnRecord(given, item) ? _items.Leaving(given, item) : null);
        if (request.Carrier is { } carrier)
        {
            common = common with { Own = new Dictionary<string, JsonElement>(common.Own) { ["carrier"] = JsonSerializer.SerializeToElement(carrier) } };
        }
        return to is not { } partner || items is null
            ? null
            : new ResolvedRequest([new Ship(common, items, partner.Party, partner.Place, request.Sold)], [.. items.Select(one => one.Item)]);
    }

    private ResolvedRequest? Resolve(ReceiveRequest request, StepCommon common)
    {
        var shipment = request.Shipment is { } id ? Shipment(id) : null;
        var from = request.From is { } given ? _places.Resolve(given) : shipment is { Facts.Sources: [var sender, ..] } ? (sender.Uri, null) : null;
        var papers = new List<(StepPortion Portion, GivenSupplier Supplier)>();
        var shipped = shipment?.Facts.Items.Where(mention => mention.Role == ItemRole.Subject).ToList() ?? [];
        var items = request.Items.Count == 0
            ? [.. shipped.Select(mention => new StepPortion(
                mention.Item, mention.Value is { } value ? new Amount(value, mention.Uom) : null, _items.NameOf(mention.Item, null)))]
            : Each(request.Items, (one, item) => Received(one, item, shipped, papers));
        if (!faults.None || items is null)
        {
            return null;
        }
        var differs = shipped.Count > 0 && Differs(items, shipped);
        if (differs)
        {
            warnings.Add("What arrived is not what the shipment says; the event says so too.");
        }
        var steps = OnPapers(common, papers).ToList();
        if (items.Where(one => papers.All(paper => paper.Portion.Item != one.Item)).ToList() is { Count: > 0 } handed)
        {
            steps.Add(new Receive(common, handed, from?.Party, from?.Place, null, differs));
        }
        return new ResolvedRequest(steps, [.. items.Select(one => one.Item)]);
    }

    private StepPortion? Received(GivenPortion given, ItemId item, List<ItemMention> shipped, List<(StepPortion, GivenSupplier)> papers)
    {
        var sent = shipped.Find(mention => mention.Item == item);
        var whole = given.Quantity is null && sent?.Value is { } value ? given with { Quantity = new GivenQuantity(given.Field, value, sent.Uom) } : given;
        if (_items.IsOnRecord(item))
        {
            return _items.Arriving(whole, item);
        }
        if (given.Supplier is null)
        {
            return NotOnRecord(given, item);
        }
        var portion = _items.Arriving(given, item);
        if (portion is not null)
        {
            papers.Add((portion, given.Supplier));
        }
        return portion;
    }

    /// <summary>An input: from stock, or first recorded from the sender's papers.</summary>
    private StepPortion? Used(GivenPortion given, ItemId item, List<(StepPortion, GivenSupplier)> papers)
    {
        var isOnRecord = _items.IsOnRecord(item);
        if (!isOnRecord && given.Supplier is null)
        {
            return NotOnRecord(given, item);
        }
        if (given.Supplier is null || _items.BalanceOf(item).IsKnown)
        {
            return _items.Leaving(given, item);
        }
        var portion = _items.Arriving(given, item);
        if (portion is not null)
        {
            papers.Add((portion, given.Supplier));
        }
        return portion;
    }

    private StepPortion? NotOnRecord(GivenPortion given, ItemId item)
    {
        faults.Add(given.Item.Field, given.Item.Text ?? item.Uri,
            $"Not on record here. Add {ItemResolver.Under(given.Field, "supplier")} with name and country to record it from your papers.");
        return null;
    }

    private bool OnRecord(GivenPortion given, ItemId item)
    {
        // A pallet may be filled by somebody who does not record here; what is on it then is not known, and not claimed.
        if (item.Kind == ItemKind.Sscc || _items.IsOnRecord(item))
        {
            return true;
        }
        faults.Add(given.Item.Field, given.Item.Text ?? item.Uri, "Not on record here. Register it first, or record its receipt.");
        return false;
    }

    /// <summary>One event for each supplier whose papers are used.</summary>
    private static IEnumerable<Step> OnPapers(StepCommon common, List<(StepPortion Portion, GivenSupplier Supplier)> papers) => papers
        .GroupBy(paper => paper.Supplier)
        .Select(group => new Receive(common, [.. group.Select(paper => paper.Portion)], null, null, group.Key, QuantityDiffers: false));

    private StepOutput? Output(GivenOutput given)
    {
        var field = ItemResolver.Under(given.Field, "product");
        var item = _items.ResolveLot(given.Product, given.Lot, field);
        var amount = _items.AmountOf(given.Quantity);
        var netContent = given.Product.NetContent is { } net ? _items.AmountOf(net) : null;
        if (item is not { } lot || amount is not { } quantity || (given.Product.NetContent is not null && netContent is null))
        {
            return null;
        }
        if (lot.Gtin is { } gtin)
        {
            var holder = directory.FindHolder(lot);
            if (holder is not null && holder.Row != party.Row)
            {
                faults.Forbid($"{field}.gtin", given.Product.Gtin, "This GTIN belongs to another party of this ledger; only it can register batches of it.");
                return null;
            }
            if (holder is null)
            {
                warnings.Add($"Nobody has confirmed that GTIN {gtin} is yours: its pages say \"maker not confirmed\" until the operator does.");
            }
        }
        if (_items.NameOf(lot, given.Product) is not { } name)
        {
            faults.Add($"{field}.name", null, "Send the product's name: it is not on the list of products.");
            return null;
        }
        return new StepOutput(new StepPortion(lot, quantity, name), given.BestBefore, given.UseBy, given.Origin, netContent, given.Product.Image, given.Attributes);
    }

    /// <summary>A shipment that this party recorded or that is addressed to it; anybody else's is not there.</summary>
    private TracedEvent? Shipment(string eventId)
    {
        var own = new[] { directory.UriOf(party), directory.OwnUriOf(party) };
        var shipment = log.Named(eventId).FirstOrDefault(e =>
            e.Facts is { BizStep: "shipping", IsDeclaration: false } && (e.Party == party.Row || e.Facts.Destinations.Any(own.Contains)));
        if (shipment is null)
        {
            faults.Add("shipment", eventId, "No shipment to you is on record under this eventId. Leave it out, and send from and items.");
        }
        return shipment;
    }

    private GivenPortion WithAmountInside(GivenPortion given, ItemId item, ItemId parent)
    {
        if (given.Quantity is not null || item.Kind != ItemKind.Lot)
        {
            return given;
        }
        var inside = Stay.Of(item, log.HistoryOf(item), log.HistoryOf).LastOrDefault(stay => stay.Container == parent && stay.Until is null);
        return inside?.Value is { } value ? given with { Quantity = new GivenQuantity(ItemResolver.Under(given.Field, "quantity"), value, inside.Uom) } : given;
    }

    private static bool Differs(List<StepPortion> received, List<ItemMention> shipped) =>
        received.Count != shipped.Count || received.Any(one => !shipped.Exists(mention =>
            mention.Item == one.Item && (one.Amount is not { } amount || amount.In(mention.Uom) == mention.Value)));

    /// <summary>Null when one of them failed. Naming one item twice is a fault: the event could not tell the two amounts apart.</summary>
    private List<StepPortion>? Each(IReadOnlyList<GivenPortion> given, Func<GivenPortion, ItemId, StepPortion?> resolve)
    {
        var known = given.Select(portion => (Given: portion, Item: _items.Resolve(portion.Item))).Where(pair => pair.Item is not null).ToList();
        RefuseTwice([.. known.Select(pair => pair.Item!.Value)], i => known[i].Given.Item.Field);
        var portions = known.Select(pair => resolve(pair.Given, pair.Item!.Value)).OfType<StepPortion>().ToList();
        return portions.Count == given.Count ? portions : null;
    }

    private void RefuseTwice(List<ItemId> items, Func<int, string> fieldOf)
    {
        for (var i = 1; i < items.Count; i++)
        {
            if (items.Take(i).Contains(items[i]))
            {
                faults.Add(fieldOf(i), items[i].Uri, "This item stands here twice. Send it once, with the quantities added up.");
            }
        }
    }
}

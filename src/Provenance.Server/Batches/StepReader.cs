namespace Provenance.Server.Batches;

/// <summary>Reads a request of the plain API into a <see cref="StepRequest"/>.</summary>
internal static class StepReader
{
    /// <summary>What <c>POST /api/batches/events</c> offers.</summary>
    public static readonly IReadOnlyList<string> Offered = ["make", "transform", "pack", "unpack", "ship", "receive"];

    private const string NeedsItems = "Send item, or items with at least one.";

    /// <summary>Null when anything is wrong; then <paramref name="faults"/> says what.</summary>
    /// <param name="stepIfNone">The step of a request that names none; null where it has to.</param>
    public static StepRequest? Read(RequestObject request, string? stepIfNone, Faults faults)
    {
        var step = request.Has("step") ? request.FindText("step") : stepIfNone;
        StepRequest? read = null;
        switch (step)
        {
            case "make": read = ReadMake(request); break;
            case "transform": read = ReadTransform(request); break;
            case "pack": read = ReadPack(request); break;
            case "unpack": read = ReadUnpack(request); break;
            case "ship": read = ReadShip(request); break;
            case "receive": read = ReadReceive(request); break;
            default:
                if (faults.None)
                {
                    faults.Add("step", step, $"Send one of the steps offered here: {string.Join(", ", Offered)}.");
                }
                return null;
        }
        request.Close();
        return faults.None ? read : null;
    }

    private static MakeRequest? ReadMake(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var output = ReadOutput(request, withOrigin: true);
        return common is null || output is null ? null : new MakeRequest(common, output);
    }

    private static TransformRequest? ReadTransform(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var inputs = ReadPortions(request, "inputs");
        if (inputs.Count == 0)
        {
            request.Faults.Add(request.At("inputs"), null, "Send at least one batch that went in.");
        }
        IReadOnlyList<GivenOutput?> outputs = request.Has("outputs")
            ? [.. request.Objects("outputs").Select(one => ReadOutput(one, withOrigin: false))]
            : [ReadOutput(request, withOrigin: false)];
        if (outputs.Count == 0)
        {
            request.Faults.Add(request.At("outputs"), null, "Send at least one batch that came out.");
        }
        return common is null || outputs.Contains(null) ? null : new TransformRequest(common, inputs, [.. outputs.OfType<GivenOutput>()]);
    }

    private static PackRequest? ReadPack(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var into = ReadItem(request, "into", "Send what they were packed into, such as the SSCC of a pallet.");
        var contents = ReadPortions(request, "contents");
        if (contents.Count == 0)
        {
            request.Faults.Add(request.At("contents"), null, "Send at least one item that was packed.");
        }
        return common is null || into is null ? null : new PackRequest(common, into, contents);
    }

    private static UnpackRequest? ReadUnpack(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var from = ReadItem(request, "from", "Send what they were taken from, such as the SSCC of a pallet.");
        var contents = ReadPortions(request, "contents");
        return common is null || from is null ? null : new UnpackRequest(common, from, contents);
    }

    private static ShipRequest? ReadShip(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var items = ReadItems(request, NeedsItems);
        var to = ReadPartner(request, "to", "Send to whom it was shipped: {\"party\": …}.");
        var carrier = request.FindText("carrier");
        var sold = request.Flag("sold");
        return common is null || to is null ? null : new ShipRequest(common, items, to, carrier, sold);
    }

    private static ReceiveRequest? ReadReceive(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var shipment = request.FindText("shipment");
        var items = ReadItems(request, shipment is null ? NeedsItems : null);
        // Papers name the supplier item by item, a shipment its sender: then from has nothing to add.
        var isNamedElsewhere = shipment is not null || items.Count > 0 && items.All(item => item.Supplier is not null);
        var from = request.Has("from") || !isNamedElsewhere ? ReadPartner(request, "from", "Send from whom it came: {\"party\": …}.") : null;
        return common is null ? null : new ReceiveRequest(common, items, from, shipment);
    }

    private static GivenPartner? ReadPartner(RequestObject request, string name, string whatToDo)
    {
        if (!request.Has(name))
        {
            request.Faults.Add(request.At(name), null, whatToDo);
        }
        if (request.FindObject(name) is not { } partner)
        {
            return null;
        }
        var party = partner.Text("party", "Send the slug of a party here, its GLN, or a URI.");
        var place = CommonReader.ReadPlace(partner);
        partner.Close();
        return party is null ? null : new GivenPartner(partner.Path, party, place);
    }

    /// <summary><c>items</c>, or <c>item</c> with <c>quantity</c> and <c>uom</c> beside it.</summary>
    private static List<GivenPortion> ReadItems(RequestObject request, string? whatIfNone)
    {
        var isSingle = request.Has("item") || request.Has("product");
        if (isSingle && request.Has("items"))
        {
            request.Faults.Add(request.At("items"), null, "Send item or items, not both.");
        }
        var portions = isSingle && ReadPortion(request) is { } portion ? [portion] : ReadPortions(request, "items");
        if (portions.Count == 0 && !isSingle && whatIfNone is not null && !request.Has("items"))
        {
            request.Faults.Add(request.At("items"), null, whatIfNone);
        }
        else if (portions.Count == 0 && !isSingle && request.KindOf("items") == System.Text.Json.JsonValueKind.Array)
        {
            request.Faults.Add(request.At("items"), "[]", NeedsItems);
        }
        return portions;
    }

    private static List<GivenPortion> ReadPortions(RequestObject request, string name)
    {
        var portions = new List<GivenPortion>();
        foreach (var one in request.Objects(name, textMember: "item"))
        {
            if (ReadPortion(one) is { } portion)
            {
                portions.Add(portion);
            }
            one.Close();
        }
        return portions;
    }

    private static GivenPortion? ReadPortion(RequestObject request)
    {
        var item = request.Has("product") || request.Has("lot")
            ? ReadLot(request)
            : ReadItem(request, "item", "Send the item's URI, its element string such as (01)…(10)…, or product and lot.");
        var quantity = ReadQuantity(request, "quantity");
        GivenSupplier? supplier = null;
        if (request.FindObject("supplier") is { } given)
        {
            var name = given.Text("name", "Send the supplier's name as it stands on your papers.");
            var country = CommonReader.ReadCountry(given);
            given.Close();
            supplier = name is null || country is null ? null : new GivenSupplier(name, country);
        }
        return item is null ? null : new GivenPortion(request.Path, item, quantity, supplier);
    }

    /// <summary>An item given as text, or as an object of product and lot.</summary>
    private static GivenItem? ReadItem(RequestObject request, string name, string whatToDo)
    {
        if (request.KindOf(name) == System.Text.Json.JsonValueKind.Object && request.FindObject(name) is { } inner)
        {
            var lot = ReadLot(inner);
            inner.Close();
            return lot;
        }
        return request.Text(name, whatToDo, longest: 2000) is { } text ? new GivenItem(request.At(name), text, null, null) : null;
    }

    private static GivenItem? ReadLot(RequestObject request)
    {
        var product = ReadProduct(request);
        var lot = ReadLotNumber(request);
        return product is null || lot is null ? null : new GivenItem(request.At("product"), null, product, lot);
    }

    // GS1 General Specifications §3.4.1: AI 10 holds 1 to 20 characters; which ones, the item's own parser knows.
    private static string? ReadLotNumber(RequestObject request) =>
        request.Text("lot", "Send the lot or batch number, at most 20 characters.", longest: 20);

    private static GivenProduct? ReadProduct(RequestObject request)
    {
        if (!request.Has("product"))
        {
            request.Faults.Add(request.At("product"), null, "Send the product: {\"gtin\": …} or {\"sku\": …}, with its name.");
        }
        if (request.FindObject("product") is not { } product)
        {
            return null;
        }
        var gtin = product.FindText("gtin", longest: 14);
        var sku = product.FindText("sku", longest: 64);
        if (product.Has("gtin") == product.Has("sku"))
        {
            request.Faults.Add(product.Path, null, "Send either gtin or sku.");
        }
        var name = product.FindText("name");
        var image = CommonReader.ReadUrl(product, "image");
        var netContent = product.FindObject("netContent") is { } net ? ReadNetContent(net) : null;
        product.Close();
        return gtin is null && sku is null ? null : new GivenProduct(product.Path, gtin, sku, name, netContent, image);
    }

    private static GivenQuantity? ReadNetContent(RequestObject net)
    {
        var value = net.FindNumber("value");
        var uom = net.Text("uom", "Send the unit of one piece's content, such as kg.");
        if (value is null && !net.Has("value"))
        {
            net.Faults.Add(net.At("value"), null, "Send how much one piece holds.");
        }
        net.Close();
        return value is { } number && uom is not null ? new GivenQuantity(net.At("value"), number, uom) : null;
    }

    private static GivenOutput? ReadOutput(RequestObject request, bool withOrigin)
    {
        var product = ReadProduct(request);
        var lot = ReadLotNumber(request);
        if (!request.Has("quantity"))
        {
            request.Faults.Add(request.At("quantity"), null, "Send how much was made.");
        }
        var quantity = ReadQuantity(request, "quantity");
        var bestBefore = request.FindDate("bestBefore");
        var useBy = request.FindDate("useBy");
        if (bestBefore is not null && useBy is not null)
        {
            request.Faults.Add(request.At("useBy"), $"{useBy:yyyy-MM-dd}", "Send bestBefore or useBy: food carries one of the two.");
        }
        var origin = CommonReader.ReadOrigin(request, isRequired: withOrigin);
        var attributes = request.OwnFields("attributes");
        if (request.Path.Length > 0)
        {
            request.Close();
        }
        return product is null || lot is null || quantity is null
            ? null
            : new GivenOutput(request.Path, product, lot, quantity, bestBefore, useBy, origin, attributes);
    }

    private static GivenQuantity? ReadQuantity(RequestObject request, string name)
    {
        var value = request.FindNumber(name);
        var uom = request.FindText("uom", longest: 40);
        if (uom is not null && !request.Has(name))
        {
            request.Faults.Add(request.At("uom"), uom, "A unit stands beside a quantity: send both or neither.");
        }
        return value is { } number ? new GivenQuantity(request.At(name), number, uom) : null;
    }
}

namespace Provenance.Server.Batches;

/// <summary>Reads what a step is about: batches and other things, how much of them, and who has them before or after.</summary>
internal static class GoodsReader
{
    private const string NeedsItems = "Send item, or items with at least one.";

    public static GivenPartner? ReadPartner(RequestObject request, string name, string whatToDo)
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

    /// <summary>A fault where a list that needs one is missing or empty; whatever else it may be is one already.</summary>
    public static void NeedOne(RequestObject request, string name, string whatToDo)
    {
        if (!request.Has(name))
        {
            request.Faults.Add(request.At(name), null, whatToDo);
        }
        else if (request.IsEmptyList(name))
        {
            request.Faults.Add(request.At(name), "[]", whatToDo);
        }
    }

    /// <summary><c>items</c>, or <c>item</c> with <c>quantity</c> and <c>uom</c> beside it.</summary>
    /// <param name="areRequired">Having none is a fault.</param>
    /// <param name="areReceived">Each may name a supplier, and say how much of it is damaged.</param>
    public static List<GivenPortion> ReadItems(RequestObject request, bool areRequired = true, bool areReceived = false)
    {
        var isSingle = request.Has("item") || request.Has("product");
        if (isSingle && request.Has("items"))
        {
            request.Faults.Add(request.At("items"), null, "Send item or items, not both.");
        }
        var portions = isSingle && ReadPortion(request, areReceived, areReceived) is { } portion ? [portion] : ReadPortions(request, "items", areReceived, areReceived);
        if (!isSingle && (areRequired || request.Has("items")))
        {
            NeedOne(request, "items", NeedsItems);
        }
        return portions;
    }

    public static List<GivenPortion> ReadPortions(RequestObject request, string name, bool mayComeFromPapers = false, bool mayBeDamaged = false)
    {
        var portions = new List<GivenPortion>();
        foreach (var one in request.Objects(name, textMember: "item"))
        {
            if (ReadPortion(one, mayComeFromPapers, mayBeDamaged) is { } portion)
            {
                portions.Add(portion);
            }
            one.Close();
        }
        return portions;
    }

    private static GivenPortion? ReadPortion(RequestObject request, bool mayComeFromPapers, bool mayBeDamaged)
    {
        var item = request.Has("product") || request.Has("lot")
            ? ReadLot(request)
            : ReadItem(request, "item", "Send the item's URI, its element string such as (01)…(10)…, or product and lot.");
        var quantity = ReadQuantity(request, "quantity");
        var damaged = mayBeDamaged && request.FindNumber("damaged") is { } part ? new GivenQuantity(request.At("damaged"), part, quantity?.Uom) : null;
        GivenSupplier? supplier = null;
        if (mayComeFromPapers && request.FindObject("supplier") is { } given)
        {
            var name = given.Text("name", "Send the supplier's name as it stands on your papers.");
            var country = CommonReader.ReadCountry(given);
            given.Close();
            supplier = name is null || country is null ? null : new GivenSupplier(name, country);
        }
        return item is null ? null : new GivenPortion(request.Path, item, quantity, supplier, damaged);
    }

    /// <summary>An item given as text, or as an object of product and lot.</summary>
    public static GivenItem? ReadItem(RequestObject request, string name, string whatToDo)
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

    public static GivenProduct? ReadProduct(RequestObject request)
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

    public static GivenOutput? ReadOutput(RequestObject request, bool withOrigin)
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

    public static GivenQuantity? ReadQuantity(RequestObject request, string name)
    {
        var value = request.FindNumber(name);
        var uom = request.FindText("uom", longest: 40);
        if (uom is not null && !request.Has(name))
        {
            request.Faults.Add(request.At("uom"), uom, "A unit without a number says nothing. Send quantity and uom together, or neither.");
        }
        return value is { } number ? new GivenQuantity(request.At(name), number, uom) : null;
    }
}

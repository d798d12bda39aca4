using Provenance.Server.Pages;

namespace Provenance.Tests.Server.Pages;

/// <summary>One page in each of its states.</summary>
public static class SamplePages
{
    private static readonly Firm Roaster = new("Kaffeerösterei Donau");

    /// <summary>By the name under which a state is looked at.</summary>
    public static IReadOnlyDictionary<string, BuyerPage> All { get; } = new Dictionary<string, BuyerPage>
    {
        ["in-order"] = Lot(),
        ["trial"] = Lot() with { IsTrial = true },
        ["waiting"] = Lot() with { Waiting = 1, Journey = [.. Lot().Journey.SkipLast(1), Lot().Journey[^1] with { IsWaiting = true }] },
        ["recalled"] = Recalled(),
        ["recalled-by-another"] = Recalled() with { Condition = Recalled().Condition with { Reason = null, IsByOther = true, SaidBy = new Firm("Import Nord") } },
        ["recalled-by-unnamed"] = Recalled() with { Condition = Recalled().Condition with { IsByOther = true } },
        ["ingredient-recalled"] = Lot() with
        {
            Condition = new Condition(LotState.IngredientRecalled, At("2026-11-20T10:00:00+01:00", 6)),
            Ingredients = [Lot().Ingredients[0] with { IsRecalled = true }, .. Lot().Ingredients.Skip(1)],
        },
        ["past-best-before"] = Lot() with { Condition = new Condition(LotState.PastBestBefore) },
        ["past-use-by"] = Lot() with { Condition = new Condition(LotState.PastUseBy), BestBefore = null, UseBy = Text("2026-11-19", 3, "/ilmd/cbvmda:itemExpirationDate") },
        ["destroyed"] = Lot() with { Condition = new Condition(LotState.Destroyed, At("2026-11-20T10:00:00+01:00", 6)) },
        ["on-hold"] = Lot() with { Condition = new Condition(LotState.OnHold, At("2026-11-20T10:00:00+01:00", 6)) },
        ["hidden"] = Hidden(),
        ["unit"] = Lot() with { Subject = BuyerSubject.Unit, Lot = "A-000117", Ingredients = [], Certificates = [] },
        ["bare"] = new BuyerPage { Subject = BuyerSubject.Lot, Item = "https://id.gs1.org/01/09012345000011/10/X", Printed = "(01)09012345000011 (10)X", Lot = "X" },
        ["product"] = Product(),
        ["unknown-lot"] = Product() with { Subject = BuyerSubject.UnknownLot, Lot = "L2611-70" },
    };

    public static BuyerPage Lot() => new()
    {
        Subject = BuyerSubject.Lot,
        Item = "https://id.gs1.org/01/09012345000011/10/L2611-07",
        Printed = "(01)09012345000011 (10)L2611-07",
        Lot = "L2611-07",
        ProductPath = "/b/01/09012345000011",
        Maker = Roaster,
        ProductName = Text("Finca El Mirador, washed Caturra, 250 g", 3, "/prov:productName"),
        Made = At("2026-11-12T07:50:00+01:00", 3),
        BestBefore = Text("2027-11-12", 3, "/ilmd/cbvmda:bestBeforeDate"),
        Quantity = new RecordedAmount(Text("480", 3, "/outputQuantityList/0/quantity"), null),
        Origin = new RecordedPlace(Text("Pitalito, Huila", 0, "/prov:place"), null, Text("CO", 0, "/prov:country")),
        Journey =
        [
            Step("make", 0, "commissioning", "2026-05-28T12:00:00-05:00", "Cooperativa San Isidro", "Pitalito, Huila", null, "CO") with
            {
                Time = At("2026-05-28T12:00:00-05:00", 0) with { Precision = Text("day", 0, "/prov:timePrecision") },
                Note = Text("Picked by hand, washed, dried for 14 days on raised beds.", 0, "/rdfs:comment"),
                Amount = new RecordedAmount(Text("1000.5", 0, "/quantityList/0/quantity"), Text("KGM", 0, "/quantityList/0/uom")),
            },
            Step("ship", 1, "shipping", "2026-06-19T08:32:00-05:00", "Exportadora Caribe", "Terminal Contecar", "Cartagena", "CO") with
            {
                Amount = new RecordedAmount(Text("151", 1, "/quantityList/0/quantity"), Text("KGM", 1, "/quantityList/0/uom")),
                OfAmount = new RecordedAmount(Text("1000.5", 0, "/quantityList/0/quantity"), Text("KGM", 0, "/quantityList/0/uom")),
            },
            Step("receive", 2, "receiving", "2026-07-22T11:05:00+02:00", "Import Nord", null, "Hamburg", "DE"),
            Step("transform", 3, "commissioning", "2026-11-12T07:50:00+01:00", Roaster.Name, "Rösterei", "Linz", "AT"),
            Step("ship", 4, "shipping", "2026-11-14T06:10:00+01:00", Roaster.Name, null, "Linz", "AT"),
        ],
        Ingredients =
        [
            new Ingredient
            {
                Name = Text("Washed Caturra, green", 0, "/prov:productName"),
                Lot = Text("https://id.gs1.org/01/07701234000017/10/SI-2026-118", 3, "/inputQuantityList/0/epcClass"),
                Amount = new RecordedAmount(Text("151", 3, "/inputQuantityList/0/quantity"), Text("KGM", 3, "/inputQuantityList/0/uom")),
                Country = Text("CO", 0, "/prov:country"), From = new Firm("Cooperativa San Isidro"), Path = "/b/01/07701234000017/10/SI-2026-118",
            },
            new Ingredient
            {
                Name = Text("Coffee bag, compostable", 5, "/prov:productName"), Amount = new RecordedAmount(Text("480", 3, "/inputQuantityList/1/quantity"), null),
                PaperSupplier = Text("Verpackung Süd GmbH", 5, "/prov:supplierName"), Country = Text("DE", 5, "/prov:supplierCountry"),
            },
        ],
        Certificates =
        [
            Paper(0, "Organic, EU 2018/848", "Kontrollstelle Nord, DE-ÖKO-099", "2027-03-31", Coverage.Lot, false),
            Paper(1, "Fair price paid", "Cooperativa San Isidro", null, Coverage.Party, false),
            Paper(2, "Rainforest friendly", "RF International", "2026-09-30", Coverage.Site, true),
        ],
        Ledger = new LedgerFacts(new string('9', 64), "0x7d2e000000000000000000000000000000000091af"[..42], 100, 1311, new string('a', 64),
            new DateTimeOffset(2026, 11, 14, 9, 41, 0, TimeSpan.Zero)),
        Leaves = [0, 1, 2, 3, 4, 5],
    };

    private static BuyerPage Recalled() => Lot() with
    {
        Condition = new Condition(LotState.Recalled, At("2026-11-20T10:00:00+01:00", 6), Text("Glass splinters found in one bag. Bring it back to the shop.", 6, "/rdfs:comment")),
        Journey =
        [
            .. Lot().Journey,
            Step("recall", 6, "recalled", "2026-11-20T10:00:00+01:00", Roaster.Name, null, "Linz", "AT") with
            {
                SaidIn = Text("recalled", 6, "/persistentDisposition/set/0"),
                Note = Text("Glass splinters found in one bag. Bring it back to the shop.", 6, "/rdfs:comment"),
            },
        ],
        Leaves = [.. Lot().Leaves, 6],
    };

    private static BuyerPage Hidden() => Lot() with
    {
        Maker = new Firm("Bäckerei Ohnenamen & Söhne Manufaktur", IsConfirmed: false),
        Quantity = null,
        Origin = new RecordedPlace(null, null, Text("CO", 0, "/prov:country")),
        Journey =
        [
            Lot().Journey[0] with { By = null, Place = new RecordedPlace(null, null, Text("CO", 0, "/prov:country")), Note = null, Amount = null },
            new JourneyStep { Step = "ship", Time = At("2026-06-19T08:32:00-05:00", null), Place = new RecordedPlace(null, Text("Cartagena", null, ""), null) },
            Lot().Journey[2] with { Declared = new Declaration(Text("did_not_occur", 2, "/errorDeclaration/reason"), Text("2026-07-23T09:00:00Z", 2, "/errorDeclaration/declarationTime")) },
            Lot().Journey[3] with { Basis = Text("papers", 3, "/prov:basis") },
        ],
        Ingredients = [new Ingredient { Amount = Lot().Ingredients[0].Amount }, Lot().Ingredients[0] with { From = null, Lot = null, Path = null }],
    };

    private static BuyerPage Product() => new()
    {
        Subject = BuyerSubject.Product,
        Item = "https://id.gs1.org/01/09012345000011",
        Printed = "(01)09012345000011",
        Maker = Roaster,
        StatedProductName = new StatedName("Finca El Mirador, washed Caturra, 250 g", null, IsOperators: true),
    };

    private static JourneyStep Step(string step, ulong leaf, string said, string at, string by, string? place, string? city, string? country) => new()
    {
        Step = step,
        SaidIn = Text(said, leaf, "/bizStep"),
        Time = At(at, leaf),
        Place = new RecordedPlace(
            place is null ? null : Text(place, leaf, "/prov:place"), city is null ? null : Text(city, leaf, "/prov:city"), country is null ? null : Text(country, leaf, "/prov:country")),
        By = new Firm(by),
        Leaf = leaf,
    };

    private static Certificate Paper(int n, string name, string issuer, string? until, Coverage covers, bool isExpired)
    {
        var at = $"/gs1:certification/{n}/gs1:certification";
        return new Certificate(Text(name, 3, at + "Standard"), Text(issuer, 3, at + "Agency"), Text($"RF-{2231 + n}", 3, at + "Identification"), null,
            until is null ? null : Text(until, 3, at + "EndDate"), null, covers, isExpired, Roaster);
    }

    private static Recorded Text(string value, ulong? leaf, string pointer) => new(value, leaf, pointer);

    private static RecordedTime At(string time, ulong? leaf) => new(Text(time, leaf, "/eventTime"), null, null);
}

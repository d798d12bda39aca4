namespace Provenance.Server.Portal.Import;

/// <summary>How a cell is read.</summary>
internal enum CellKind
{
    Text,
    Number,
    Date,
    Gtin,

    /// <summary>Two letters, or a name in one of the languages offered.</summary>
    Country,
    Flag,
}

/// <summary>What a column can hold.</summary>
/// <param name="Name">Names it in <c>import.field.…</c> of the words.</param>
/// <param name="Path">The member of the plain API's request: that route's reader judges it.</param>
/// <param name="Also">What else people call it, in letters and digits of lower case; beside its names in the languages offered.</param>
internal sealed record ImportField(string Name, string Path, CellKind Kind, string Example, params string[] Also)
{
    /// <summary>A fault of the API's field belongs to this column.</summary>
    public bool Holds(string field) =>
        field == Path || Path.StartsWith(field + ".", StringComparison.Ordinal) || field.StartsWith(Path + ".", StringComparison.Ordinal) || (Path.StartsWith("documents[0]", StringComparison.Ordinal) && field.StartsWith("documents[0]", StringComparison.Ordinal));
}

/// <summary>What the rows of a file say: each row is a request of the plain API.</summary>
/// <param name="Word">As in the address and the database.</param>
/// <param name="Step">The step of <c>POST /api/batches/events</c>.</param>
/// <param name="Expected">Columns without which hardly a row can be right: asked for before the file is gone through.</param>
internal sealed record ImportKind(string Word, string Step, IReadOnlyList<ImportField> Fields, IReadOnlyList<string> Expected)
{
    private static readonly ImportField Gtin = new("gtin", "product.gtin", CellKind.Gtin, "09506000134352", "ean", "ean13", "upc", "gtin14", "gtin13", "barcode", "strichcode", "código", "codigo");
    private static readonly ImportField Sku = new("sku", "product.sku", CellKind.Text, "HONEY-500", "article", "articleno", "itemnumber", "artikel", "artikelnr", "artnr", "referencia", "ref");
    private static readonly ImportField Product = new("name", "product.name", CellKind.Text, "Forest honey 500 g", "name", "productname", "description", "artikelbezeichnung", "bezeichnung", "produktname", "nombre", "descripción");
    private static readonly ImportField Lot = new("lot", "lot", CellKind.Text, "HO-1", "batch", "lotno", "lotnumber", "batchnumber", "batchno", "charge", "chargennummer", "losnummer", "chargennr", "lote", "númerodelote", "nºlote");
    private static readonly ImportField Quantity = new("quantity", "quantity", CellKind.Number, "480", "qty", "amount", "menge", "anzahl", "cant");
    private static readonly ImportField Unit = new("uom", "uom", CellKind.Text, "kg", "uom", "units", "me", "mengeneinheit", "einh", "ud", "udm");
    private static readonly ImportField Place = new("place", "place", CellKind.Text, "farm-1", "site", "location", "standort", "lugar", "sitio");
    private static readonly ImportField Item = new("item", "item", CellKind.Text, "(01)09506000134352(10)HO-1", "uri", "link", "scan", "sscc", "digitallink");
    private static readonly ImportField Delivery = new("delivery", "documents[0].number", CellKind.Text, "LS-881", "deliverynote", "despatchadvice", "desadv", "lieferschein", "lieferscheinnr", "albaran");
    private static readonly ImportField Note = new("note", "note", CellKind.Text, "", "remark", "comment", "bemerkung", "notiz", "observaciones", "comentario");
    private static readonly ImportField Again = new("again", "again", CellKind.Flag, "");

    public static IReadOnlyList<ImportKind> All { get; } =
    [
        new("batches", "make",
        [
            Gtin, Sku, Product, Lot, Quantity, Unit,
            new("made", "at", CellKind.Date, "2026-11-21", "date", "productiondate", "packdate", "producedat", "made", "datum", "produktionsdatum", "herstelldatum", "fecha", "fechadeproducción"),
            Place,
            new("bestBefore", "bestBefore", CellKind.Date, "2028-11-20", "bbd", "bbe", "bestbeforedate", "mhd", "mindesthaltbarkeitsdatum", "consumopreferente", "fcp"),
            new("useBy", "useBy", CellKind.Date, "", "expiry", "expirydate", "expirationdate", "verbrauchsdatum", "caducidad", "fechadecaducidad"),
            new("country", "origin.country", CellKind.Country, "AT", "origin", "countryoforigin", "herkunft", "herkunftsland", "origen", "paísdeorigen"),
            new("region", "origin.place", CellKind.Text, "Pitztal", "region", "ursprungsregion"),
            Note, Again,
        ], ["lot", "quantity", "made", "country"]),
        new("receipts", "receive",
        [
            Item, Gtin, Sku, Product, Lot, Quantity, Unit,
            new("received", "at", CellKind.Date, "2026-11-21", "date", "receivedat", "arrived", "datum", "wareneingang", "eingang", "fecha", "recibido"),
            Place,
            new("from", "from.party", CellKind.Text, "dairy-huber", "sender", "absender", "von", "remitente", "de"),
            new("supplier", "supplier.name", CellKind.Text, "Saline Süd", "supplier", "vendor", "lieferant", "proveedor"),
            new("supplierCountry", "supplier.country", CellKind.Country, "AT"),
            Delivery, Note, Again,
        ], ["received"]),
        new("shipments", "ship",
        [
            Item, Gtin, Sku, Lot, Quantity, Unit,
            new("shipped", "at", CellKind.Date, "2026-11-21", "date", "shippedat", "datum", "versanddatum", "warenausgang", "fecha", "enviado"),
            Place,
            new("to", "to.party", CellKind.Text, "bakery", "recipient", "customer", "kunde", "empfänger", "an", "cliente", "destinatario", "a"),
            new("carrier", "carrier", CellKind.Text, "Post", "spediteur", "spedition"),
            new("sold", "sold", CellKind.Flag, "yes"),
            Delivery, Note, Again,
        ], ["shipped", "to"]),
    ];

    public static ImportKind? Find(string? word) => All.FirstOrDefault(kind => kind.Word == word);

    public ImportField? Field(string? name) => Fields.FirstOrDefault(field => field.Name == name);
}

using Microsoft.Extensions.Primitives;

namespace Provenance.Server.Portal.Steps;

/// <summary>What stands in the form of a step, as it was typed. <see cref="StepBodies"/> makes the body of <c>POST /api/batches/events</c> of it.</summary>
/// <param name="Word">One of <see cref="Words"/>.</param>
/// <param name="Rows">What the step is about: scanned, typed, or taken over from a shipment.</param>
/// <param name="Code">Typed into the box for codes and not among the rows yet.</param>
/// <param name="CodeLot">The lot, where the code names a product only.</param>
/// <param name="Partner">From whom or to whom.</param>
/// <param name="Shipment">The <c>eventId</c> of the shipment that arrives.</param>
/// <param name="Into">What goods are packed into.</param>
/// <param name="Papers">Documents and photos; those with a SHA-256 are kept here already.</param>
/// <param name="Made">Date, place and the name of this attempt; in a transformation also what came out.</param>
internal sealed record StepForm(
    string Word, IReadOnlyList<FormRow> Rows, string Code, string CodeLot, string Partner, string Shipment, string Into, string Carrier, bool Sold, IReadOnlyList<FormPaper> Papers, string Note, RegisterForm Made)
{
    /// <summary>What else came out of a transformation.</summary>
    public IReadOnlyList<RegisterForm> Others { get; init; } = [];

    public const string Receive = "receive";
    public const string Ship = "ship";
    public const string Pack = "pack";
    public const string Transform = "transform";

    public static readonly IReadOnlyList<string> Words = [Receive, Transform, Pack, Ship];

    /// <summary>More rows than anybody scans by hand; the API takes as many.</summary>
    internal const int MostRows = 500;

    /// <summary>More lots come out of one making in no kitchen.</summary>
    internal const int MostOutputs = 50;

    /// <summary>Of a number or a name; longer texts are cut, as they are wrong anyway.</summary>
    private const int LongestNote = 1000;

    public static StepForm Of(string word, IFormCollection form)
    {
        var items = form["row-item"];
        var rows = Enumerable.Range(0, Math.Min(items.Count, MostRows)).Select(i => new FormRow(
            At("row-item", i), At("row-quantity", i), At("row-uom", i), At("row-damaged", i), At("row-name", i), At("row-supplier", i), At("row-country", i)));
        var note = form["note"].ToString().Trim();
        return new(word, [.. rows], Text("code"), Text("code-lot"), Text("partner"), Text("shipment"), Text("into"), Text("carrier"), Text("sold") == "1",
            FormPaper.In(form), note.Length > LongestNote ? note[..LongestNote] : note, RegisterForm.Of(form) with { Papers = [] })
        { Others = OthersIn(form) };

        string Text(string name) => Cut(form[name].ToString());
        string At(string name, int i) => form[name] is StringValues values && i < values.Count ? Cut(values[i] ?? "") : "";
    }

    private static List<RegisterForm> OthersIn(IFormCollection form)
    {
        return [.. Enumerable.Range(0, Math.Min(form["out-lot"].Count, MostOutputs - 1)).Select(i => RegisterForm.New("", "", "") with
        {
            Product = At("product", i),
            Number = At("number", i),
            Name = At("name", i),
            Lot = At("lot", i),
            Quantity = At("quantity", i),
            Uom = At("uom", i),
            Until = At("until", i),
            UntilKind = At("untilKind", i),
        })];

        string At(string name, int i) => form["out-" + name] is StringValues values && i < values.Count ? Cut(values[i] ?? "") : "";
    }

    public static StepForm New(string word, string made, string place, string country) =>
        new(word, [], "", "", "", "", "", "", false, [], "", RegisterForm.New(made, place, country));

    /// <summary>The fields by name, for forms that carry them on.</summary>
    public IEnumerable<(string Name, string Value)> Fields =>
    [
        .. Rows.SelectMany(row => row.Fields), .. Papers.SelectMany(paper => paper.Fields),
        ("partner", Partner), ("shipment", Shipment), ("into", Into), ("carrier", Carrier), ("sold", Sold ? "1" : ""), ("note", Note), .. Made.Fields,
        .. Others.SelectMany(one => new[]
        {
            ("out-product", one.Product), ("out-number", one.Number), ("out-name", one.Name), ("out-lot", one.Lot), ("out-quantity", one.Quantity), ("out-uom", one.Uom), ("out-until", one.Until),
            ("out-untilKind", one.UntilKind),
        }),
    ];

    /// <summary>Goods come from somebody, or go to somebody.</summary>
    public bool HasPartner => Word is Receive or Ship;

    /// <summary>What is not on record here may come from the firm's own papers.</summary>
    public bool TakesPapers => Word is Receive or Transform;

    internal static string Cut(string typed) => typed.Trim() is var text && text.Length > RegisterForm.Longest ? text[..RegisterForm.Longest] : text;
}

/// <param name="Item">URI; or, added without a connection, whatever was scanned.</param>
/// <param name="Damaged">How much of it arrived damaged.</param>
/// <param name="Name">Of a product that nobody has on record.</param>
/// <param name="Supplier">By the papers, for goods that are not on record; with <paramref name="Country"/>.</param>
internal sealed record FormRow(string Item, string Quantity, string Uom, string Damaged = "", string Name = "", string Supplier = "", string Country = "")
{
    /// <summary>A zero means that none is.</summary>
    public bool IsDamaged => Damaged.Length > 0 && RegisterForm.FindNumber(Damaged) is not 0;

    public IEnumerable<(string Name, string Value)> Fields =>
    [
        ("row-item", Item), ("row-quantity", Quantity), ("row-uom", Uom), ("row-damaged", Damaged), ("row-name", Name), ("row-supplier", Supplier), ("row-country", Country),
    ];
}

/// <param name="Type">A word of the CBV's list of business transactions, such as <c>desadv</c>.</param>
/// <param name="Sha256">Of the file kept here; empty for a paper by its number alone.</param>
internal sealed record FormPaper(string Type, string Number, string Sha256)
{
    /// <summary>Those that people have in hand, the most usual first.</summary>
    public static readonly IReadOnlyList<string> Types = ["desadv", "inv", "po", "bol", "recadv", "testres", "cert", "rma"];

    /// <summary>Those of a form; a line left empty is none.</summary>
    public static IReadOnlyList<FormPaper> In(IFormCollection form)
    {
        var numbers = form["paper-number"];
        var papers = Enumerable.Range(0, Math.Min(numbers.Count, StepForm.MostRows)).Select(i => new FormPaper(At("paper-type", i), At("paper-number", i), At("paper-sha256", i)));
        return [.. papers.Where(paper => paper.Number.Length > 0 || paper.Sha256.Length > 0)];

        string At(string name, int i) => form[name] is StringValues values && i < values.Count ? StepForm.Cut(values[i] ?? "") : "";
    }

    public IEnumerable<(string Name, string Value)> Fields => [("paper-type", Type), ("paper-number", Number), ("paper-sha256", Sha256)];
}

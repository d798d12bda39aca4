using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Documents;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Resolver;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Steps;

/// <summary>Answers the forms of steps. One form may be sent many times, to add what was scanned; what it says is recorded once.</summary>
internal sealed class StepForms(
    Database database, BatchRecorder recorder, BatchDirectory directory, OwnEvents events, DocumentStore documents, PlaceStore places, ProductStore products, Privacy privacy, LedgerState state,
    OwnIds own, TimeProvider clock)
{
    private const string Record = "record";

    /// <summary>A form to begin with; null where the firm has no place yet.</summary>
    public StepModel? Begin(Session session, string word, string? item, string? shipment)
    {
        var party = session.Caller.Party;
        if (places.List(party.Row) is not [var place, ..])
        {
            return null;
        }
        var form = StepForm.New(word, RegisterApi.Today(clock, place), place.Id, "");
        using var log = new LogReading(database, own);
        if (shipment is not null && events.OnTheWay(log, party).FirstOrDefault(e => e.Facts.EventId == shipment) is { } coming)
        {
            form = TakeOver(form, coming);
        }
        var (added, said, faults) = string.IsNullOrWhiteSpace(item) ? (form, null, []) : Add(form with { Code = item }, log, party);
        return Model(session, log, added) with { Said = said, Faults = faults };
    }

    /// <summary>The page to show, or where the page of what was recorded is.</summary>
    public async Task<(StepModel? Model, string? Recorded)> AnswerAsync(Session session, string word, IFormCollection sent, Words words, CancellationToken cancel)
    {
        var party = session.Caller.Party;
        var form = StepForm.Of(word, sent);
        var (papers, fileFaults) = await Attachments.TakeAsync(sent, form.Papers, party, documents, cancel);
        form = form with { Papers = papers };
        if (form.Made.Once.Length is 0 or > 100)
        {
            form = form with { Made = form.Made with { Once = RegisterForm.NewOnce() } };
        }
        using var log = new LogReading(database, own);
        if (int.TryParse(sent["remove"], out var gone))
        {
            return (Model(session, log, form with { Rows = [.. form.Rows.Where((_, i) => i != gone)], Shipment = form.Rows.Count == 1 ? "" : form.Shipment }), null);
        }
        if (int.TryParse(sent["remove-output"], out var other))
        {
            return (Model(session, log, form with { Others = [.. form.Others.Where((_, i) => i != other)] }), null);
        }
        if (int.TryParse(sent["remove-paper"], out var paper))
        {
            return (Model(session, log, form with { Papers = [.. form.Papers.Where((_, i) => i != paper)] }), null);
        }
        if (form.Code.Length > 0)
        {
            var (added, said, faults) = Add(form, log, party);
            return (Model(session, log, added) with { Said = said, Faults = [.. faults, .. fileFaults] }, null);
        }
        if (fileFaults.Count > 0 || sent["do"] == "attach")
        {
            return (Model(session, log, form) with { Faults = fileFaults }, null);
        }
        if (sent["do"] == "output")
        {
            // Of the same batch it is mostly in the same unit and of the same kind of date.
            var last = form.Others is [.., var before] ? before : form.Made;
            var empty = RegisterForm.New("", "", "") with { Uom = last.Uom, UntilKind = last.UntilKind, Until = last.Until };
            return (Model(session, log, form.Others.Count + 1 < StepForm.MostOutputs ? form with { Others = [.. form.Others, empty] } : form) with { HasNewOutput = true }, null);
        }
        form = Spelled(form, party);
        if (sent["do"] == "change")
        {
            return (Model(session, log, form), null);
        }
        if (state.ReadOnlyBecause is { } because)
        {
            return (Model(session, log, form) with { Problem = Problem.ReadOnly(because) }, null);
        }
        var model = Model(session, log, form);
        if (FaultsOf(model) is { Count: > 0 } faultsHere)
        {
            return (model with { Faults = faultsHere }, null);
        }
        // Each look is a new attempt: who goes back, changes something and records that, means it.
        return sent["do"] == Record ? await RecordAsync(session, log, form) : (Preview(session, log, form with { Made = form.Made with { Once = RegisterForm.NewOnce() } }, words), null);
    }

    /// <summary>Shipments on their way to a party, for people to read.</summary>
    public static IReadOnlyList<OnTheWay> Describe(OwnEvents events, LogReading log, OwnIds own, Party party) =>
    [
        .. events.OnTheWay(log, party).Select(e => new OnTheWay(
            e, e.Facts.Sources is [var sender, ..] ? events.NameOfPartner(sender.Uri) : "", [.. e.Facts.Items.Select(mention => mention.Item.Lot ?? mention.Item.Serial ?? mention.Item.Sscc ?? mention.Item.Uri)],
            new OwnEvent(e, StepForm.Ship, null).Papers(own).Select(paper => paper.Number).FirstOrDefault())),
    ];

    private async Task<(StepModel? Model, string? Recorded)> RecordAsync(Session session, LogReading log, StepForm form)
    {
        var (answer, refused) = await recorder.RecordAsync(session.Caller.Party, new StepBodies(session.Caller.Party, own).Of(form), _ => null, form.Made.Once);
        if (refused is not null)
        {
            return (Refused(session, log, form, refused), null);
        }
        var read = JsonElement.Parse(answer);
        var leaves = read.TryGetProperty("events", out var several) ? MainFirst(form, [.. several.EnumerateArray().Select(one => one.GetProperty("index").GetInt64())]) : [read.GetProperty("index").GetInt64()];
        return (null, $"{PortalDoor.Root}/events/{leaves[0]}?done=1{(leaves.Count > 1 ? $"&also={string.Join('.', leaves.Skip(1).Take(20))}" : "")}");
    }

    private StepModel Preview(Session session, LogReading log, StepForm form, Words words)
    {
        var party = session.Caller.Party;
        var lines = new EventLines(privacy, own, words, item => events.NameOf(log, item) ?? form.Rows.FirstOrDefault(row => row.Item == item.Uri)?.Name, events.NameOfPartner);
        var (draft, problem) = recorder.Draft(party, new StepBodies(party, own).Of(form), _ => null);
        if (draft is null)
        {
            return Refused(session, log, form, problem!);
        }
        var told = draft.Events.ConvertAll(one => new TracedEvent(0, party.Row, JsonElement.Parse(one.Body), one.Facts));
        var shown = MainFirst(form, told, StepWord.Of).ConvertAll(one => (lines.Of(one.Body, one.Facts, party, StepWord.Of(one)), one.Facts.Partners.Any()));
        return Model(session, log, form) with { Preview = new StepPreview(shown, draft.Warnings) };
    }

    private List<long> MainFirst(StepForm form, List<long> leaves)
    {
        using var log = new LogReading(database, own);
        return MainFirst(form, leaves, leaf => StepWord.Of(log.At(leaf)!));
    }

    /// <summary>What one form tells, the step itself first: its papers stand before it in the log, and what was found damaged behind it.</summary>
    private static List<T> MainFirst<T>(StepForm form, List<T> inOrder, Func<T, string> wordOf)
    {
        var steps = inOrder.Where(one => wordOf(one) == form.Word);
        // Of a receipt the papers are receipts, too. Of several outputs the first has what went in.
        return [.. form.Word == StepForm.Receive ? steps.Reverse() : steps, .. inOrder.Where(one => wordOf(one) != form.Word)];
    }

    private StepModel Refused(Session session, LogReading log, StepForm form, Problem problem) =>
        Model(session, log, form) with { Problem = problem, Faults = StepFaults.Of(problem, form.Made, form.Others) };

    /// <summary>Takes what stands in the box for codes among the rows; a delivery brings all that was shipped in it.</summary>
    private (StepForm Form, (string Key, string Value)? Said, IReadOnlyList<FieldProblem> Faults) Add(StepForm form, LogReading log, Party party)
    {
        if (!TypedItem.TryRead(form.Code, form.CodeLot, own, out var item, out var fault) && !TryReadOwn(form.Code, form.CodeLot, party, out item))
        {
            return (form, null, [new FieldProblem("code", "code", form.Code, fault)]);
        }
        if (item.Kind == ItemKind.Class)
        {
            return (form, null, [new FieldProblem("code-lot", "code-lot", form.Code, null)]);
        }
        if (item.Kind is ItemKind.Party or ItemKind.Location or ItemKind.Document or ItemKind.Other)
        {
            return (form, null, [new FieldProblem("code", "code", form.Code, null)]);
        }
        var empty = form with { Code = "", CodeLot = "" };
        if (form.Rows.Any(row => row.Item == item.Uri))
        {
            return (empty, ("steps.said.there", Number(item)), []);
        }
        var look = new ItemLook(log, directory, events, party, clock.GetUtcNow());
        if (form.Word == StepForm.Receive && form.Shipment.Length == 0 && form.Rows.Count == 0 && look.ShipmentOf(item) is { } shipment)
        {
            return (TakeOver(empty, shipment), ("steps.said.shipment", Number(item)), []);
        }
        return (empty with { Rows = [.. form.Rows, look.RowOf(item)] }, ("steps.said.added", Number(item)), []);
    }

    /// <summary>Goods without a code of GS1's: the firm's own number for the product, and a lot.</summary>
    private bool TryReadOwn(string sku, string lot, Party party, out ItemId item)
    {
        // Digits as long as a GTIN are one with a typing error.
        var isOwn = lot.Length > 0 && OwnId.SkuFault(sku) is null && OwnId.PartFault("lot", lot) is null && !sku.Contains('/', StringComparison.Ordinal)
            && !(sku.Length is 8 or 12 or 13 or 14 && sku.All(char.IsAsciiDigit));
        item = isOwn ? ItemId.Of(own, OwnId.OfBatch(party.Slug, sku, lot)) : default;
        return isOwn;
    }

    private static StepForm TakeOver(StepForm form, TracedEvent shipment) => form with { Shipment = shipment.Facts.EventId!, Rows = ItemLook.RowsOf(shipment) };

    /// <summary>What was added without a connection, in the one spelling that items have; and a partner by the name that the form offered.</summary>
    private StepForm Spelled(StepForm form, Party party)
    {
        var rows = form.Rows.Select(row => TypedItem.TryRead(row.Item, "", own, out var item, out _) ? row with { Item = item.Uri } : row);
        var named = form.HasPartner && form.Partner.Length > 0
            ? events.PartnersOf(party).FirstOrDefault(partner => string.Equals(partner.Name, form.Partner, StringComparison.OrdinalIgnoreCase)).Sent : null;
        return form with { Rows = [.. rows], Partner = named ?? form.Partner };
    }

    /// <summary>What the API would say of the item, and the form asks the supplier for: goods without a record. With them what else can be seen without the API, so that nobody mends twice.</summary>
    private static List<FieldProblem> FaultsOf(StepModel model)
    {
        List<FieldProblem> faults = [.. SuppliersOf(model)];
        faults.AddRange(faults.Count == 0 ? [] : model.Form.Rows.Index()
            .Where(row => row.Item.IsDamaged && (RegisterForm.FindNumber(row.Item.Damaged) is not { } damaged || RegisterForm.FindNumber(row.Item.Quantity) < damaged))
            .Select(row => new FieldProblem($"row-damaged-{row.Index}", "row-damaged", row.Item.Damaged, null)));
        return faults;
    }

    private static IEnumerable<FieldProblem> SuppliersOf(StepModel model) =>
        model.Form.Rows.Index().Where(row => model.Form.TakesPapers && row.Item.Supplier.Length == 0 && model.Known[row.Index] is { IsReadable: true, IsOnRecord: false })
            .Select(row => new FieldProblem($"row-supplier-{row.Index}", "row-supplier", null, null));

    private static string Number(ItemId item) => item.Lot ?? item.Serial ?? item.Sscc ?? item.Uri;

    private StepModel Model(Session session, LogReading log, StepForm form)
    {
        var party = session.Caller.Party;
        var look = new ItemLook(log, directory, events, party, clock.GetUtcNow());
        var partners = form.HasPartner ? events.PartnersOf(party) : [];
        return new StepModel(session, form, [.. form.Rows.Select(look.Of)], places.List(party.Row), form.Word == StepForm.Transform ? products.List(party.Row) : [],
            form.Word == StepForm.Receive && form.Rows.Count == 0 ? Describe(events, log, own, party) : [], partners, null, [], null, null);
    }
}

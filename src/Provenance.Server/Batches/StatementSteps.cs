using Provenance.Core.Epcis;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>What is said of goods without moving them: inspected, measured, on hold, recalled; and whatever has no word of its own here.</summary>
internal static class StatementSteps
{
    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("inspect", "Goods were inspected. concerns names the recalled ingredient lot, or the recall's eventId, that the result answers.", """
            {"step":"inspect","at":"2026-11-21T12:40:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","result":"pass",
             "readings":[{"type":"Dimensionless","value":17.2,"uom":"P1"}]}
            """, ReadInspect),
        new("observe", "Something was measured: temperature, humidity, mass. With min and max, a value outside them is marked as an alarm.", """
            {"step":"observe","at":"2026-11-21T12:45:00+01:00","item":"https://id.gs1.org/00/095060001343520017",
             "readings":[{"type":"Temperature","value":8.4,"uom":"CEL","min":2,"max":8,"at":"2026-11-21T12:10:00+01:00"}]}
            """, ReadObserve),
        new("hold", "Goods must not be sold or used for now.", """
            {"step":"hold","at":"2026-11-21T12:50:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","reason":"waiting for the laboratory"}
            """, request => ReadReasoned(request, "Send why it is on hold.", (common, items, reason) => new StatementRequest(common, items)
        {
            BizStep = "holding",
            Set = OnHold,
            Says = [(ProvTerms.Reason, reason)],
        })),
        new("release", "A hold is over.", """
            {"step":"release","at":"2026-11-21T13:00:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","reason":"laboratory: in order"}
            """, request => ReadReasoned(request, "Send why the hold is over.", (common, items, reason) => new StatementRequest(common, items)
        {
            Unset = OnHold,
            Says = [(ProvTerms.Reason, reason)],
        })),
        new("recall", "A lot is recalled, wherever it is, until unrecall. Everybody sees the reason and the notice.", """
            {"step":"recall","at":"2026-11-21T13:10:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","reason":"may contain glass","notice":"https://imker.example/recall"}
            """, request => ReadRecall(request, isRecall: true)),
        new("unrecall", "A recall is over.", """
            {"step":"unrecall","at":"2026-11-21T13:20:00+01:00","item":"https://id.gs1.org/01/09506000134352/10/HO-1","reason":"glass was of another lot"}
            """, request => ReadRecall(request, isRecall: false)),
        new("other", "Anything else: bizStep is a word of the CBV or a URI of your own, action ADD, OBSERVE or DELETE.", """
            {"step":"other","at":"2026-11-21T13:30:00+01:00","item":"https://id.gs1.org/00/095060001343520017","bizStep":"loading","action":"OBSERVE","disposition":"in_progress"}
            """, ReadOther),
    ];

    private const string OnHold = "non_sellable_other";

    private static StatementRequest? ReadInspect(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var items = GoodsReader.ReadItems(request);
        var disposition = ReadResult(request);
        var concerns = request.Has("concerns") ? GoodsReader.ReadItem(request, "concerns", "Send the recalled lot.") : null;
        return common is null || disposition is null ? null : new StatementRequest(common, items)
        {
            BizStep = "inspecting",
            Disposition = disposition,
            Concerns = concerns,
        };
    }

    /// <summary><c>result</c> as the disposition that it is in EPCIS; null with a fault.</summary>
    public static string? ReadResult(RequestObject request) => ReadWord(request, "result", "Send pass or fail.", ["pass", "fail"]) switch
    {
        "pass" => "conformant",
        "fail" => "non_conformant",
        _ => null,
    };

    private static StatementRequest? ReadObserve(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var items = GoodsReader.ReadItems(request);
        GoodsReader.NeedOne(request, "readings", "Send at least one reading: {\"type\": \"Temperature\", \"value\": 4.5, \"uom\": \"CEL\"}.");
        // A reading on the road says nothing of where the goods stay.
        return common is null ? null : new StatementRequest(common, items) { BizStep = "sensor_reporting", SaysWhere = false };
    }

    private static StatementRequest? ReadReasoned(RequestObject request, string whatToDo, Func<CommonFields, List<GivenPortion>, string, StatementRequest> statement)
    {
        var common = CommonReader.Read(request);
        var items = GoodsReader.ReadItems(request);
        var reason = request.Text("reason", whatToDo, longest: 1000);
        return common is null || reason is null ? null : statement(common, items, reason);
    }

    private static StatementRequest? ReadRecall(RequestObject request, bool isRecall)
    {
        var notice = CommonReader.ReadUrl(request, "notice");
        return ReadReasoned(request, isRecall ? "Send why it is recalled, in words for everybody." : "Send why the recall is over, in words for everybody.",
            (common, items, reason) => new StatementRequest(common, items)
            {
                Set = isRecall ? "recalled" : null,
                Unset = isRecall ? null : "recalled",
                SaysWhere = false,
                IsMakersAlone = true,
                Says = [(ProvTerms.RecallReason, reason), (ProvTerms.RecallNotice, notice)],
            });
    }

    private static StatementRequest? ReadOther(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var items = GoodsReader.ReadItems(request);
        var bizStep = ReadVocabulary(request, "bizStep", CbvWords.BizStep, "Send a business step of the CBV, such as loading, or a URI of your own.", isRequired: true);
        var action = ReadWord(request, "action", "Send ADD for what comes into being, OBSERVE, or DELETE for what ceases to be.", ["ADD", "OBSERVE", "DELETE"]);
        var disposition = ReadVocabulary(request, "disposition", CbvWords.Disposition, "Send a disposition of the CBV, such as in_progress, or a URI of your own.", isRequired: false);
        return common is null || bizStep is null || action is null ? null : new StatementRequest(common, items)
        {
            Action = action,
            BizStep = bizStep,
            Disposition = disposition,
            SaysWhere = false,
        };
    }

    private static string? ReadWord(RequestObject request, string name, string whatToDo, string[] words)
    {
        var word = request.Text(name, whatToDo);
        if (word is null || words.Contains(word))
        {
            return word;
        }
        request.Faults.Add(request.At(name), word, whatToDo);
        return null;
    }

    private static string? ReadVocabulary(RequestObject request, string name, CbvWords list, string whatToDo, bool isRequired)
    {
        var word = isRequired ? request.Text(name, whatToDo, longest: 500) : request.FindText(name, longest: 500);
        if (word is null || list.Accepts(word))
        {
            return EventFacts.Bare(list, word);
        }
        request.Faults.Add(request.At(name), word, whatToDo);
        return null;
    }
}

/// <summary>A statement about items. Where no quantity is sent it is about all that the party holds, or, if none is on record, about the lot as such.</summary>
internal sealed record StatementRequest(CommonFields Common, IReadOnlyList<GivenPortion> Items) : StepRequest(Common)
{
    public string Action { get; init; } = "OBSERVE";

    public string? BizStep { get; init; }

    public string? Disposition { get; init; }

    public string? Set { get; init; }

    public string? Unset { get; init; }

    /// <summary>The goods are at the event's place, and stay there.</summary>
    public bool SaysWhere { get; init; } = true;

    /// <summary>Of the lot as such, wherever it is; and only its maker's word changes its state (design §7, Authority).</summary>
    public bool IsMakersAlone { get; init; }

    /// <summary>The recalled lot that an inspection answers.</summary>
    public GivenItem? Concerns { get; init; }

    public IReadOnlyList<(string Term, string? Text)> Says { get; init; } = [];

    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        var items = look.Each(Items, (given, item) => Portion(look, given, item));
        var concerns = Concerns is null ? null : Concerned(look, Concerns);
        if (items is null || (Concerns is not null && concerns is null))
        {
            return null;
        }
        return ResolvedRequest.Of(new ObjectStep(common, items, Action, BizStep, Disposition)
        {
            Set = Set,
            Unset = Unset,
            GoodsStay = SaysWhere && items.TrueForAll(one => !one.IsOpen),
            Says = [.. Says, (ProvTerms.Concerns, concerns)],
        }, items);
    }

    /// <summary>The recall's eventId as sent, or the recalled lot as its URI.</summary>
    public static string? Concerned(StepResolver look, GivenItem given) =>
        given.Text is { } id && look.Log.Holding(id).Any(e => ItemState.Sets(e, "recalled")) ? id : look.Items.Resolve(given)?.Uri;

    private StepPortion? Portion(StepResolver look, GivenPortion given, ItemId item)
    {
        if (Action == "ADD")
        {
            return look.MayMake(item, given.Item) ? look.Items.Arriving(given, item) : null;
        }
        if (!look.IsOnRecord(given, item))
        {
            return null;
        }
        if (IsMakersAlone && look.MakerOf(item) is var maker && maker?.Row != look.Party.Row)
        {
            look.Warnings.Add($"{item} is not of your making: its state stays as it is, and pages show that {look.Party.Name} says this.");
        }
        return Action == "DELETE" ? look.Items.Leaving(given, item) : look.Items.Concerning(given, item, isAboutAllOfIt: IsMakersAlone);
    }
}

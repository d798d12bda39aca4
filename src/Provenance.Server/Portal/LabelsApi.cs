using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Pages;
using Provenance.Server.Resolver;

namespace Provenance.Server.Portal;

/// <summary>
/// Print pages of labels. They need no key: a label shows what the public page of the same item shows, which whoever holds the goods can open (design §7),
/// and an item of which the public may see nothing has no label.
/// </summary>
internal static class LabelsApi
{
    /// <summary>More belong on a printer that is fed by a program.</summary>
    private const int Most = 1000;

    public static void MapLabels(this IEndpointRouteBuilder app) =>
        app.MapMethods("/labels", [HttpMethods.Get, HttpMethods.Head], Show).WithSummary("Labels of an item, to print or as PDF").WithTags("Labels");

    /// <param name="item">In any spelling; without it the page asks for one.</param>
    /// <param name="sheet"><c>L7160</c>, <c>L7163</c> or <c>roll62</c>.</param>
    /// <param name="from">Position of the first label on its sheet, from 1: a sheet that was begun is used up.</param>
    /// <param name="count">How many labels. Default: as many as the sheet has left.</param>
    /// <param name="test"><c>1</c>: the outlines and a ruler instead of labels, to hold against the sheet.</param>
    private static RazorComponentResult<LabelsPage> Show(
        HttpContext context, OwnIds own, FindBuyerPage find, string? item = null, string? sheet = null, string? from = null, string? count = null, string? test = null)
    {
        var words = Words.For(context);
        var paper = LabelSheet.Find(sheet ?? "") ?? LabelSheet.All[0];
        var faults = new Dictionary<string, string>();
        if (!string.IsNullOrEmpty(sheet) && LabelSheet.Find(sheet) is null)
        {
            faults["sheet"] = words.Say("labels.fault.sheet", ("value", Short(sheet)));
        }
        var first = Number(from, 1, paper.PerPage) ?? Fault("from", words.Say("labels.fault.from", ("value", Short(from!)), ("n", paper.PerPage)), 1);
        var left = paper.PerPage - first + 1;
        var number = Number(count, left, Most) ?? Fault("count", words.Say("labels.fault.count", ("value", Short(count!)), ("n", Most)), left);
        var label = string.IsNullOrWhiteSpace(item) ? null : LabelOf(item);
        var isTest = test == "1" && faults.Count == 0;
        context.Response.Headers.CacheControl = "no-store";
        return new(new
        {
            Words = words,
            Model = new LabelsModel(item, paper, first, number, isTest, faults.Count == 0 ? label : null, faults) { FromTyped = from, CountTyped = count },
        })
        {
            StatusCode = faults.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            PreventStreamingRendering = true,
        };

        Label? LabelOf(string typed)
        {
            if (!TypedItem.TryRead(typed, "", own, out var id, out _))
            {
                faults["item"] = words["home.error"];
            }
            else if (Qr.AddressOf(id, own) is not { } address || find(id) is not { } page || page.Subject == BuyerSubject.UnknownLot)
            {
                faults["item"] = words["labels.fault.item"];
            }
            else
            {
                return Label.Of(paper, page, words, address, isTrial: !Qr.IsPublic(own.PublicUrl));
            }
            return null;
        }

        int Fault(string field, string text, int instead)
        {
            faults[field] = text;
            return instead;
        }
    }

    private static string Short(string typed) => typed.Length <= 40 ? typed : typed[..40] + "…";

    /// <summary>Null where it is no number from 1 to the most.</summary>
    private static int? Number(string? text, int ifNone, int most) =>
        string.IsNullOrWhiteSpace(text) ? ifNone
        : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
        : null;
}

/// <summary>What the page of labels shows.</summary>
/// <param name="Item">As it was typed.</param>
/// <param name="From">Position of the first label, from 1.</param>
/// <param name="Label">Null where none is asked for, or none can be made; then <paramref name="Faults"/> say why, by field.</param>
internal sealed record LabelsModel(string? Item, LabelSheet Sheet, int From, int Count, bool IsTest, Label? Label, IReadOnlyDictionary<string, string> Faults)
{
    /// <summary>As it was typed; null where nothing was.</summary>
    public string? FromTyped { get; init; }

    public string? CountTyped { get; init; }

    /// <summary>Length of the ruler on a print test, in millimetres.</summary>
    public int Ruler => Sheet.PageWidth > 100 ? 100 : 50;

    /// <summary>Positions used on each sheet of paper, from 0; on a print test all of one.</summary>
    public IEnumerable<IReadOnlyList<int>> Pages => IsTest
        ? [[.. Enumerable.Range(0, Sheet.PerPage)]]
        : Enumerable.Range(From - 1, Count).GroupBy(i => i / Sheet.PerPage, i => i % Sheet.PerPage).Select(page => page.ToArray());
}

using System.Globalization;
using System.Text.Json;
using Provenance.Core.Gs1;

namespace Provenance.Server.Batches;

/// <summary>Batches made of others, and goods that only changed their packs.</summary>
internal static class TransformSteps
{
    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("transform", "Batches were made of others, which are used up by it. Inputs that are not on record come from your papers: name their supplier. Also POST /api/batches with inputs.", """
            {"step":"transform","at":"2026-11-21T09:00:00+01:00","inputs":[{"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":60,"uom":"kg"},
             {"product":{"sku":"SALT","name":"Salt"},"lot":"77","quantity":1.2,"uom":"kg","supplier":{"name":"Saline Süd","country":"AT"}}],
             "outputs":[{"product":{"sku":"CAKE","name":"Honey cake"},"lot":"B-326","quantity":80,"bestBefore":"2026-11-27"}]}
            """, request => Read(request, isRepack: false)),
        new("repack", "Goods went into other packs and so into batches of another product or lot. Members as for transform.", """
            {"step":"repack","at":"2026-11-21T09:30:00+01:00","inputs":[{"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":10,"uom":"kg"}],
             "outputs":[{"product":{"sku":"JAR-500","name":"Honey, jar of 500 g"},"lot":"HO-1-J","quantity":20}]}
            """, request => Read(request, isRepack: true)),
    ];

    private static TransformRequest? Read(RequestObject request, bool isRepack)
    {
        var common = CommonReader.Read(request);
        var inputs = GoodsReader.ReadPortions(request, "inputs", mayComeFromPapers: true);
        GoodsReader.NeedOne(request, "inputs", "Send at least one batch that went in.");
        IReadOnlyList<GivenOutput?> outputs = request.Has("outputs")
            ? [.. request.Objects("outputs").Select(one => GoodsReader.ReadOutput(one, withOrigin: false))]
            : [GoodsReader.ReadOutput(request, withOrigin: false)];
        if (request.Has("outputs"))
        {
            GoodsReader.NeedOne(request, "outputs", "Send at least one batch that came out.");
        }
        return common is null || outputs.Contains(null) ? null : new TransformRequest(common, inputs, [.. outputs.OfType<GivenOutput>()], isRepack);
    }
}

internal sealed record TransformRequest(CommonFields Common, IReadOnlyList<GivenPortion> Inputs, IReadOnlyList<GivenOutput> Outputs, bool IsRepack)
    : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        var papers = new Papers();
        var inputs = look.Each(Inputs, (given, item) => Used(look, given, item, papers));
        var outputs = Outputs.Select(look.Output).OfType<StepOutput>().ToList();
        if (inputs is null || outputs.Count < Outputs.Count)
        {
            return null;
        }
        var items = outputs.Select(output => output.Portion.Item).ToList();
        look.RefuseTwice(items, i => Outputs[i].Field.Length == 0 ? "lot" : Outputs[i].Field);
        // Papers speak of the goods, not of what was made of them: the documents and readings stay with the step itself.
        var bare = common with { Documents = [], Note = null, Certificates = [], Readings = [], Own = new Dictionary<string, JsonElement>() };
        var step = new Transform(common, inputs, outputs, IsRepack ? "repackaging" : StepOutput.BizStep(items.Any(look.Items.IsOnRecord)), IsRepack ? null : "active");
        return new ResolvedRequest([.. papers.Receipts(bare), step], items);
    }

    /// <summary>An input: from stock, or first recorded from the sender's papers.</summary>
    private static StepPortion? Used(StepResolver look, GivenPortion given, ItemId item, Papers papers)
    {
        var isOnRecord = look.Items.IsOnRecord(item);
        if (!isOnRecord && given.Supplier is null)
        {
            return look.NotOnRecord(given, item);
        }
        return given.Supplier is null || look.Items.BalanceOf(item).IsKnown
            ? look.Items.Leaving(given, item)
            : papers.Add(look.Items.Arriving(given, item), given.Supplier);
    }
}

/// <param name="BizStep">And <paramref name="Disposition"/>, as the table has them for making and for repacking.</param>
internal sealed record Transform(StepCommon Common, IReadOnlyList<StepPortion> Inputs, IReadOnlyList<StepOutput> Outputs, string BizStep, string? Disposition)
    : Step(Common)
{
    /// <summary>What joins its events, if there are several; null for a random one.</summary>
    public string? TransformationId { get; init; }

    public override Step? AsFirst => BizStep == StepOutput.BizStep(isSameLotAgain: true) ? this with { BizStep = StepOutput.BizStep(isSameLotAgain: false) } : null;

    /// <summary>Outputs of one product with one ilmd share an event. The others follow, joined by transformationID, and only the first has the inputs.</summary>
    public override IReadOnlyList<byte[]> Build(Func<string> newId)
    {
        var groups = Outputs.GroupBy(IlmdOf).Select(group => group.ToList()).ToList();
        var transformation = groups.Count > 1 ? TransformationId ?? newId() : null;
        var events = new List<byte[]>(groups.Count);
        foreach (var outputs in groups)
        {
            using var e = new EventWriter(Common, newId(), "TransformationEvent", hasOwnIlmd: outputs[0].Attributes.Count > 0);
            if (events.Count == 0)
            {
                e.Items("inputEPCList", "inputQuantityList", Inputs);
            }
            var portions = outputs.Select(output => output.Portion).ToList();
            e.Items("outputEPCList", "outputQuantityList", portions);
            e.Optional("transformationID", transformation);
            e.Text("bizStep", BizStep);
            e.Optional("disposition", Disposition);
            e.Place(goodsStay: true);
            e.Ilmd(outputs[0]);
            events.Add(e.Finish(portions));
        }
        return events;
    }

    /// <summary>Equal texts exactly when two outputs may share an event: same product name, same ilmd.</summary>
    public static string IlmdOf(StepOutput output) => JsonSerializer.Serialize<string?[]>([
        output.Portion.ProductName,
        output.BestBefore?.ToString("O", CultureInfo.InvariantCulture),
        output.UseBy?.ToString("O", CultureInfo.InvariantCulture),
        output.Origin?.ToString(),
        output.NetContent?.ToString(),
        output.Image,
        .. output.Attributes.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value.GetRawText()}"),
    ]);
}

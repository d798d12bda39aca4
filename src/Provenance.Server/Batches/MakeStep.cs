using System.Text.Json;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>A batch made of nothing that is on record.</summary>
internal static class MakeStep
{
    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("make", "A batch was made, grown, caught or harvested, of nothing that is on record. Also POST /api/batches.", """
            {"step":"make","at":"2026-11-21T08:00:00+01:00","product":{"gtin":"09506000134352","name":"Honey"},"lot":"HO-1","quantity":480,"uom":"kg",
             "bestBefore":"2028-11-20","origin":{"country":"AT","place":"Pitztal"},"certificates":[{"name":"Organic, EU 2018/848","number":"AT-BIO-301","issuer":"ABG","covers":"lot"}]}
            """, Read),
    ];

    private static MakeRequest? Read(RequestObject request)
    {
        var common = CommonReader.Read(request);
        var output = GoodsReader.ReadOutput(request, withOrigin: true);
        return common is null || output is null ? null : new MakeRequest(common, output);
    }
}

internal sealed record MakeRequest(CommonFields Common, GivenOutput Output) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common) => look.Output(Output) is { } output
        ? ResolvedRequest.Of(new Make(common, output, look.Items.IsOnRecord(output.Portion.Item)), [output.Portion])
        : null;
}

/// <param name="IsSameLotAgain">The lot is on record already.</param>
internal sealed record Make(StepCommon Common, StepOutput Output, bool IsSameLotAgain) : Step(Common)
{
    public override Step? AsFirst => IsSameLotAgain ? this with { IsSameLotAgain = false } : null;

    public override IReadOnlyList<byte[]> Build(Func<string> newId)
    {
        using var e = new EventWriter(Common, newId(), "ObjectEvent", hasOwnIlmd: Output.Attributes.Count > 0);
        e.Items("epcList", "quantityList", [Output.Portion]);
        e.Text("action", "ADD");
        e.Text("bizStep", StepOutput.BizStep(IsSameLotAgain));
        e.Text("disposition", "active");
        e.Place(goodsStay: true);
        e.Ilmd(Output);
        return [e.Finish([Output.Portion])];
    }
}

/// <summary>A lot made, with what goes into its ilmd.</summary>
internal sealed record StepOutput(
    StepPortion Portion,
    DateOnly? BestBefore,
    DateOnly? UseBy,
    GivenOrigin? Origin,
    Amount? NetContent,
    string? Image,
    IReadOnlyDictionary<string, JsonElement> Attributes)
{
    /// <summary>The business step of making: a lot can be commissioned once, and then have more of it made (CBV 2.0 §7.1.3).</summary>
    public static string BizStep(bool isSameLotAgain) => isSameLotAgain ? "creating_class_instance" : "commissioning";
}

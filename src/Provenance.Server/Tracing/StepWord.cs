namespace Provenance.Server.Tracing;

/// <summary>The plain API's word for an event, whoever captured it (plain-api.md, Steps, read backwards).</summary>
internal static class StepWord
{
    private static readonly Dictionary<string, string> OfBizStep = new(StringComparer.Ordinal)
    {
        ["shipping"] = "ship",
        ["void_shipping"] = "unship",
        ["receiving"] = "receive",
        ["packing"] = "pack",
        ["unpacking"] = "unpack",
        ["repackaging"] = "repack",
        ["inspecting"] = "inspect",
        ["sampling"] = "sample",
        ["storing"] = "store",
        ["stock_taking"] = "count",
        ["holding"] = "hold",
        ["retail_selling"] = "sell",
        ["destroying"] = "destroy",
        ["installing"] = "install",
        ["removing"] = "remove",
        ["sensor_reporting"] = "observe",
    };

    public static string Of(TracedEvent e)
    {
        if (ItemState.Sets(e, "recalled"))
        {
            return "recall";
        }
        if (ItemState.Unsets(e, "recalled"))
        {
            return "unrecall";
        }
        if (ItemState.Unsets(e, "non_sellable_other"))
        {
            return "release";
        }
        if (e.Facts is { BizStep: "receiving", Disposition: "returned" })
        {
            return "return";
        }
        return e.Facts.BizStep is { } step && OfBizStep.TryGetValue(step, out var word) ? word : OfType(e.Facts);
    }

    private static string OfType(EventFacts facts) => (facts.Type, facts.Action) switch
    {
        ("TransformationEvent", _) => "transform",
        ("ObjectEvent", "ADD") => "make",
        ("AggregationEvent", "ADD") => "pack",
        ("AggregationEvent", "DELETE") => "unpack",
        ("AssociationEvent", "ADD") => "install",
        ("AssociationEvent", "DELETE") => "remove",
        _ => "other",
    };
}

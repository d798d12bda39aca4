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
        return Of(e.Facts.BizStep, e.Facts.Type, e.Facts.Action);
    }

    /// <summary>As far as these say it: of an event that is not told whole.</summary>
    public static string Of(string? bizStep, string type, string? action) => bizStep is not null && OfBizStep.TryGetValue(bizStep, out var word) ? word : (type, action) switch
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

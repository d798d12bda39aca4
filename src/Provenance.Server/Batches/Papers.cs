namespace Provenance.Server.Batches;

/// <summary>Goods whose coming is recorded from papers, because whoever sent them does not record here (plain-api.md, Inputs from papers).</summary>
internal sealed class Papers
{
    private readonly List<(StepPortion Portion, GivenSupplier Supplier)> _received = [];

    /// <summary>Hands the portion back; null stays null.</summary>
    public StepPortion? Add(StepPortion? portion, GivenSupplier supplier)
    {
        if (portion is not null)
        {
            _received.Add((portion, supplier));
        }
        return portion;
    }

    public bool Has(StepPortion portion) => _received.Exists(one => one.Portion.Item == portion.Item);

    /// <summary>One receipt for each supplier.</summary>
    public IEnumerable<Step> Receipts(StepCommon common) => _received
        .GroupBy(one => one.Supplier)
        .Select(group => ReceiveSteps.FromPapers(common, [.. group.Select(one => one.Portion)], group.Key));
}

using System.Text.Json;

namespace Provenance.Server.Batches;

/// <summary>A step that is one ObjectEvent, as most are.</summary>
internal sealed record ObjectStep(StepCommon Common, IReadOnlyList<StepPortion> Items, string Action, string? BizStep, string? Disposition = null) : Step(Common)
{
    /// <summary>A disposition that lasts beyond the next event, until one unsets it.</summary>
    public string? Set { get; init; }

    public string? Unset { get; init; }

    /// <summary>The goods are at the place afterwards.</summary>
    public bool GoodsStay { get; init; }

    public Handover? Handover { get; init; }

    /// <summary>Terms of our own (<see cref="Core.Events.ProvTerms"/>).</summary>
    public IReadOnlyList<(string Term, string? Text)> Says { get; init; } = [];

    /// <summary>Members of another event that this one shares.</summary>
    public IReadOnlyList<JsonProperty> Copied { get; init; } = [];

    public override IReadOnlyList<byte[]> Build(Func<string> newId)
    {
        using var e = new EventWriter(Common, newId(), "ObjectEvent");
        e.Items("epcList", "quantityList", Items);
        e.Text("action", Action);
        e.Optional("bizStep", BizStep);
        e.Optional("disposition", Disposition);
        e.PersistentDisposition(Set, Unset);
        e.Place(GoodsStay);
        e.Handover(Handover);
        e.Copy(Copied);
        foreach (var (term, text) in Says)
        {
            e.Optional(term, text);
        }
        return [e.Finish(Items)];
    }
}

/// <summary>Possession going from one party to another.</summary>
/// <param name="Sold">Ownership goes with it.</param>
internal sealed record Handover(StepPartner From, StepPartner To, bool Sold = false);

using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>A step as its sender told it: every member read and well-formed, nothing looked up yet (plain-api.md, Steps).</summary>
internal abstract record StepRequest(CommonFields Common)
{
    /// <summary>Looks up what it names. Null when anything is wrong; then the faults say what.</summary>
    public abstract ResolvedRequest? Resolve(StepResolver look, StepCommon common);
}

/// <summary>A request with everything looked up.</summary>
/// <param name="Steps">In the order in which they are recorded; papers come before the step that needs them.</param>
/// <param name="Items">What the request was about, the first being what its page shows.</param>
internal sealed record ResolvedRequest(IReadOnlyList<Step> Steps, IReadOnlyList<ItemId> Items)
{
    /// <summary>One step about these.</summary>
    public static ResolvedRequest Of(Step step, IReadOnlyList<StepPortion> items) => new([step], [.. items.Select(one => one.Item)]);
}

/// <summary>A step with everything looked up: what its events are made of, and nothing else.</summary>
internal abstract record Step(StepCommon Common)
{
    /// <summary>
    /// Its EPCIS 2.0 events as the table in plain-api.md has them, in the order in which they are recorded; each is compact JSON with an <c>eventID</c>.
    /// </summary>
    /// <param name="newId">Gives a random <c>urn:uuid:</c> at each call.</param>
    public abstract IReadOnlyList<byte[]> Build(Func<string> newId);

    /// <summary>The same as it was recorded if it was before: what it makes is on record now, and was not then. Null where that makes no difference.</summary>
    public virtual Step? AsFirst => null;
}

/// <summary>What every event of a step carries.</summary>
/// <param name="PartyUri">Who records: a party GLN's Digital Link, or our URI of the party.</param>
/// <param name="Ids">With <paramref name="Slug"/>: below <c>PUBLICURL/id/SLUG</c> stand the party's documents and its own terms.</param>
/// <param name="Place">Null when nothing is known of where it happened but the country.</param>
internal sealed record StepCommon(
    string PartyUri,
    OwnIds Ids,
    string Slug,
    EventTime At,
    StepPlace? Place,
    string? Country,
    IReadOnlyList<GivenDocument> Documents,
    string? Note,
    IReadOnlyList<GivenCertificate> Certificates,
    IReadOnlyList<StepReading> Readings,
    IReadOnlyDictionary<string, JsonElement> Own)
{
    /// <summary>The recording party, where it is.</summary>
    public StepPartner Recorder => new(PartyUri, Place?.Uri);
}

/// <param name="Uri">The readPoint.</param>
internal sealed record StepPlace(string Uri, string Name, string? City, string? Country);

/// <param name="Party">URI.</param>
/// <param name="Place">URI of where there, when it is known.</param>
internal sealed record StepPartner(string Party, string? Place);

/// <param name="Amount">Null for a serial or an SSCC, which is one thing, and where <paramref name="IsOpen"/>.</param>
/// <param name="ProductName">As the recorder knows it; null when unknown.</param>
/// <param name="IsOpen">A lot of which the event does not say how much.</param>
internal sealed record StepPortion(ItemId Item, Amount? Amount, string? ProductName, bool IsOpen = false)
{
    /// <summary>One thing with a number of its own.</summary>
    public bool IsOneThing => Amount is null && !IsOpen;

    /// <summary>What an event says of an item.</summary>
    public static StepPortion Of(ItemMention mention, string? productName, bool isOneThing) =>
        new(mention.Item, mention.Value is { } value ? new Amount(value, mention.Uom) : null, productName, IsOpen: !isOneThing && mention.Value is null);
}

/// <param name="Time">Null means the event's own time.</param>
/// <param name="Min">The least that the recorder allows; null means no limit.</param>
/// <param name="Max">The most.</param>
internal sealed record StepReading(string Type, decimal Value, string Uom, string? Time, decimal? Min, decimal? Max, bool IsOutOfRange);

using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>A step with everything looked up: what its events are made of, and nothing else.</summary>
internal abstract record Step(StepCommon Common);

/// <param name="IsSameLotAgain">The lot is on record already.</param>
internal sealed record Make(StepCommon Common, StepOutput Output, bool IsSameLotAgain) : Step(Common);

/// <param name="IsSameLotAgain">One of the outputs is on record already.</param>
internal sealed record Transform(StepCommon Common, IReadOnlyList<StepPortion> Inputs, IReadOnlyList<StepOutput> Outputs, bool IsSameLotAgain) : Step(Common);

internal sealed record Pack(StepCommon Common, ItemId Into, IReadOnlyList<StepPortion> Contents) : Step(Common);

/// <param name="Contents">None means everything inside.</param>
internal sealed record Unpack(StepCommon Common, ItemId From, IReadOnlyList<StepPortion> Contents) : Step(Common);

/// <param name="ToPlace">URI of the receiving place, when it is known.</param>
internal sealed record Ship(StepCommon Common, IReadOnlyList<StepPortion> Items, string ToParty, string? ToPlace, bool Sold) : Step(Common);

/// <param name="FromParty">URI of who had it before; null when <paramref name="Papers"/> say who.</param>
/// <param name="Papers">The items are not on record here; this is whose papers speak of them.</param>
/// <param name="QuantityDiffers">More or less arrived than the shipment says.</param>
internal sealed record Receive(
    StepCommon Common, IReadOnlyList<StepPortion> Items, string? FromParty, string? FromPlace, GivenSupplier? Papers, bool QuantityDiffers) : Step(Common);

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
    IReadOnlyDictionary<string, JsonElement> Own);

/// <param name="Uri">The readPoint.</param>
internal sealed record StepPlace(string Uri, string Name, string? City, string? Country);

/// <param name="Amount">Null for a serial or an SSCC, which is one thing.</param>
/// <param name="ProductName">As the recorder knows it; null when unknown.</param>
internal sealed record StepPortion(ItemId Item, Amount? Amount, string? ProductName);

/// <summary>A lot made, with what goes into its ilmd.</summary>
internal sealed record StepOutput(
    StepPortion Portion,
    DateOnly? BestBefore,
    DateOnly? UseBy,
    GivenOrigin? Origin,
    Amount? NetContent,
    string? Image,
    IReadOnlyDictionary<string, JsonElement> Attributes);

/// <param name="Time">Null means the event's own time.</param>
internal sealed record StepReading(string Type, decimal Value, string Uom, string? Time);

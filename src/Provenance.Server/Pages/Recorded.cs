namespace Provenance.Server.Pages;

/// <summary>A value that stands in a recorded event. Whatever a page shows beside its findings is one of these, so that the browser can hold it against the proof.</summary>
/// <param name="Value">As disclosed: the text of a JSON string, the raw JSON text of anything else.</param>
/// <param name="Leaf">Index of the event's entry; null where the public may not know which event it is, and so cannot check it.</param>
/// <param name="Pointer">RFC 6901 pointer into the event. It may lead deeper than the disclosure that holds it.</param>
public sealed record Recorded(string Value, ulong? Leaf, string Pointer);

/// <summary>An amount of a quantity list.</summary>
/// <param name="Uom">UN/ECE Rec 20 code; null for pieces.</param>
public sealed record RecordedAmount(Recorded Value, Recorded? Uom);

/// <summary>A reading that its recorder reported as out of range.</summary>
/// <param name="Type">What was measured: <c>Temperature</c>, with or without a prefix; null where the report leaves it open.</param>
/// <param name="Min">The least that is allowed; null for no limit.</param>
/// <param name="Max">The most.</param>
public sealed record RecordedReading(Recorded? Type, Recorded Value, Recorded? Uom, Recorded? Min, Recorded? Max);

/// <summary>When an event happened.</summary>
/// <param name="At">The event's <c>eventTime</c>.</param>
/// <param name="Offset">Its <c>eventTimeZoneOffset</c>: the clock of the place, by which the day is told.</param>
/// <param name="Precision">Its <c>prov:timePrecision</c>: <c>day</c>, or null.</param>
public sealed record RecordedTime(Recorded At, Recorded? Offset, Recorded? Precision);

/// <summary>Where an event happened, as far as the public may know.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record RecordedPlace(Recorded? Name, Recorded? City, Recorded? Country);

/// <summary>A name that no event says: it is shown as stated, and by whom.</summary>
/// <param name="By">Null where that party did not choose to be named.</param>
/// <param name="IsOperators">It stands in the operator's list of products.</param>
public sealed record StatedName(string Value, Firm? By, bool IsOperators = false);

/// <summary>Where an event happened, by what its recorder says of the place in the header of a captured document.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="By">Null where the recorder did not choose to be named.</param>
public sealed record StatedPlace(string? City, string? Country, Firm? By);

/// <summary>A firm's name as the operator keeps it: no event says it, so pages show it as stated.</summary>
/// <param name="IsConfirmed">The admin gave this firm the number the product carries.</param>
public sealed record Firm(string Name, bool IsConfirmed = true);

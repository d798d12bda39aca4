namespace Provenance.Server.Tracing;

/// <summary>A trace as far as the asker may see it.</summary>
/// <param name="Truncated">Something was left out: beyond the depth asked for, or because there is too much of it.</param>
/// <param name="Next">Items to ask for next.</param>
/// <param name="Gaps">Items of which no event says how they came to be.</param>
/// <param name="Erased">Items of which the operator erased an event. Absent where there is none.</param>
/// <param name="Accounts">Forward, for keys: where all of each item is, by the events that the asker sees.</param>
/// <param name="Recall">Forward, where the item is recalled by its maker.</param>
internal sealed record TraceAnswer(
    string Item, NodeAnswer[] Nodes, EdgeAnswer[] Edges, EventAnswer[] Events, bool Truncated, string[] Next, string[] Gaps, ErasedAnswer[]? Erased, AccountAnswer[]? Accounts, RecallAnswer? Recall);

/// <param name="Index">Of the entry, which stays; for keys that see everything.</param>
/// <param name="On">The day, UTC.</param>
internal sealed record ErasedAnswer(string Item, long? Index, string On);

/// <param name="Item">URI, or <c>hidden:…</c>, a random word for this answer.</param>
/// <param name="Depth">Transformations away from the item asked for.</param>
/// <param name="Made">How much of it was made.</param>
internal sealed record NodeAnswer(string Item, string Kind, string? Product, string? Maker, int Depth, AmountAnswer? Made, string? Page);

/// <param name="Link"><c>madeInto</c> or <c>packedInto</c>.</param>
/// <param name="Quantity">How much of <paramref name="From"/> went this way.</param>
/// <param name="OfQuantity">How much of it was made in all: 100 of 480 travelled this way.</param>
/// <param name="Events">Indexes of the events that say so.</param>
internal sealed record EdgeAnswer(
    string From, string To, string Link, AmountAnswer? Quantity, AmountAnswer? OfQuantity, DateTimeOffset? Since, DateTimeOffset? Until, long[] Events);

/// <param name="Index">Place in the log; absent where the asker may not know which event it is, and then <paramref name="EventTime"/> tells only the day.</param>
/// <param name="Declared">Its recorder declared it an error: it counts for nothing any more.</param>
/// <param name="Redacted">The day, UTC, on which the operator took fields of it away.</param>
internal sealed record EventAnswer(
    long? Index, string? EventId, string Type, string? Action, string? BizStep, string? Disposition, string EventTime, string EventTimeZoneOffset, string? TimePrecision,
    string? Place, string? City, string? Country, string? Party, string? Basis, MentionAnswer[] Items, string? Proof, DeclaredAnswer? Declared, string? Redacted);

/// <param name="Index">Of the declaration.</param>
/// <param name="Reason"><c>did_not_occur</c>, <c>incorrect_data</c>, or somebody's own.</param>
/// <param name="CorrectedBy">eventIDs of what stands in its place.</param>
internal sealed record DeclaredAnswer(long? Index, string? Reason, string? Time, string[]? CorrectedBy);

/// <param name="Role"><c>subject</c>, <c>input</c>, <c>output</c>, <c>parent</c> or <c>child</c>.</param>
internal sealed record MentionAnswer(string Item, string Role, AmountAnswer? Quantity);

/// <param name="Uom">UN/ECE Rec 20; absent for pieces.</param>
internal sealed record AmountAnswer(decimal Value, string? Uom)
{
    public static AmountAnswer? Of(decimal? value, string? uom) => value is { } known ? new AmountAnswer(known, uom) : null;
}

/// <summary>Made + brought = held + unaccounted + used + sold + destroyed + sampled − missing.</summary>
/// <param name="Uom">Of all its numbers; UN/ECE Rec 20, absent for pieces.</param>
/// <param name="Brought">Received from somewhere that no event here speaks of.</param>
/// <param name="Unaccounted">Sent to somebody who has not recorded its receipt.</param>
/// <param name="Missing">Parties by whose record more went out than came in.</param>
internal sealed record AccountAnswer(
    string Item, string? Uom, decimal Made, decimal Brought, decimal Used, decimal Sold, decimal Destroyed, decimal Sampled,
    HolderAnswer[] Holders, HolderAnswer[] Unaccounted, HolderAnswer[] Missing);

/// <param name="Party">Name, or the URI by which the events call a firm that is no party here; absent where they name nobody.</param>
/// <param name="Since">Since when it has some, or when it was sent.</param>
internal sealed record HolderAnswer(string? Party, decimal Quantity, DateTimeOffset Since);

/// <summary>The item is recalled: what was made of it, and what the makers of that have answered.</summary>
/// <param name="By">The maker; absent where it did not agree to be named.</param>
/// <param name="Index">Of the recall.</param>
internal sealed record RecallAnswer(DateTimeOffset Since, string? By, long? Index, DescendantAnswer[] Descendants);

/// <param name="Answer"><c>recalled</c> too, <c>inspected</c> for it, or <c>none</c> yet.</param>
/// <param name="At">When the maker answered.</param>
internal sealed record DescendantAnswer(string Item, string? Product, string? Maker, int Depth, string Answer, DateTimeOffset? At);

/// <param name="State">Such as <c>inOrder</c> or <c>recalled</c>: by its maker's word.</param>
/// <param name="Ingredient">With <c>ingredientRecalled</c>: which lot.</param>
/// <param name="Claims">What others than the maker say; it changes nothing.</param>
/// <param name="Balance">What the asking party still holds by its own record; absent where nothing of it came in.</param>
/// <param name="Accounts">Where all of it is, by the events that the asker sees: who holds how much, and what is unaccounted for. Absent for the public.</param>
internal sealed record ItemAnswer(
    string Item, string Kind, string? Product, string? Lot, string? Serial, string State, DateTimeOffset? Since, string? Ingredient, ClaimAnswer[] Claims, string Page,
    AmountAnswer[]? Balance, AccountAnswer[]? Accounts);

/// <param name="Party">Absent where it did not agree to be named.</param>
internal sealed record ClaimAnswer(string State, string? Party, DateTimeOffset Since);

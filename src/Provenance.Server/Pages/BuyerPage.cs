using Provenance.Core.Gs1;
using Provenance.Server.Pages.Graph;
using Provenance.Server.Pages.Map;

namespace Provenance.Server.Pages;

/// <summary>All that the public page of a lot, a unit or a product shows.</summary>
public sealed record BuyerPage
{
    public required BuyerSubject Subject { get; init; }

    /// <summary>Canonical URI of the item (design §6).</summary>
    public required string Item { get; init; }

    /// <summary>The item as printed on a pack: <c>(01)09506000134352 (10)L1</c>, or SKU and lot.</summary>
    public required string Printed { get; init; }

    /// <summary>Lot or serial; null for a product.</summary>
    public string? Lot { get; init; }

    /// <summary>Path of the product's page, without lot.</summary>
    public string? ProductPath { get; init; }

    /// <summary>Null when nobody is known to make it.</summary>
    public Firm? Maker { get; init; }

    /// <summary>The product's name in the event that made the lot.</summary>
    public Recorded? ProductName { get; init; }

    /// <summary>The name in the operator's list of products, or what its maker calls it: shown where no event gives one.</summary>
    public StatedName? StatedProductName { get; init; }

    /// <summary>Absolute path on this server; null without a picture.</summary>
    public string? ImagePath { get; init; }

    public Condition Condition { get; init; } = new(LotState.InOrder);

    /// <summary>How many of the events shown wait for the chain.</summary>
    public int Waiting { get; init; }

    public RecordedTime? Made { get; init; }

    /// <summary>An ISO date.</summary>
    public Recorded? BestBefore { get; init; }

    /// <summary>An ISO date.</summary>
    public Recorded? UseBy { get; init; }

    /// <summary>What was made; null where the maker hides it.</summary>
    public RecordedAmount? Quantity { get; init; }

    /// <summary>Where it comes from, in the words of the event that made it.</summary>
    public RecordedPlace? Origin { get; init; }

    /// <summary>Where the first of what it was made of was made: shown where <see cref="Origin"/> is not known.</summary>
    public IReadOnlyList<RecordedPlace> Beginnings { get; init; } = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<JourneyStep> Journey { get; init; } = [];

    /// <summary>The days, UTC, on which the operator erased an entry about it.</summary>
    public IReadOnlyList<DateOnly> Erased { get; init; } = [];

    public IReadOnlyList<Ingredient> Ingredients { get; init; } = [];

    /// <summary>Null for what has not been anywhere yet.</summary>
    internal Whereabouts? Where { get; init; }

    /// <summary>Null for what was made of nothing on record.</summary>
    internal SupplyGraph? Graph { get; init; }

    /// <summary>What the public may know of the items in <see cref="Graph"/>, but for the page's own.</summary>
    internal IReadOnlyDictionary<ItemId, Ingredient> GraphItems { get; init; } = new Dictionary<ItemId, Ingredient>();

    public IReadOnlyList<Certificate> Certificates { get; init; } = [];

    /// <summary>Null while the ledger has no anchored checkpoint.</summary>
    public LedgerFacts? Ledger { get; init; }

    /// <summary>The ledger's chain is the embedded one.</summary>
    public bool IsTrial { get; init; }

    /// <summary>Entries that the page shows something of, ascending: each has a proof at <see cref="ProofPath"/>.</summary>
    public IReadOnlyList<ulong> Leaves { get; init; } = [];

    /// <summary>Where the proof of an entry is.</summary>
    public static string ProofPath(ulong leaf) => $"/api/log/{leaf}/proof";
}

/// <summary>What a page is about.</summary>
public enum BuyerSubject
{
    Lot,
    Unit,

    /// <summary>Scanned or typed without a lot.</summary>
    Product,

    /// <summary>The product is known, the lot is not.</summary>
    UnknownLot,
}

/// <summary>The state of a lot, worst first where several hold.</summary>
public enum LotState
{
    Recalled,
    Destroyed,
    PastUseBy,
    OnHold,

    /// <summary>A lot that went into it was recalled and its maker has not answered.</summary>
    IngredientRecalled,
    PastBestBefore,
    InOrder,
}

/// <summary>The state of a lot and where it is said.</summary>
/// <param name="Since">Of the event that says so.</param>
/// <param name="Reason">In the recorder's words.</param>
/// <param name="IsByOther">Somebody other than the maker says so: then it is shown as theirs.</param>
/// <param name="SaidBy">Who that is; null where that firm did not choose to be named.</param>
public sealed record Condition(LotState State, RecordedTime? Since = null, Recorded? Reason = null, bool IsByOther = false, Firm? SaidBy = null);

/// <summary>One stop of a lot's way.</summary>
public sealed record JourneyStep
{
    /// <summary>The plain API's word for it, such as <c>ship</c>; what is shown is the page's word for that.</summary>
    public required string Step { get; init; }

    /// <summary>The field that says it: bizStep, or persistentDisposition.</summary>
    public Recorded? SaidIn { get; init; }

    public RecordedTime? Time { get; init; }

    public RecordedPlace? Place { get; init; }

    /// <summary>Shown where the event itself does not say.</summary>
    public StatedPlace? StatedPlace { get; init; }

    /// <summary>Who recorded it; null where that is hidden.</summary>
    public Firm? By { get; init; }

    public RecordedAmount? Amount { get; init; }

    /// <summary>What the lot had in all, where <see cref="Amount"/> is only the part that went this way.</summary>
    public RecordedAmount? OfAmount { get; init; }

    /// <summary>Readings that were out of range.</summary>
    public IReadOnlyList<RecordedReading> Alarms { get; init; } = [];

    /// <summary>The recorder's note.</summary>
    public Recorded? Note { get; init; }

    /// <summary>Null where the event's items are hidden: then it stands here without index and proof.</summary>
    public ulong? Leaf { get; init; }

    public bool IsWaiting { get; init; }

    /// <summary><c>prov:basis</c>: recorded from the papers of somebody who did not record it here.</summary>
    public Recorded? Basis { get; init; }

    /// <summary>The day, UTC, on which the operator took fields of it away.</summary>
    public DateOnly? Redacted { get; init; }

    /// <summary>The event was declared an error; null when it stands.</summary>
    public Declaration? Declared { get; init; }
}

/// <summary>The recorder took an event back.</summary>
/// <param name="Reason"><c>did_not_occur</c> or <c>incorrect_data</c>.</param>
public sealed record Declaration(Recorded Reason, Recorded Time);

/// <summary>A lot that went in.</summary>
public sealed record Ingredient
{
    /// <summary>Null where it is hidden.</summary>
    internal ItemId? Item { get; init; }

    public Recorded? Name { get; init; }

    /// <summary>Shown where no event gives a name.</summary>
    public StatedName? StatedName { get; init; }

    /// <summary>Lot as its maker calls it; null where it is hidden.</summary>
    public Recorded? Lot { get; init; }

    public RecordedAmount? Amount { get; init; }

    public Recorded? Country { get; init; }

    /// <summary>Whose it was; null where that firm did not agree to be named.</summary>
    public Firm? From { get; init; }

    /// <summary>From <c>prov:supplierName</c>: whose papers it was recorded from.</summary>
    public Recorded? PaperSupplier { get; init; }

    /// <summary>Path of its own page; null where it has none for the public.</summary>
    public string? Path { get; init; }

    public bool IsRecalled { get; init; }
}

/// <summary>What a certificate is for.</summary>
public enum Coverage
{
    Unknown,
    Lot,
    Product,
    Site,
    Party,
}

/// <summary>A certificate as a recorder wrote it down. Nobody here has checked it.</summary>
/// <param name="ValidUntil">An ISO date.</param>
/// <param name="Url">Where its issuer shows it.</param>
/// <param name="IsExpired">Today, by the server's clock.</param>
/// <param name="By">Who says it has it.</param>
/// <param name="IsOfIngredient">Written down with a lot that went into this one, not with this one.</param>
public sealed record Certificate(
    Recorded Name, Recorded? Issuer, Recorded? Number, Recorded? ValidFrom, Recorded? ValidUntil, Recorded? Url, Coverage Covers, bool IsExpired, Firm? By, bool IsOfIngredient = false);

/// <summary>Where the ledger stands, for those who look closely.</summary>
/// <param name="LedgerId">Bare hex.</param>
/// <param name="Contract">With <c>0x</c>.</param>
/// <param name="Size">Leaves at the newest anchored checkpoint.</param>
/// <param name="Root">Bare hex, of that checkpoint.</param>
/// <param name="AnchoredAt">Time of its block.</param>
public sealed record LedgerFacts(string LedgerId, string Contract, ulong ChainId, ulong Size, string Root, DateTimeOffset AnchoredAt);

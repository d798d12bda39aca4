using Provenance.Server.Parties;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>A webhook of a named query, and how far it has come.</summary>
/// <param name="Party">Row of whose it is.</param>
/// <param name="Role">With whose rights it reads.</param>
/// <param name="SignatureToken">The receiver's secret; null where it gave none.</param>
/// <param name="Schedule">JSON as it was sent; null when it streams.</param>
/// <param name="InitialRecordTime">Events recorded before are none of it.</param>
/// <param name="NextLeaf">Everything before was delivered, or did not match.</param>
/// <param name="DueAt">Of a schedule: when it runs next.</param>
/// <param name="Window">Of a schedule that runs: the leaf at which this run ends.</param>
/// <param name="HasSent">This run has delivered something.</param>
/// <param name="MostEvents">In one delivery.</param>
/// <param name="Delivery">The one that is being tried.</param>
internal sealed record Subscription(
    string Id,
    long Party,
    string Query,
    Role Role,
    string Dest,
    string? SignatureToken,
    EpcFormat Format,
    string? Schedule,
    bool ReportsIfEmpty,
    DateTimeOffset? InitialRecordTime,
    DateTimeOffset CreatedAt,
    long NextLeaf,
    DateTimeOffset? DueAt,
    long? Window,
    bool HasSent,
    int MostEvents,
    Delivery? Delivery,
    string? LastError,
    DateTimeOffset? NotifiedAt,
    DateTimeOffset? ExecutedAt)
{
    /// <summary>In one delivery, until the receiver asks for fewer.</summary>
    public const int DefaultMostEvents = 100;
}

/// <summary>What is sent together, under an id that stays the same however often it has to be sent.</summary>
/// <param name="Before">The leaf at which it ends; it begins at <see cref="Subscription.NextLeaf"/>.</param>
/// <param name="Attempts">That failed.</param>
/// <param name="RetryAt">Not before then.</param>
internal sealed record Delivery(string Id, long Before, int Attempts, DateTimeOffset RetryAt);

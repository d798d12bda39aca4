using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Epcis.Queries;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Storage;

/// <summary>One event with everything that can be worked out before its place in the log is known, so that the writer's thread only numbers and writes.</summary>
internal sealed class PreparedEvent
{
    private PreparedEvent()
    {
    }

    /// <summary>The event as stored and committed to: compact JSON.</summary>
    public required byte[] Body { get; init; }

    public required string EventId { get; init; }

    /// <summary>Whether the sender gave <see cref="EventId"/>; else it is a random one of ours.</summary>
    public required bool IsNamed { get; init; }

    /// <summary>eventTime in ms since 1970.</summary>
    public required long At { get; init; }

    public required Digest Seed { get; init; }

    /// <summary>16 random bytes for the entry's meta. Not made from the seed, which a signing party knows.</summary>
    public required byte[] Salt { get; init; }

    public required Digest EventDigest { get; init; }

    /// <summary>What the event says, for links and balances that are written with it.</summary>
    public required EventFacts Facts { get; init; }

    /// <summary>Canonical names of the items it speaks of, each once.</summary>
    public required IReadOnlyList<string> Items { get; init; }

    public required long EventIdKey { get; init; }

    public required long HashKey { get; init; }

    /// <summary>In the order of <see cref="Items"/>.</summary>
    public required long[] ItemKeys { get; init; }

    /// <summary>Of <see cref="IndexTerms.Of"/>.</summary>
    public required long[] TermKeys { get; init; }

    /// <summary>What it names beside items.</summary>
    public required IReadOnlyList<VocabularyElement> Vocabulary { get; init; }

    /// <summary>Commits to a checked event. Runs on the caller's thread.</summary>
    /// <param name="stored">The event in its stored form: compact, with <c>@context</c>, <c>eventID</c> and an <c>eventTime</c> that were checked.</param>
    /// <param name="isNamed">Whether the sender gave the eventID.</param>
    /// <param name="own">Which ids in it are this ledger's own.</param>
    /// <param name="eventHash">CBV 2.0 event hash; kept only as a MAC.</param>
    /// <param name="seed">From a party that signs itself; null for a random one.</param>
    /// <param name="eventDigest">Of a stored event whose seed is gone (<see cref="RedactedEvent"/>).</param>
    public static PreparedEvent Make(IndexKeys keys, OwnIds own, Party author, JsonElement stored, bool isNamed, Digest eventHash, Digest? seed = null, Digest? eventDigest = null)
    {
        var facts = EventFacts.Read(stored, own);
        var items = facts.ItemKeys;
        var kept = seed ?? new Digest(RandomNumberGenerator.GetBytes(Digest.Size));
        var eventId = facts.EventId ?? throw new ArgumentException("An event to be stored has an eventID, the sender's or one of ours.", nameof(stored));
        return new PreparedEvent
        {
            Body = JsonMarshal.GetRawUtf8Value(stored).ToArray(),
            EventId = eventId,
            IsNamed = isNamed,
            At = facts.Time.ToUnixTimeMilliseconds(),
            Seed = kept,
            Salt = RandomNumberGenerator.GetBytes(Disclosure.SaltSize),
            EventDigest = eventDigest ?? Core.Events.EventDigest.Of(stored, kept),
            Facts = facts,
            Items = items,
            EventIdKey = keys.OfEventId(eventId),
            HashKey = keys.OfHash(author.Id, eventHash),
            ItemKeys = [.. items.Select(keys.OfItem)],
            TermKeys = [.. IndexTerms.Of(stored, facts, own).Distinct(StringComparer.Ordinal).Select(keys.OfTerm)],
            Vocabulary = VocabularyElement.Of(stored, facts, own),
        };
    }
}

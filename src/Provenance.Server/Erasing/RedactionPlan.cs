using System.Globalization;
using Dapper;
using Provenance.Core;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Documents;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Erasing;

/// <summary>Everything that goes when fields of an event are redacted.</summary>
/// <param name="Events">The event, and those that repeat it.</param>
internal sealed record RedactionPlan(IReadOnlyList<PlannedRedaction> Events, IReadOnlyList<PlannedFile> Files, IReadOnlyList<PlannedDocument> Documents)
{
    /// <summary>What everything else goes by: without them the event could not be read, found or counted any more.</summary>
    private static readonly HashSet<string> Needed = new(StringComparer.Ordinal)
    {
        "@context", "eventID", "eventTimeZoneOffset", "transformationID", "parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList",
        "sourceList", "destinationList",
    };

    /// <summary>A lot's state follows from them: without one, what is past its date would be in order.</summary>
    private static readonly HashSet<string> Dates = new(StringComparer.Ordinal) { "/ilmd/cbvmda:bestBeforeDate", "/ilmd/cbvmda:itemExpirationDate" };

    private static readonly HashSet<string> Amounts = new(StringComparer.Ordinal) { "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList" };

    /// <summary>The plan; or why there is none, for whoever named event and fields.</summary>
    /// <param name="fields">JSON pointers (RFC 6901), of fields as they are disclosed or of what holds several.</param>
    public static (RedactionPlan? Plan, string? Refused) Make(Database database, OwnIds own, long leaf, IReadOnlyList<string> fields)
    {
        using var log = new LogReading(database, own);
        var size = log.Connection.ExecuteScalar<long>("SELECT coalesce(max(leaf) + 1, 0) FROM entry");
        if (leaf < 0 || leaf >= size)
        {
            return (null, $"--event is '{leaf}': the log has {size} entries, counted from 0.");
        }
        if (Erasures.Find(log.Connection, leaf) is { } erased)
        {
            return (null, $"--event is '{leaf}': that event was erased on {erased.Day}.");
        }
        var named = log.At(leaf) ?? throw new InvalidOperationException($"Event {leaf} is missing, and nobody erased it. Run 'provenance check'.");
        var planned = new SortedDictionary<long, PlannedRedaction>();
        foreach (var e in log.Named(named.Facts.EventId!).Where(other => other.Party == named.Party))
        {
            var kept = log.Connection.QuerySingle<byte[]>("SELECT seed FROM seed WHERE leaf = @Leaf", new { e.Leaf });
            var opened = RedactedEvent.Open(e.Body, kept);
            if (Expand(opened, fields, out var pointers) is { } missing && e.Leaf == leaf)
            {
                return (null, $"--field is '{missing}': event {leaf} has no such field. It has {string.Join(' ', opened.Disclosures.Select(d => d.Pointer).Where(pointer => WhyNot(pointer) is null))}");
            }
            if (pointers.Select(pointer => (Pointer: pointer, Why: WhyNot(pointer) ?? WhyNotFrom(opened, pointer, pointers))).FirstOrDefault(one => one.Why is not null) is (var refused, { } why))
            {
                return (null, $"--field is '{refused}': {why}");
            }
            if (pointers.Count > 0)
            {
                planned[e.Leaf] = new PlannedRedaction(e, opened.Without(pointers), [.. pointers.Order(StringComparer.Ordinal)]);
            }
        }
        var events = planned.ToDictionary(one => one.Key, one => one.Value.Event);
        var gone = planned.Values.SelectMany(one => DocumentReferences.Of(one.Event.Body)).Select(reference => reference.Sha256)
            .Except(planned.Values.SelectMany(one => DocumentReferences.Of(System.Text.Json.JsonElement.Parse(one.Left.Body))).Select(reference => reference.Sha256));
        return (new RedactionPlan([.. planned.Values], ErasurePlan.FilesOf(log.Connection, events.Values), ErasurePlan.DocumentsOf(log, events, gone)), null);
    }

    public IEnumerable<string> Print()
    {
        foreach (var one in Events)
        {
            foreach (var pointer in one.Pointers)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"field: {pointer} of event {one.Event.Leaf}");
            }
        }
        foreach (var line in new ErasurePlan([], Files, Documents).Print())
        {
            yield return line;
        }
    }

    /// <summary>A field by itself, or all within.</summary>
    /// <returns>The first that names nothing.</returns>
    private static string? Expand(RedactedEvent opened, IReadOnlyList<string> fields, out HashSet<string> pointers)
    {
        pointers = [];
        var missing = default(string);
        foreach (var field in fields)
        {
            var found = opened.Disclosures.Select(d => d.Pointer).Where(pointer => pointer == field || pointer.StartsWith(field + "/", StringComparison.Ordinal)).ToList();
            missing ??= found.Count == 0 || field.Length == 0 ? field : null;
            pointers.UnionWith(found);
        }
        return missing;
    }

    private static string? WhyNot(string pointer) => EventFields.Must.Contains(pointer)
        ? "it could reverse what the event says, so no proof holds without it. Erase the event instead."
        : Dates.Contains(pointer) ? "whether the lot is past its date is told by it. Erase the event instead."
        : EventFields.Parts(pointer) is [var member, ..] && (Needed.Contains(member) || Amounts.Contains(member))
            ? "the event is found and counted by it. Erase the event instead." : null;

    /// <summary>What stands behind an element of a list would move up, and its pointer would not be that of its disclosure any more.</summary>
    private static string? WhyNotFrom(RedactedEvent opened, string pointer, HashSet<string> pointers)
    {
        if (EventFields.Parts(pointer) is not [var list, var index] || list is "ilmd" or "errorDeclaration" || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            return null;
        }
        var stem = pointer[..(pointer.LastIndexOf('/') + 1)];
        return opened.Disclosures.Select(d => d.Pointer).FirstOrDefault(other => other.StartsWith(stem, StringComparison.Ordinal) && !pointers.Contains(other)
            && int.TryParse(other[stem.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place > at) is { } behind
            ? $"{behind} stands behind it in its list. Name that too, or the whole list." : null;
    }
}

/// <param name="Left">Without the fields.</param>
/// <param name="Pointers">Of the fields that go.</param>
internal sealed record PlannedRedaction(TracedEvent Event, RedactedEvent Left, IReadOnlyList<string> Pointers);

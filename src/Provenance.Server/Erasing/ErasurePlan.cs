using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Documents;
using Provenance.Server.Epcis;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Erasing;

/// <summary>Everything that goes when events are erased: looked up before anything is touched.</summary>
/// <param name="Events">In the order of the log.</param>
/// <param name="Files">EPCIS documents they came in; the other events of those stay.</param>
/// <param name="Documents">Documents that nothing else refers to.</param>
internal sealed record ErasurePlan(IReadOnlyList<TracedEvent> Events, IReadOnlyList<PlannedFile> Files, IReadOnlyList<PlannedDocument> Documents)
{
    /// <summary>The plan for these events, and all that repeats them; or why there is none, for whoever named them.</summary>
    /// <param name="item">Then every event that speaks of it.</param>
    public static (ErasurePlan? Plan, string? Refused) Make(Database database, OwnIds own, IReadOnlyList<long> leaves, ItemId? item)
    {
        using var log = new LogReading(database, own);
        var size = log.Connection.ExecuteScalar<long>("SELECT coalesce(max(leaf) + 1, 0) FROM entry");
        var events = new SortedDictionary<long, TracedEvent>();
        foreach (var leaf in leaves)
        {
            if (leaf < 0 || leaf >= size)
            {
                return (null, $"--event is '{leaf}': the log has {size} entries, counted from 0.");
            }
            if (Erasures.Find(log.Connection, leaf) is { } erased)
            {
                return (null, $"--event is '{leaf}': that event was erased on {erased.Day}.");
            }
            events[leaf] = log.At(leaf) ?? throw new InvalidOperationException($"Event {leaf} is missing, and nobody erased it. Run 'provenance check'.");
        }
        if (item is { } asked)
        {
            var history = log.HistoryOf(asked);
            if (history.IsCut)
            {
                return (null, $"--item is '{asked.Uri}': more than {LogReading.MostEvents} events speak of it. Name them with --event.");
            }
            var found = history.Events.Concat(history.Withdrawn.SelectMany(pair => new[] { pair.Event, pair.Declaration })).ToList();
            if (found.Count == 0)
            {
                return (null, $"--item is '{asked.Uri}': nothing is on record about it.");
            }
            found.ForEach(e => events[e.Leaf] = e);
        }
        // A declaration repeats the event that it takes back. Without it, what was taken back would hold again.
        foreach (var twin in events.Values.SelectMany(e => log.Named(e.Facts.EventId!).Where(other => other.Party == e.Party)).ToList())
        {
            events[twin.Leaf] = twin;
        }
        return (new ErasurePlan([.. events.Values], FilesOf(log.Connection, events.Values), DocumentsOf(log, events, events.Values.SelectMany(e => DocumentReferences.Of(e.Body)).Select(reference => reference.Sha256))), null);
    }

    internal static List<PlannedFile> FilesOf(SqliteConnection connection, IEnumerable<TracedEvent> events) =>
    [
        .. events.Select(e => EventFacts.Text(e.Body, ProvTerms.Source)).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(source => connection.QuerySingleOrDefault<(long Id, long At)?>("SELECT id, received_at FROM received_file WHERE source = @source", new { source = Digest.Parse(source).ToArray() }))
            .OfType<(long Id, long At)>().Select(row => new PlannedFile(row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.At))),
    ];

    /// <summary>Those that only these events refer to, that no page shows as a photo, and that nobody but their recorders sent.</summary>
    /// <param name="gone">What these events will not refer to any more.</param>
    internal static List<PlannedDocument> DocumentsOf(LogReading log, IReadOnlyDictionary<long, TracedEvent> events, IEnumerable<Digest> gone)
    {
        var authors = events.Values.Select(e => e.Party).ToHashSet();
        var alone = gone.Distinct()
            .Where(sha256 => log.Carrying(sha256).All(e => events.ContainsKey(e.Leaf) || DocumentReferences.Of(e.Body).All(other => other.Sha256 != sha256)));
        return
        [
            .. alone.Select(sha256 => log.Connection.QuerySingleOrDefault<(string Type, long Size)?>("""
                SELECT type, size FROM document
                WHERE sha256 = @sha256 AND NOT EXISTS (SELECT 1 FROM public_view WHERE photo = @sha256)
                  AND NOT EXISTS (SELECT 1 FROM document_holder WHERE sha256 = @sha256 AND party NOT IN @authors)
                """, new { sha256 = sha256.ToArray(), authors }) is var (type, bytes) ? new PlannedDocument(sha256, type, bytes) : null).OfType<PlannedDocument>(),
        ];
    }

    /// <summary>A line each: what goes, then what stays.</summary>
    public IEnumerable<string> Print()
    {
        foreach (var e in Events)
        {
            var items = string.Join(", ", e.Facts.Items.Select(mention => mention.Item.Uri).Distinct(StringComparer.Ordinal));
            yield return string.Create(CultureInfo.InvariantCulture,
                $"event {e.Leaf}: {e.Facts.Type} {EventFacts.Bare(Core.Epcis.CbvWords.BizStep, e.Facts.BizStep) ?? e.Facts.Action} of {e.Body.GetProperty("eventTime").GetString()}{(e.Facts.IsDeclaration ? ", declared an error" : "")}, {items}");
        }
        foreach (var file in Files)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"file: the EPCIS document received {file.ReceivedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, as it came; other events of it stay recorded");
        }
        foreach (var document in Documents)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"document: {document.Sha256}, {document.Type}, {document.Size} bytes");
        }
    }
}

/// <param name="Id">Row of <c>received_file</c>.</param>
internal sealed record PlannedFile(long Id, DateTimeOffset ReceivedAt);

/// <param name="Size">Bytes.</param>
internal sealed record PlannedDocument(Digest Sha256, string Type, long Size);

using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis;

/// <summary>The received file behind an event, for who may see every event in it (design §7).</summary>
internal sealed class OriginalFiles(Database database, EpcisEventStore events, Privacy privacy, OwnIds own)
{
    /// <param name="id">An eventID, or the event's index in the log.</param>
    public (byte[]? File, Problem? Problem) Find(string id, Caller caller)
    {
        var found = long.TryParse(id, System.Globalization.NumberStyles.None, null, out var leaf) ? events.FindAt(leaf, caller) : events.Find(id, caller);
        if (found.Count == 0)
        {
            return (null, Problem.NotFound("id", id, $"There is no event '{id}' that this key may see."));
        }
        using var connection = database.Read();
        var files = found.Select(e => EventFacts.Text(e.Event, ProvTerms.Source)).OfType<string>()
            .Select(source => ReceivedFile.Find(connection, Digest.Parse(source))).OfType<ReceivedFile>().ToList();
        if (files.Count == 0)
        {
            return (null, Problem.NotFound("id", id, "No file is kept for this event: it was recorded by the plain API or alone, or its file was erased."));
        }
        return files.Find(file => SeesAllOf(file, caller)) is { } visible
            ? (visible.Body, null)
            : (null, Problem.Forbidden("The file holds other events, which this key may not see.") with { Field = "id", Value = id });
    }

    // What was refused may have said anything of anybody: such a file is its sender's alone.
    private bool SeesAllOf(ReceivedFile file, Caller caller)
    {
        if (caller.SeesEverything || caller.Party.Row == file.Party)
        {
            return true;
        }
        var reading = EventReader.Read(file.Body);
        return reading.Problems.Count == 0 && reading.MasterData.Count == 0
            && reading.Events.All(e => privacy.SeesWhole(caller, file.Party, EventFacts.Read(e.Json, own)));
    }
}

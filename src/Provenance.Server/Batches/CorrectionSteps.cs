using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>Recorded wrong: the event is declared an error and, with correct, another takes its place. Only who recorded it can (design §7, Authority).</summary>
internal static class CorrectionSteps
{
    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("correct", "An event was recorded wrong. replacement has the members that should have been sent instead, as its step names them; the others stay. Both stay on record.", """
            {"step":"correct","event":"urn:uuid:00000000-0000-4000-8000-000000000000",
             "replacement":{"items":[{"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":10,"uom":"kg"}]}}
            """, ReadCorrect),
        new("void", "An event was recorded that never happened. It stays on record, declared an error.", """
            {"step":"void","event":"urn:uuid:00000000-0000-4000-8000-000000000000","note":"typed in twice"}
            """, ReadVoid),
    ];

    private static CorrectRequest? ReadCorrect(RequestObject request)
    {
        var (common, eventId) = ReadDeclaration(request, "Send the eventId of the event that was recorded wrong.");
        if (!request.Has("replacement"))
        {
            request.Faults.Add("replacement", null, "Send what should have been recorded: {\"quantity\": 10, \"uom\": \"kg\"}. If it never happened, send step void.");
        }
        var replacement = request.FindObject("replacement");
        return eventId is null || replacement is null ? null : new CorrectRequest(common, eventId, replacement);
    }

    private static VoidRequest? ReadVoid(RequestObject request)
    {
        var (common, eventId) = ReadDeclaration(request, "Send the eventId of the event that never happened.");
        return eventId is null ? null : new VoidRequest(common, eventId);
    }

    // A declaration repeats its event: of the common fields only what belongs to the declaration itself has a place in it.
    private static (CommonFields Common, string? EventId) ReadDeclaration(RequestObject request, string whatToDo) =>
        (CommonReader.ReadDeclaration(request), request.Text("event", whatToDo, longest: 2000));

    /// <summary>The party's own event of that id, which it has not declared an error yet; null with a fault otherwise.</summary>
    public static TracedEvent? Find(StepResolver look, string eventId)
    {
        var named = look.Log.Named(eventId);
        var own = named.Where(e => e.Party == look.Party.Row).ToList();
        if (own.Find(e => e.Facts.IsDeclaration) is { } declaration)
        {
            look.Faults.Add("event", eventId, $"Entry {declaration.Leaf} declares this event an error already. Correct or void the event that took its place.");
            return null;
        }
        if (own is [var recorded, ..])
        {
            return recorded;
        }
        var names = new[] { look.Directory.UriOf(look.Party), look.Directory.OwnUriOf(look.Party) };
        if (named.Any(e => e.Facts.Partners.Any(names.Contains)))
        {
            look.Faults.Forbid("event", eventId, "Another party recorded this event; only it can correct or void it. Ask it to.");
        }
        else
        {
            look.Faults.Add("event", eventId, "You have recorded no event of this eventId. Send the eventId that was answered when you recorded it.");
        }
        return null;
    }

    /// <summary>What an event is about before all: what it made, moved or filled.</summary>
    public static IReadOnlyList<ItemId> Subjects(EventFacts facts)
    {
        var items = facts.Items.Where(mention => mention.Role is ItemRole.Subject or ItemRole.Output or ItemRole.Parent).ToList();
        return [.. (items.Count > 0 ? items : facts.Items).Select(mention => mention.Item).Distinct()];
    }

    /// <summary>What was recorded since stays as it is, and may lean on what is taken back now.</summary>
    /// <param name="corrected">What takes its place, if anything does.</param>
    public static void WarnOfOthers(StepResolver look, TracedEvent recorded, EventFacts? corrected)
    {
        var stillThere = corrected?.Items.Select(mention => mention.Item) ?? [];
        foreach (var item in recorded.Facts.Items.Select(mention => mention.Item).Distinct().Except(stillThere).Where(recorded.Makes))
        {
            if (look.Log.HistoryOf(item).Events.Count is > 0 and var others)
            {
                look.Warnings.Add($"{others} other event{(others == 1 ? " speaks" : "s speak")} of {item}, and stay{(others == 1 ? "s" : "")} as recorded.");
            }
        }
        if (recorded.Facts.TransformationId is { } id && look.Log.Transformation(id).Events.Where(e => e.Party == look.Party.Row).ToList() is { Count: > 0 } joined)
        {
            look.Warnings.Add($"It is part of one step with {string.Join(", ", joined.Select(e => e.Facts.EventId))}, which stays as recorded.");
        }
    }
}

internal sealed record CorrectRequest(CommonFields Common, string EventId, RequestObject Replacement) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        if (CorrectionSteps.Find(look, EventId) is not { } recorded)
        {
            return null;
        }
        look.Log.LeaveOut(recorded.Leaf);
        if (new Replacement(Replacement, recorded, look).Read() is not { } corrected)
        {
            return null;
        }
        var facts = EventFacts.Read(corrected.As(EventId), look.Log.Own);
        CorrectionSteps.WarnOfOthers(look, recorded, facts);
        return new ResolvedRequest([new Declaration(common, recorded, corrected)], CorrectionSteps.Subjects(facts));
    }
}

internal sealed record VoidRequest(CommonFields Common, string EventId) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        if (CorrectionSteps.Find(look, EventId) is not { } recorded)
        {
            return null;
        }
        look.Log.LeaveOut(recorded.Leaf);
        CorrectionSteps.WarnOfOthers(look, recorded, null);
        return new ResolvedRequest([new Declaration(common, recorded, null)], CorrectionSteps.Subjects(recorded.Facts));
    }
}

/// <summary>An event again, under its own eventID, with the declaration that it was an error; and what takes its place (EPCIS 2.0 §7.4.1.4).</summary>
/// <param name="Corrected">Null where nothing does: it did not occur.</param>
internal sealed record Declaration(StepCommon Common, TracedEvent Recorded, CorrectedEvent? Corrected) : Step(Common)
{
    public override IReadOnlyList<byte[]> Build(Func<string> newId)
    {
        if (Corrected is null)
        {
            return [Declare("did_not_occur", null)];
        }
        var id = newId();
        return [Declare("incorrect_data", id), Corrected.Write(id)];
    }

    private byte[] Declare(string reason, string? correctiveEventId)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        // The declaration did not come in the file that the event came in.
        foreach (var member in Recorded.Body.EnumerateObject().Where(member => !member.NameEquals(ProvTerms.Source)))
        {
            member.WriteTo(json);
        }
        json.WriteStartObject("errorDeclaration");
        json.WriteString("declarationTime", Common.At.Text);
        json.WriteString("reason", reason);
        if (correctiveEventId is not null)
        {
            json.WriteStartArray("correctiveEventIDs");
            json.WriteStringValue(correctiveEventId);
            json.WriteEndArray();
        }
        if (Common.Note is not null)
        {
            json.WriteString("rdfs:comment", Common.Note);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }
}

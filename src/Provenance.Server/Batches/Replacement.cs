using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>
/// Reads what should have been recorded instead: any member that the event's own step takes, each standing for the members of the event that it makes.
/// The log is read as if the event were not there, so that a balance tells how much there was without it.
/// </summary>
internal sealed partial class Replacement(RequestObject given, TracedEvent recorded, StepResolver look)
{
    private readonly string _word = StepWord.Of(recorded);
    private readonly EventFacts _facts = recorded.Facts;

    // Names of the event's members that are told anew, and of those of its ilmd.
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _masterData = new(StringComparer.Ordinal);

    // What they are told as.
    private readonly List<(string Instances, string Amounts, IReadOnlyList<StepPortion> Portions)> _lists = [];
    private readonly List<(string Member, string? Text)> _texts = [];
    private StepOutput? _output;
    private Handover? _handover;

    /// <summary>Null when anything is wrong; then the faults say what.</summary>
    public CorrectedEvent? Read()
    {
        if (ReadCommon() is not { } common)
        {
            return null;
        }
        ReadGoods();
        ReadHandover(common);
        ReadStatements();
        common = ReadOwnFields(common);
        given.Close();
        if (!look.Faults.None)
        {
            return null;
        }
        var corrected = new CorrectedEvent(recorded.Body, JsonElement.Parse(Write(common)), _members, _masterData);
        if (!EventContent.IsEqual(recorded.Body, corrected.As(_facts.EventId!)))
        {
            return corrected;
        }
        look.Faults.Add(given.Path, "{}", "This changes nothing. Send the members that were wrong, with what they should have been; if it never happened, send step void.");
        return null;
    }

    private byte[] Write(StepCommon common)
    {
        using var e = new EventWriter(common, _facts.EventId!, _facts.Type, hasOwnIlmd: _output is { Attributes.Count: > 0 } || HasOurOwnTerms(common));
        foreach (var (instances, amounts, portions) in _lists)
        {
            e.Items(instances, amounts, portions);
        }
        e.Place(goodsStay: recorded.Body.TryGetProperty("bizLocation", out _));
        e.Handover(_handover);
        foreach (var (member, text) in _texts)
        {
            e.Optional(member, text);
        }
        if (_output is not null)
        {
            e.Ilmd(_output);
        }
        return e.Finish([.. _lists.Where(list => !list.Instances.StartsWith("input", StringComparison.Ordinal)).SelectMany(list => list.Portions)]);
    }

    private StepCommon? ReadCommon()
    {
        var fields = CommonReader.Read(given, isNowIfNone: true)!;
        if (fields.Again)
        {
            look.Faults.Add(given.At("again"), "true", "Send again beside replacement, not in it.");
        }
        Replaces("at", "eventTime", "eventTimeZoneOffset", ProvTerms.TimePrecision);
        Replaces("producedAt", "eventTime", "eventTimeZoneOffset", ProvTerms.TimePrecision);
        Replaces("place", "readPoint", "bizLocation", ProvTerms.Place, ProvTerms.City, ProvTerms.Country);
        Replaces("documents", "bizTransactionList", ProvTerms.Documents);
        Replaces("note", "rdfs:comment");
        Replaces("certificates", "certificationInfo", "gs1:certification");
        Replaces("readings", "sensorElementList");
        // A date is noon where it happened: there where it was recorded, if no other place is sent.
        var place = fields.Place ?? (_facts.ReadPoint is { } point && look.Directory.FindPlace(look.Party, point) is { } known ? new GivenPlace("place", known.Id, null) : null);
        var common = look.Common(fields with { Place = place, AtField = given.At(fields.AtField) });
        // Readings without a time of their own were taken at the event's.
        return fields.At is not null ? common : common is null ? null : common with { At = new EventTime(EventFacts.Text(recorded.Body, "eventTime")!, _facts.Offset, IsDay: false) };
    }

    /// <summary><c>extra</c> stands for all own fields but the carrier, which has a member of its own.</summary>
    private StepCommon ReadOwnFields(StepCommon common)
    {
        const string Carrier = "own:carrier";
        if (given.Has("extra"))
        {
            var before = recorded.Body.EnumerateObject().Select(member => member.Name).Where(name => name.StartsWith("own:", StringComparison.Ordinal) && name != Carrier);
            _members.UnionWith(before.Concat(common.Own.Keys.Select(name => "own:" + name)));
        }
        if (_word != "ship" || given.FindText("carrier") is not { } carrier)
        {
            return common;
        }
        _members.Add(Carrier);
        return common with { Own = new Dictionary<string, JsonElement>(common.Own) { ["carrier"] = JsonSerializer.SerializeToElement(carrier) } };
    }

    /// <summary>Between whom; also where only the place changes, which is one end of it.</summary>
    private void ReadHandover(StepCommon common)
    {
        if (_word is not ("ship" or "receive" or "return"))
        {
            return;
        }
        var isShipment = _word == "ship";
        var (field, list, member) = isShipment ? ("to", "destinationList", "destination") : ("from", "sourceList", "source");
        var partner = given.Has(field) ? GoodsReader.ReadPartner(given, field, "Send {\"party\": …}.") is { } other ? look.Places.Resolve(other) : null : PartnerIn(list, member);
        var wasSold = PartnersIn(list, member).Any(entry => entry.Type == "owning_party");
        var sold = isShipment && given.Has("sold") ? given.Flag("sold") : wasSold;
        if (partner is null || !(given.Has(field) || given.Has("sold") || given.Has("place")))
        {
            return;
        }
        _members.UnionWith(["sourceList", "destinationList"]);
        _handover = isShipment ? new Handover(common.Recorder, partner, sold) : new Handover(partner, common.Recorder, sold);
    }

    private void ReadStatements()
    {
        if (_word is "return" or "hold" or "release" or "destroy" && Replaces("reason", ProvTerms.Reason))
        {
            _texts.Add((ProvTerms.Reason, given.FindText("reason", longest: 1000)));
        }
        if (_word is "recall" or "unrecall")
        {
            Replaces("reason", ProvTerms.RecallReason);
            Replaces("notice", ProvTerms.RecallNotice);
            _texts.Add((ProvTerms.RecallReason, given.FindText("reason", longest: 1000)));
            _texts.Add((ProvTerms.RecallNotice, CommonReader.ReadUrl(given, "notice")));
        }
        if (_word == "inspect")
        {
            if (Replaces("result", "disposition"))
            {
                _texts.Add(("disposition", StatementSteps.ReadResult(given)));
            }
            if (Replaces("concerns", ProvTerms.Concerns) && GoodsReader.ReadItem(given, "concerns", "Send the recalled lot.") is { } concerns)
            {
                _texts.Add((ProvTerms.Concerns, StatementRequest.Concerned(look, concerns)));
            }
        }
    }

    private StepPartner? PartnerIn(string list, string member)
    {
        var entries = PartnersIn(list, member).ToList();
        return entries.Find(entry => entry.Type == "possessing_party").Uri is { } party
            ? new StepPartner(party, entries.Find(entry => entry.Type == "location").Uri) : null;
    }

    private IEnumerable<(string? Type, string? Uri)> PartnersIn(string list, string member) =>
        recorded.Body.TryGetProperty(list, out var entries) && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Select(entry => (EventFacts.Bare(Core.Epcis.CbvWords.SourceDestination, EventFacts.Text(entry, "type")), EventFacts.Text(entry, member)))
            : [];

    /// <summary>The event already has the recorder's own terms in its context; an event captured with another prefix of that name keeps it.</summary>
    private bool HasOurOwnTerms(StepCommon common) =>
        recorded.Body.GetProperty("@context") is { ValueKind: JsonValueKind.Array } context && context.GetArrayLength() > 1
        && context[1] is { ValueKind: JsonValueKind.Object } terms && EventFacts.Text(terms, "own") == EventWriter.OwnTermsOf(common);

    /// <summary>Whether the member was sent, which then stands for these of the event.</summary>
    private bool Replaces(string field, params ReadOnlySpan<string> members)
    {
        var isSent = given.Has(field);
        foreach (var member in isSent ? members : [])
        {
            _members.Add(member);
        }
        return isSent;
    }
}

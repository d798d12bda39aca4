using Provenance.Core.Gs1;
using Provenance.Core.Units;
using Provenance.Server.Parties;

namespace Provenance.Server.Batches;

/// <summary>Looks up what every step may carry: time and place first, as a date needs the place's zone.</summary>
internal sealed class CommonResolver(
    BatchDirectory directory, PlaceResolver places, OwnIds own, Party party, DateTimeOffset now, Faults faults, List<string> warnings)
{
    /// <summary>Null when the time is wrong; other faults are noted beside.</summary>
    public StepCommon? Resolve(CommonFields given)
    {
        var (place, zone) = places.Resolve(given.Place);
        var at = given.At is null ? EventTime.Now(now) : EventTime.Read(given.At, given.AtField, zone, now, faults);
        var documents = given.Documents.Select((document, i) => Complete($"documents[{i}]", document)).ToList();
        var certificates = given.Certificates.Select((certificate, i) => Complete($"certificates[{i}]", certificate)).ToList();
        foreach (var (i, document) in given.Documents.Index())
        {
            Check($"documents[{i}].number", document.Number, OwnId.PartFault("document number", document.Number));
        }
        foreach (var (i, certificate) in certificates.Index().Where(entry => entry.Item.Url is null))
        {
            Check($"certificates[{i}].number", certificate.Number, OwnId.PartFault("certificate number", certificate.Number));
        }
        var readings = given.Readings.Select((reading, i) => Reading(reading, i)).ToList();
        var country = party.Country == LedgerOptions.NoCountry ? null : party.Country;
        return at is null ? null : new StepCommon(
            directory.UriOf(party).Uri, own, party.Slug, at, place, country, documents, given.Note, certificates, readings, given.Extra);
    }

    private GivenDocument Complete(string field, GivenDocument given)
    {
        var (url, sha256) = directory.Documents.Complete(party, field, given.Url, given.Sha256, faults);
        return given with { Url = url, Sha256 = sha256 };
    }

    private GivenCertificate Complete(string field, GivenCertificate given)
    {
        var (url, sha256) = directory.Documents.Complete(party, field, given.Url, given.Sha256, faults);
        return given with { Url = url, Sha256 = sha256 };
    }

    private void Check(string field, string value, string? fault)
    {
        if (fault is not null)
        {
            faults.Add(field, value, fault + ".");
        }
    }

    private StepReading Reading(GivenReading given, int i)
    {
        var time = given.At is null ? null : EventTime.Read(given.At, $"readings[{i}].at", null, now, faults)?.Text;
        var uom = Unit.TryParse(given.Uom, out var unit, out var unknown) ? unit.Code : given.Uom;
        if (uom.Length is not (2 or 3) || !uom.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
        {
            faults.Add($"readings[{i}].uom", given.Uom, $"Send a code of UN/ECE Rec 20: {unknown}.");
        }
        if (given.IsOutOfRange)
        {
            warnings.Add($"{given.Type} {given.Value} {uom} is out of the range you allow; the event says so.");
        }
        return new StepReading(given.Type, given.Value, uom, time, given.Min, given.Max, given.IsOutOfRange);
    }
}

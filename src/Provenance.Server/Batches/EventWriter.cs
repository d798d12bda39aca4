using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;

namespace Provenance.Server.Batches;

/// <summary>Writes one EPCIS 2.0 event of the plain API, member by member, in one fixed order.</summary>
internal sealed class EventWriter : IDisposable
{
    // What is stored is what is shown: Österreich stays readable, and nothing here is ever put into HTML unescaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly StepCommon _common;

    public EventWriter(StepCommon common, string eventId, string type, bool hasOwnIlmd = false)
    {
        _common = common;
        _json = new Utf8JsonWriter(_bytes, Options);
        _json.WriteStartObject();
        Context(hasOwnIlmd || common.Own.Count > 0);
        Text("eventID", eventId);
        Text("type", type);
        Text("eventTime", common.At.Text);
        Text("eventTimeZoneOffset", common.At.Offset);
    }

    public void Text(string name, string value) => _json.WriteString(name, value);

    /// <summary>Serials and SSCCs into the one list, lots with their amounts into the other; an empty list is left out.</summary>
    public void Items(string instances, string amounts, IReadOnlyList<StepPortion> portions)
    {
        if (portions.Any(portion => portion.Amount is null))
        {
            _json.WriteStartArray(instances);
            foreach (var portion in portions.Where(portion => portion.Amount is null))
            {
                _json.WriteStringValue(portion.Item.ToString());
            }
            _json.WriteEndArray();
        }
        if (portions.Any(portion => portion.Amount is not null))
        {
            _json.WriteStartArray(amounts);
            foreach (var portion in portions.Where(portion => portion.Amount is not null))
            {
                Amount(portion);
            }
            _json.WriteEndArray();
        }
    }

    public void PersistentDispositionSet(string disposition)
    {
        _json.WriteStartObject("persistentDisposition");
        _json.WriteStartArray("set");
        _json.WriteStringValue(disposition);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    /// <param name="goodsStay">They are at that place afterwards: then it is their bizLocation too.</param>
    public void Place(bool goodsStay)
    {
        if (_common.Place is not { } place)
        {
            return;
        }
        foreach (var name in goodsStay ? ["readPoint", "bizLocation"] : new[] { "readPoint" })
        {
            _json.WriteStartObject(name);
            Text("id", place.Uri);
            _json.WriteEndObject();
        }
    }

    /// <param name="owns">The party is owner too on this side of the handover.</param>
    public void Handover(string list, string member, string party, string? place, bool owns)
    {
        _json.WriteStartArray(list);
        Entry("possessing_party", party);
        if (owns)
        {
            Entry("owning_party", party);
        }
        if (place is not null)
        {
            Entry("location", place);
        }
        _json.WriteEndArray();

        void Entry(string type, string uri)
        {
            _json.WriteStartObject();
            Text("type", type);
            Text(member, uri);
            _json.WriteEndObject();
        }
    }

    public void Ilmd(StepOutput output)
    {
        if (output is { BestBefore: null, UseBy: null, Origin: null, NetContent: null, Image: null, Attributes.Count: 0 })
        {
            return;
        }
        _json.WriteStartObject("ilmd");
        Optional("cbvmda:bestBeforeDate", output.BestBefore);
        Optional("cbvmda:itemExpirationDate", output.UseBy);
        Optional("cbvmda:countryOfOrigin", output.Origin?.Country);
        Optional("gs1:provenanceStatement", output.Origin?.Place);
        if (output.Origin?.Geo is { } geo)
        {
            _json.WriteStartObject("gs1:geo");
            _json.WriteNumber("gs1:latitude", geo.Latitude);
            _json.WriteNumber("gs1:longitude", geo.Longitude);
            _json.WriteEndObject();
        }
        if (output.NetContent is { } net)
        {
            _json.WriteStartObject("gs1:netContent");
            _json.WriteNumber("gs1:value", net.Value);
            Optional("gs1:unitCode", net.Uom);
            _json.WriteEndObject();
        }
        if (output.Image is { } image)
        {
            _json.WriteStartObject("gs1:image");
            Text("gs1:referencedFileURL", image);
            _json.WriteEndObject();
        }
        Own(output.Attributes);
        _json.WriteEndObject();
    }

    /// <summary>Writes what every event may carry and ends it.</summary>
    /// <param name="named">The items whose product's name the event tells, if they are of one product.</param>
    public byte[] Finish(IReadOnlyList<StepPortion> named)
    {
        Documents();
        Readings();
        Certificates();
        Optional("rdfs:comment", _common.Note);
        var names = named.Select(portion => portion.ProductName).Distinct().ToList();
        Optional(ProvTerms.ProductName, names.Count == 1 ? names[0] : null);
        Optional(ProvTerms.Place, _common.Place?.Name);
        Optional(ProvTerms.City, _common.Place?.City);
        Optional(ProvTerms.Country, _common.Place?.Country ?? _common.Country);
        Optional(ProvTerms.TimePrecision, _common.At.IsDay ? "day" : null);
        Own(_common.Own);
        _json.WriteEndObject();
        _json.Flush();
        return _bytes.WrittenSpan.ToArray();
    }

    public void Dispose() => _json.Dispose();

    private void Context(bool hasOwnTerms)
    {
        _json.WriteStartArray("@context");
        _json.WriteStringValue(ProvTerms.EpcisContext);
        _json.WriteStartObject();
        Text(ProvTerms.Prefix, ProvTerms.Namespace);
        if (hasOwnTerms)
        {
            Text("own", ItemId.Of(_common.Ids, OwnId.OfParty(_common.Slug)).Uri + "/terms#");
        }
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void Amount(StepPortion portion)
    {
        var amount = portion.Amount!.Value;
        _json.WriteStartObject();
        Text("epcClass", portion.Item.ToString());
        _json.WriteNumber("quantity", amount.Value);
        Optional("uom", amount.Uom);
        _json.WriteEndObject();
    }

    private void Documents()
    {
        if (_common.Documents.Count == 0)
        {
            return;
        }
        _json.WriteStartArray("bizTransactionList");
        foreach (var document in _common.Documents)
        {
            _json.WriteStartObject();
            Text("type", document.Type);
            Text("bizTransaction", UriOf(document.Type, document.Number));
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
        if (_common.Documents.All(document => document is { Url: null, Sha256: null }))
        {
            return;
        }
        _json.WriteStartArray(ProvTerms.Documents);
        foreach (var document in _common.Documents.Where(document => document is not { Url: null, Sha256: null }))
        {
            _json.WriteStartObject();
            Text("bizTransaction", UriOf(document.Type, document.Number));
            Optional("url", document.Url);
            Optional("sha256", document.Sha256);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void Readings()
    {
        if (_common.Readings.Count == 0)
        {
            return;
        }
        // One element a moment: sensorMetadata says when its reports were taken (EPCIS 2.0 §7.3.7).
        _json.WriteStartArray("sensorElementList");
        foreach (var moment in _common.Readings.GroupBy(reading => reading.Time ?? _common.At.Text))
        {
            _json.WriteStartObject();
            _json.WriteStartObject("sensorMetadata");
            Text("time", moment.Key);
            _json.WriteEndObject();
            _json.WriteStartArray("sensorReport");
            foreach (var reading in moment)
            {
                _json.WriteStartObject();
                Text("type", reading.Type);
                _json.WriteNumber("value", reading.Value);
                Text("uom", reading.Uom);
                _json.WriteEndObject();
            }
            _json.WriteEndArray();
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void Certificates()
    {
        if (_common.Certificates.Count == 0)
        {
            return;
        }
        _json.WriteStartArray("certificationInfo");
        foreach (var certificate in _common.Certificates)
        {
            _json.WriteStringValue(certificate.Url ?? UriOf("cert", certificate.Number));
        }
        _json.WriteEndArray();
        _json.WriteStartArray("gs1:certification");
        foreach (var certificate in _common.Certificates)
        {
            _json.WriteStartObject();
            Text("type", "gs1:CertificationDetails");
            Text("gs1:certificationStandard", certificate.Name);
            Text("gs1:certificationIdentification", certificate.Number);
            Text("gs1:certificationAgency", certificate.Issuer);
            Optional("gs1:certificationStartDate", certificate.ValidFrom);
            Optional("gs1:certificationEndDate", certificate.ValidUntil);
            Optional("gs1:certificationURI", certificate.Url);
            Text("gs1:certificationSubject", certificate.Covers);
            Optional("prov:sha256", certificate.Sha256);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void Own(IReadOnlyDictionary<string, JsonElement> fields)
    {
        foreach (var (name, value) in fields)
        {
            _json.WritePropertyName("own:" + name);
            value.WriteTo(_json);
        }
    }

    private void Optional(string name, string? value)
    {
        if (value is not null)
        {
            Text(name, value);
        }
    }

    private void Optional(string name, DateOnly? date) => Optional(name, date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private string UriOf(string type, string number) => ItemId.Of(_common.Ids, OwnId.OfDocument(_common.Slug, type, number)).Uri;
}

using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Documents;

namespace Provenance.Server.Batches;

/// <summary>Writes one EPCIS 2.0 event of the plain API, member by member, in one fixed order.</summary>
internal sealed partial class EventWriter : IDisposable
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
        if (portions.Any(portion => portion.IsOneThing))
        {
            _json.WriteStartArray(instances);
            foreach (var portion in portions.Where(portion => portion.IsOneThing))
            {
                _json.WriteStringValue(portion.Item.ToString());
            }
            _json.WriteEndArray();
        }
        if (portions.Any(portion => !portion.IsOneThing))
        {
            _json.WriteStartArray(amounts);
            foreach (var portion in portions.Where(portion => !portion.IsOneThing))
            {
                Amount(portion);
            }
            _json.WriteEndArray();
        }
    }

    public void PersistentDisposition(string? set, string? unset)
    {
        if (set is null && unset is null)
        {
            return;
        }
        _json.WriteStartObject("persistentDisposition");
        foreach (var (name, disposition) in new[] { ("set", set), ("unset", unset) }.Where(change => change.Item2 is not null))
        {
            _json.WriteStartArray(name);
            _json.WriteStringValue(disposition);
            _json.WriteEndArray();
        }
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

    public void Handover(Handover? handover)
    {
        if (handover is not null)
        {
            Side("sourceList", "source", handover.From, handover.Sold);
            Side("destinationList", "destination", handover.To, handover.Sold);
        }
    }

    public void Copy(IReadOnlyList<JsonProperty> members)
    {
        foreach (var member in members)
        {
            member.WriteTo(_json);
        }
    }

    public void Optional(string name, string? value)
    {
        if (value is not null)
        {
            Text(name, value);
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
            Optional(ProvTerms.Sha256, DocumentLinks.Find(_common.Ids, image)?.ToString());
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

    /// <summary>The namespace of a party's own fields.</summary>
    public static string OwnTermsOf(StepCommon common) => ItemId.Of(common.Ids, OwnId.OfParty(common.Slug)).Uri + "/terms#";

    public void Dispose() => _json.Dispose();

    private void Context(bool hasOwnTerms)
    {
        _json.WriteStartArray("@context");
        _json.WriteStringValue(ProvTerms.EpcisContext);
        _json.WriteStartObject();
        Text(ProvTerms.Prefix, ProvTerms.Namespace);
        if (hasOwnTerms)
        {
            Text("own", OwnTermsOf(_common));
        }
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void Amount(StepPortion portion)
    {
        _json.WriteStartObject();
        Text("epcClass", portion.Item.ToString());
        if (portion.Amount is { } amount)
        {
            _json.WriteNumber("quantity", amount.Value);
            Optional("uom", amount.Uom);
        }
        _json.WriteEndObject();
    }

    private void Side(string list, string member, StepPartner partner, bool owns)
    {
        _json.WriteStartArray(list);
        Entry("possessing_party", partner.Party);
        if (owns)
        {
            Entry("owning_party", partner.Party);
        }
        if (partner.Place is not null)
        {
            Entry("location", partner.Place);
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

    private void Own(IReadOnlyDictionary<string, JsonElement> fields)
    {
        foreach (var (name, value) in fields)
        {
            _json.WritePropertyName("own:" + name);
            value.WriteTo(_json);
        }
    }

    private void Optional(string name, DateOnly? date) => Optional(name, date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private string UriOf(string type, string number) => ItemId.Of(_common.Ids, OwnId.OfDocument(_common.Slug, type, number)).Uri;
}

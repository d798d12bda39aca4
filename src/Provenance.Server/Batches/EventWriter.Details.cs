using Provenance.Core.Events;

namespace Provenance.Server.Batches;

// What any event may carry beside its what, when and where.
internal sealed partial class EventWriter
{
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
                Optional("exception", reading.IsOutOfRange ? "ALARM_CONDITION" : null);
                Optional(ProvTerms.Min, reading.Min);
                Optional(ProvTerms.Max, reading.Max);
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
            Optional(ProvTerms.Sha256, certificate.Sha256);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void Optional(string name, decimal? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
    }
}

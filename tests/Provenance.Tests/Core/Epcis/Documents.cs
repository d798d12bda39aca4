using System.Text;
using System.Text.Json;
using Provenance.Core.Epcis;

namespace Provenance.Tests.Core.Epcis;

/// <summary>Small EPCIS documents for tests, and the conformance documents by folder.</summary>
static class Documents
{
    public const string Context = """["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ex":"https://ns.example.com/"}]""";

    public const string Event =
        """
        {"type":"ObjectEvent","eventTime":"2026-11-21T14:30:00.5+01:00","eventTimeZoneOffset":"+01:00","action":"OBSERVE",
        "epcList":["urn:epc:id:sgtin:0614141.107346.2017"],"bizStep":"shipping"}
        """;

    public static string Document(params string[] events) =>
        $$$"""
        {"@context":{{{Context}}},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-21T14:31:00Z",
        "epcisBody":{"eventList":[{{{string.Join(',', events)}}}]}}
        """;

    /// <summary>The event of <see cref="Event"/> with one member changed; a null value takes it out.</summary>
    public static string EventWith(string name, string? value)
    {
        var members = JsonDocument.Parse(Event).RootElement.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetRawText());
        if (value is null)
        {
            members.Remove(name);
        }
        else
        {
            members[name] = value;
        }
        return "{" + string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}")) + "}";
    }

    public static EventReading Read(string json) => EventReader.Read(Encoding.UTF8.GetBytes(json));

    public static IEnumerable<string> Files(params string[] folders) =>
        folders.SelectMany(f => Directory.EnumerateFiles(Conformance.PathOf(f), "*.json*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal);
}

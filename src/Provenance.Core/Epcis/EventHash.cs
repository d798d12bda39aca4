using System.Text;
using System.Text.Json;
using Provenance.Core.Events;

namespace Provenance.Core.Epcis;

/// <summary>
/// The event hash of CBV 2.0 §8.9: a name for what an event says, whatever the order of its lists, the spelling of its ids and
/// the zone of its times. It leaves out recordTime, eventID, errorDeclaration and certificationInfo, and it is not salted: it
/// finds duplicates, it proves nothing, and it may be shown only to those who may see the whole event.
/// </summary>
/// <remarks>
/// Where implementations differ, this follows the reference implementation as of 2026: epcList before parentID; by CBV 2.0 no
/// sensorElementList tag, and extensions inside standard fields moved to the end behind the tag of their parent; by the draft of
/// CBV 2.1 the tag, and those extensions in their place. This ledger compares by CBV 2.0.
/// </remarks>
public static class EventHash
{
    /// <summary>The hash as an RFC 6920 name, <c>ni:///sha-256;HEX?ver=CBV2.0</c>.</summary>
    /// <param name="storedEvent">An event that <see cref="EventReader"/> accepted, with its effective @context.</param>
    public static string Compute(JsonElement storedEvent, EventHashVersion version = EventHashVersion.Cbv20) =>
        $"ni:///sha-256;{DigestOf(storedEvent, version)}?ver={(version == EventHashVersion.Cbv20 ? "CBV2.0" : "CBV2.1")}";

    /// <summary>The 32 bytes inside <see cref="Compute"/>'s name.</summary>
    /// <param name="storedEvent">An event that <see cref="EventReader"/> accepted, with its effective @context.</param>
    public static Digest DigestOf(JsonElement storedEvent, EventHashVersion version = EventHashVersion.Cbv20) =>
        Digest.Sha256(Encoding.UTF8.GetBytes(PreHash(storedEvent, version)));

    /// <summary>The text that is hashed.</summary>
    /// <param name="storedEvent">An event that <see cref="EventReader"/> accepted, with its effective @context.</param>
    public static string PreHash(JsonElement storedEvent, EventHashVersion version = EventHashVersion.Cbv20)
    {
        var context = storedEvent.TryGetProperty("@context", out var given) ? given : default;
        var values = new HashValue(EventContext.Namespaces(context), version);
        var text = new StringBuilder("eventType=").Append(values.Of("type", storedEvent.GetProperty("type"), null));
        foreach (var field in Event)
        {
            field.Write(text, storedEvent, values);
        }
        if (storedEvent.TryGetProperty("ilmd", out var ilmd) && Extensions(ilmd, values) is { Length: > 0 } attributes)
        {
            text.Append("ilmd").Append(attributes);
        }
        return text.Append(LeftOver(storedEvent, Event, values)).ToString();
    }

    /// <param name="Name">The member, and the tag where it is written.</param>
    /// <param name="Words">The word list its bare words come from.</param>
    /// <param name="Element">The tag before each element of a list of objects, or null.</param>
    /// <param name="Tag">What stands before the whole; null where the rule leaves it out.</param>
    /// <param name="Tag21">As <paramref name="Tag"/>, where CBV 2.1 has one and CBV 2.0 none.</param>
    /// <param name="Fields">The ordered members of an object or of each element; null for a value.</param>
    private sealed record Field(string Name, CbvWords? Words = null, string? Tag = null, string? Element = null, Field[]? Fields = null, string? Tag21 = null)
    {
        public void Write(StringBuilder text, JsonElement parent, HashValue values)
        {
            if (!parent.TryGetProperty(Name, out var value))
            {
                return;
            }
            if (value.ValueKind != JsonValueKind.Array)
            {
                if (Part(value, values) is { Length: > 0 } part)
                {
                    text.Append(TagOf(values)).Append(part);
                }
                return;
            }
            var parts = Elements(value).Select(element => Part(element, values)).Where(part => part.Length > 0).Order(StringComparer.Ordinal).ToList();
            if (parts.Count > 0)
            {
                text.Append(TagOf(values)).AppendJoin("", parts);
            }
        }

        private string? TagOf(HashValue values) => values.Version == EventHashVersion.Cbv21 ? Tag21 ?? Tag : Tag;

        private string Part(JsonElement value, HashValue values)
        {
            if (Fields is null)
            {
                var text = values.Of(Name, value, Words);
                return text.Length == 0 ? "" : $"{Element ?? Name}={text}";
            }
            var inner = new StringBuilder();
            foreach (var field in Fields)
            {
                field.Write(inner, value, values);
            }
            if (values.Version == EventHashVersion.Cbv21 && value.ValueKind == JsonValueKind.Object)
            {
                inner.Append(LeftOver(value, Fields, values));
            }
            return inner.Length == 0 ? "" : Element + inner;
        }
    }

    private static Field Epcs(string name) => new(name, Tag: name, Element: "epc");

    private static Field Quantities(string name) =>
        new(name, Tag: name, Element: "quantityElement", Fields: [new("epcClass"), new("quantity"), new("uom")]);

    // The type comes first here, whatever the wording of rule 13: CBV 2.0 p. 96 and every implementation.
    private static Field Pairs(string name, string value, CbvWords types) => new(name, Tag: name, Fields: [new("type", types), new(value)]);

    private static Field Place(string name) => new(name, Tag: name, Fields: [new("id")]);

    private static readonly Field SensorMetadata = new("sensorMetadata", Element: "sensorMetadata", Fields:
    [
        new("time"), new("startTime"), new("endTime"), new("deviceID"), new("deviceMetadata"), new("rawData"),
        new("dataProcessingMethod"), new("bizRules"),
    ]);

    private static readonly Field SensorReport = new("sensorReport", Element: "sensorReport", Fields:
    [
        new("type", CbvWords.Measurement), new("exception", CbvWords.SensorAlert), new("deviceID"), new("deviceMetadata"), new("rawData"),
        new("dataProcessingMethod"), new("time"), new("microorganism"), new("chemicalSubstance"), new("value"),
        new("component", CbvWords.Component), new("stringValue"), new("booleanValue"), new("hexBinaryValue"), new("uriValue"),
        new("minValue"), new("maxValue"), new("meanValue"), new("sDev"), new("percRank"), new("percValue"), new("uom"),
        new("coordinateReferenceSystem"),
    ]);

    /// <summary>The canonical property order (CBV 2.0 §8.9.1).</summary>
    private static readonly Field[] Event =
    [
        new("eventTime"), new("eventTimeZoneOffset"), Epcs("epcList"), new("parentID"), Epcs("inputEPCList"), Epcs("childEPCs"),
        Quantities("quantityList"), Quantities("childQuantityList"), Quantities("inputQuantityList"), Epcs("outputEPCList"),
        Quantities("outputQuantityList"), new("action"), new("transformationID"), new("bizStep", CbvWords.BizStep),
        new("disposition", CbvWords.Disposition),
        new("persistentDisposition", Tag: "persistentDisposition", Fields: [new("set", CbvWords.Disposition), new("unset", CbvWords.Disposition)]),
        Place("readPoint"), Place("bizLocation"), Pairs("bizTransactionList", "bizTransaction", CbvWords.Transaction),
        Pairs("sourceList", "source", CbvWords.SourceDestination), Pairs("destinationList", "destination", CbvWords.SourceDestination),
        new("sensorElementList", Element: "sensorElement", Fields: [SensorMetadata, SensorReport], Tag21: "sensorElementList"),
    ];

    private static readonly HashSet<string> Ignored =
        ["@context", "type", "eventID", "recordTime", "errorDeclaration", "certificationInfo", "ilmd", "rdfs:comment", "comment", ProvTerms.Source];

    /// <summary>What the ordered fields did not take: extensions, those inside standard fields behind the tag of their parent.</summary>
    private static string LeftOver(JsonElement parent, Field[] fields, HashValue values)
    {
        var parts = new List<string>();
        foreach (var member in parent.EnumerateObject())
        {
            var field = Array.Find(fields, f => f.Name == member.Name);
            if (field is null)
            {
                parts.AddRange(Extension(member, values));
            }
            else if (field.Fields is not null && values.Version == EventHashVersion.Cbv20)
            {
                var tag = field.Element ?? field.Tag;
                parts.AddRange(Elements(member.Value)
                    .Where(e => e.ValueKind == JsonValueKind.Object)
                    .Select(e => LeftOver(e, field.Fields, values))
                    .Where(rest => rest.Length > 0)
                    .Select(rest => tag + rest));
            }
        }
        parts.Sort(StringComparer.Ordinal);
        return string.Concat(parts);
    }

    private static string Extensions(JsonElement parent, HashValue values) => parent.ValueKind != JsonValueKind.Object
        ? ""
        : string.Concat(parent.EnumerateObject().SelectMany(member => Extension(member, values)).Order(StringComparer.Ordinal));

    /// <summary>One text for each value of an extension: <c>{namespace}name</c>, then <c>=value</c> or what is nested, sorted.</summary>
    private static IEnumerable<string> Extension(JsonProperty member, HashValue values)
    {
        if (Ignored.Contains(member.Name))
        {
            return [];
        }
        var name = values.Name(member.Name);
        return Elements(member.Value).Where(v => v.ValueKind != JsonValueKind.Null).Select(v => v.ValueKind switch
        {
            JsonValueKind.Object => name + Extensions(v, values),
            JsonValueKind.Array => name + string.Concat(Elements(v).Select(values.OfExtension).Order(StringComparer.Ordinal)),
            _ => values.OfExtension(v) is { Length: > 0 } text ? $"{name}={text}" : name,
        });
    }

    private static IEnumerable<JsonElement> Elements(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1);
}

/// <summary>The two rules of the event hash that are in use.</summary>
public enum EventHashVersion
{
    /// <summary>CBV 2.0 §8.9.</summary>
    Cbv20,

    /// <summary>The draft of CBV 2.1.</summary>
    Cbv21,
}

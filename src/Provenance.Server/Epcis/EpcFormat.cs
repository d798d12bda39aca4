using System.Text.Json;
using Provenance.Core.Gs1;

namespace Provenance.Server.Epcis;

/// <summary>How identifiers in answers are spelled (GS1-EPC-Format).</summary>
internal enum EpcFormat
{
    /// <summary>As they were captured; also where the client has no preference.</summary>
    NeverTranslates,

    /// <summary>EPC URNs become Digital Links on id.gs1.org. What is a Digital Link already stays, host and all.</summary>
    AlwaysDigitalLink,

    /// <summary>Digital Links become EPC URNs, so far as the length of the company prefix is known.</summary>
    AlwaysUrn,
}

internal static class EpcFormats
{
    /// <summary>What the header may say.</summary>
    public static readonly string[] Words = ["No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"];

    /// <summary>The header's word for what an answer does.</summary>
    public static string Word(this EpcFormat format) => format switch
    {
        EpcFormat.AlwaysDigitalLink => "Always_GS1_Digital_Link",
        EpcFormat.AlwaysUrn => "Always_EPC_URN",
        _ => "Never_Translates",
    };

    /// <summary>Standard members that name a thing, a class, a place, a party or a document.</summary>
    private static readonly HashSet<string> Naming = new(StringComparer.Ordinal)
    {
        "epcList", "childEPCs", "inputEPCList", "outputEPCList", "parentID", "epcClass", "id", "source", "destination", "bizTransaction", "transformationID", "deviceID",
    };

    /// <summary>Standard members that hold members of <see cref="Naming"/>.</summary>
    private static readonly HashSet<string> Holding = new(StringComparer.Ordinal)
    {
        "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "readPoint", "bizLocation", "sourceList", "destinationList",
        "bizTransactionList", "sensorElementList", "sensorMetadata", "sensorReport",
    };

    /// <summary>Whether a top-level member of an event can hold anything to translate.</summary>
    public static bool Concerns(JsonProperty member) => Naming.Contains(member.Name) || Holding.Contains(member.Name);

    /// <summary>Writes the value of such a member. Extensions in it stay as they are: what they mean is their owner's to say.</summary>
    public static void Write(this EpcFormat format, Utf8JsonWriter json, JsonProperty member, CompanyPrefixes prefixes)
    {
        var value = member.Value;
        switch (value.ValueKind)
        {
            case JsonValueKind.String when Naming.Contains(member.Name):
                json.WriteStringValue(format.Spell(value.GetString()!, prefixes));
                break;
            case JsonValueKind.Array when Naming.Contains(member.Name) || Holding.Contains(member.Name):
                WriteList(format, json, value, prefixes);
                break;
            case JsonValueKind.Object when Holding.Contains(member.Name):
                WriteElement(format, json, value, prefixes);
                break;
            default:
                json.WriteRaw(value);
                break;
        }
    }

    /// <summary>One identifier in this format; what has no such spelling, or none that is known for certain, as it is.</summary>
    public static string Spell(this EpcFormat format, string uri, CompanyPrefixes prefixes)
    {
        if (format == EpcFormat.AlwaysDigitalLink)
        {
            return EpcUrn.NamesGs1Key(uri) && EpcUrn.TryParse(uri, out var named, out _) ? named.ToString() : uri;
        }
        return format == EpcFormat.AlwaysUrn && uri.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            && DigitalLink.TryParse(uri, out var read, out _, acceptsShortGtin: true)
            && DigitalLink.TryParse(ItemId.Of(read).Uri, out var link, out _)
            && prefixes.FindLength(link) is { } length ? EpcUrn.Of(link, length) ?? uri : uri;
    }

    /// <summary>A list of EPCs is a set: one thing that was captured in two spellings stands there once.</summary>
    private static void WriteList(EpcFormat format, Utf8JsonWriter json, JsonElement list, CompanyPrefixes prefixes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        json.WriteStartArray();
        foreach (var element in list.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                WriteElement(format, json, element, prefixes);
            }
            else if (format.Spell(element.GetString()!, prefixes) is var spelled && seen.Add(spelled))
            {
                json.WriteStringValue(spelled);
            }
        }
        json.WriteEndArray();
    }

    private static void WriteElement(EpcFormat format, Utf8JsonWriter json, JsonElement element, CompanyPrefixes prefixes)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            json.WriteStartObject();
            foreach (var member in element.EnumerateObject())
            {
                json.WritePropertyName(member.Name);
                format.Write(json, member, prefixes);
            }
            json.WriteEndObject();
        }
        else
        {
            json.WriteRaw(element);
        }
    }
}

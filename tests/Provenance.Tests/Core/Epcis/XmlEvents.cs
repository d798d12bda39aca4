using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Provenance.Tests.Core.Epcis;

/// <summary>
/// The events of an EPCIS document in XML as JSON, for vectors of the event hash that exist in XML only. The ledger takes no XML: this knows
/// what those files hold and no more.
/// </summary>
static class XmlEvents
{
    private static readonly HashSet<string> Numbers =
        ["quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"];

    // Wrappers by which EPCIS 1.x made room for what came later.
    private static readonly HashSet<string> Wrappers = ["extension", "baseExtension"];

    public static IReadOnlyList<JsonElement> Read(string file)
    {
        var root = XDocument.Load(file).Root!;
        var prefixes = new JsonObject();
        foreach (var declared in root.DescendantsAndSelf().Attributes().Where(a => a.IsNamespaceDeclaration && a.Name.LocalName is not ("xmlns" or "epcis" or "epcisq" or "xsi" or "sbdh")))
        {
            prefixes[declared.Name.LocalName] = declared.Value;
        }
        // An instruction of the reference implementation to itself: two vectors are made without these fields.
        var ignored = root.Elements().Where(e => e.Name.LocalName == "ignoreFields").Elements().Select(e => e.Name).ToHashSet();
        foreach (var field in root.Descendants().Where(e => ignored.Contains(e.Name) && e.Parent!.Name.LocalName != "ignoreFields").ToList())
        {
            field.Remove();
        }
        var list = root.Descendants().First(e => e.Name.LocalName == "EventList");
        return [.. list.Elements().SelectMany(e => e.Name.LocalName == "extension" ? e.Elements() : [e]).Select(e =>
        {
            var json = Members(e);
            json["type"] = e.Name.LocalName;
            json["@context"] = new JsonArray("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", prefixes.DeepClone());
            return JsonElement.Parse(json.ToJsonString());
        })];
    }

    private static JsonObject Members(XElement of)
    {
        var json = new JsonObject();
        foreach (var attribute in of.Attributes().Where(a => !a.IsNamespaceDeclaration))
        {
            json[attribute.Name.LocalName] = Scalar(attribute.Name.LocalName, attribute.Value);
        }
        foreach (var member in of.Elements())
        {
            if (Wrappers.Contains(member.Name.LocalName) && member.Name.NamespaceName.Length == 0)
            {
                foreach (var (name, value) in Members(member).ToList())
                {
                    json[name] = value?.DeepClone();
                }
            }
            else
            {
                Add(json, NameOf(member), Value(member));
            }
        }
        return json;
    }

    /// <summary>What stands there twice is a list.</summary>
    private static void Add(JsonObject json, string name, JsonNode? value)
    {
        if (!json.TryGetPropertyValue(name, out var held))
        {
            json[name] = name == "sensorReport" ? new JsonArray(value) : value;
        }
        else if (held is JsonArray array)
        {
            array.Add(value);
        }
        else
        {
            json.Remove(name);
            json[name] = new JsonArray(held, value);
        }
    }

    private static JsonNode? Value(XElement element)
    {
        var name = element.Name.LocalName;
        return name switch
        {
            "epcList" or "childEPCs" or "inputEPCList" or "outputEPCList" or "correctiveEventIDs" => new JsonArray([.. element.Elements().Select(e => (JsonNode)e.Value.Trim())]),
            "quantityList" or "childQuantityList" or "inputQuantityList" or "outputQuantityList" or "sensorElementList" => new JsonArray([.. element.Elements().Select(Members)]),
            "bizTransactionList" or "sourceList" or "destinationList" => new JsonArray([.. element.Elements().Select(Typed)]),
            "sensorElement" or "sensorMetadata" or "sensorReport" => Members(element),
            _ when element.HasElements => Members(element),
            _ => Scalar(name, element.Value.Trim()),
        };
    }

    private static JsonObject Typed(XElement entry)
    {
        var json = Members(entry);
        json[entry.Name.LocalName] = entry.Value.Trim();
        return json;
    }

    private static JsonNode? Scalar(string name, string text) =>
        Numbers.Contains(name) ? JsonNode.Parse(text) : name == "booleanValue" ? JsonNode.Parse(text) : JsonValue.Create(text);

    private static string NameOf(XElement element) =>
        element.Name.NamespaceName.Length == 0 ? element.Name.LocalName : $"{element.GetPrefixOfNamespace(element.Name.Namespace)}:{element.Name.LocalName}";
}

using System.Text.Json;

namespace Provenance.Core.Epcis;

/// <summary>One thing that a document's header describes (EPCIS 2.0 §9.5 in JSON): a product, place or party with its attributes.</summary>
/// <param name="Vocabulary">What kind of thing it is said to be, a URI such as <c>urn:epcglobal:epcis:vtype:EPCClass</c>.</param>
/// <param name="Id">The thing's URI.</param>
/// <param name="Attributes">JSON object: names of attributes as sent, values as sent; of several with one name the last. And <see cref="Children"/>, where it has some.</param>
public sealed record MasterDataElement(string Vocabulary, string Id, string Attributes)
{
    /// <summary>Reads a vocabularyList; every rule it breaks goes to <paramref name="problems"/>.</summary>
    /// <param name="pointer">JSON Pointer to the list.</param>
    internal static List<MasterDataElement> Read(JsonElement list, string pointer, List<EpcisProblem> problems)
    {
        var found = new List<MasterDataElement>();
        foreach (var (vocabulary, at) in Objects(list, pointer, problems))
        {
            var type = Uri(vocabulary, "type", at, problems);
            if (!vocabulary.TryGetProperty("vocabularyElementList", out var elements))
            {
                continue;
            }
            foreach (var (element, place) in Objects(elements, at + "/vocabularyElementList", problems))
            {
                var id = Uri(element, "id", place, problems);
                CheckChildren(element, place, problems);
                var attributes = ReadAttributes(element, place, problems);
                if (type is not null && id is not null)
                {
                    found.Add(new MasterDataElement(type, id, attributes));
                }
            }
        }
        return found;
    }

    /// <summary>Member of <see cref="Attributes"/> that lists what is below the thing. No attribute is called so: their names are URIs.</summary>
    public const string Children = "children";

    private static string ReadAttributes(JsonElement element, string place, List<EpcisProblem> problems)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element.TryGetProperty("attributes", out var attributes))
        {
            foreach (var (attribute, at) in Objects(attributes, place + "/attributes", problems))
            {
                var id = Uri(attribute, "id", at, problems);
                if (!attribute.TryGetProperty("attribute", out var value))
                {
                    continue;
                }
                if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Object))
                {
                    problems.Add(EpcisProblem.At(null, at + "/attribute", "is neither text, number nor object", value.GetRawText()));
                }
                else if (id is not null)
                {
                    values[id] = value.GetRawText();
                }
            }
        }
        if (element.TryGetProperty(Children, out var children))
        {
            values[Children] = children.GetRawText();
        }
        return "{" + string.Join(',', values.Select(v => $"\"{JsonEncodedText.Encode(v.Key)}\":{v.Value}")) + "}";
    }

    private static void CheckChildren(JsonElement element, string place, List<EpcisProblem> problems)
    {
        if (!element.TryGetProperty("children", out var children))
        {
            return;
        }
        if (children.ValueKind != JsonValueKind.Array)
        {
            problems.Add(EpcisProblem.At(null, place + "/children", "is no list", children.GetRawText()));
            return;
        }
        var index = 0;
        foreach (var child in children.EnumerateArray())
        {
            if (child.ValueKind != JsonValueKind.String || !AbsoluteUri.Is(child.GetString()))
            {
                problems.Add(EpcisProblem.At(null, $"{place}/children/{index}", "is no absolute URI", child.GetRawText()));
            }
            index++;
        }
    }

    private static List<(JsonElement Element, string Pointer)> Objects(JsonElement list, string pointer, List<EpcisProblem> problems)
    {
        var objects = new List<(JsonElement, string)>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(EpcisProblem.At(null, pointer, "is no list", list.GetRawText()));
            return objects;
        }
        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            var at = $"{pointer}/{index++}";
            if (element.ValueKind == JsonValueKind.Object)
            {
                objects.Add((element, at));
            }
            else
            {
                problems.Add(EpcisProblem.At(null, at, "is no object", element.GetRawText()));
            }
        }
        return objects;
    }

    private static string? Uri(JsonElement of, string name, string pointer, List<EpcisProblem> problems)
    {
        if (!of.TryGetProperty(name, out var value))
        {
            problems.Add(EpcisProblem.At(null, $"{pointer}/{name}", "is missing", null));
            return null;
        }
        if (value.ValueKind == JsonValueKind.String && AbsoluteUri.Is(value.GetString()))
        {
            return value.GetString();
        }
        problems.Add(EpcisProblem.At(null, $"{pointer}/{name}", "is no absolute URI", value.GetRawText()));
        return null;
    }
}

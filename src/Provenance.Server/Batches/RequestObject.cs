using System.Globalization;
using System.Text.Json;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;

namespace Provenance.Server.Batches;

/// <summary>One object of a request. Every member is asked for by name; what nobody asked for is a fault of its own (<see cref="Close"/>).</summary>
/// <remarks>Nothing here throws on what a sender wrote. A fault is noted and the reading goes on, so an answer names all of them.</remarks>
internal sealed class RequestObject
{
    private readonly JsonElement _element;
    private readonly HashSet<string> _asked = [];

    private RequestObject(JsonElement element, string path, Faults faults)
    {
        _element = element;
        Path = path;
        Faults = faults;
    }

    /// <summary>Where this object stands in the request; empty for the whole.</summary>
    public string Path { get; }

    public Faults Faults { get; }

    /// <summary>Reads a whole request. Null, with the fault noted, when it is no JSON object or breaks a rule of <see cref="StrictJson"/>.</summary>
    public static RequestObject? Parse(ReadOnlySpan<byte> body, Faults faults)
    {
        if (!StrictJson.TryParse(body, out var document, out var broken))
        {
            faults.Add(Field(broken.Path), broken.Value, $"This {broken.Rule}. Send JSON (RFC 8259), each member of an object once.");
            return null;
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return new RequestObject(document.RootElement, "", faults);
        }
        faults.Add("body", document.RootElement.GetRawText(), "Send one JSON object.");
        return null;
    }

    /// <summary>A JSON Pointer as faults name fields: items[0].item.</summary>
    private static string Field(string pointer) => pointer.Length == 0 ? "body"
        : string.Concat(pointer[1..].Split('/').Select((part, i) => part.Length > 0 && part.All(char.IsAsciiDigit) ? $"[{part}]" : i == 0 ? part : "." + part));

    /// <summary>The full name of a member, for faults.</summary>
    public string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public bool Has(string name) => _element.TryGetProperty(name, out _);

    /// <summary>A text with its outer white space taken off; null when absent or, with a fault, when it is something else.</summary>
    public string? FindText(string name, int longest = 200)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        if (TextOf(value) is not { } text)
        {
            return Wrong(name, value, "Send a text in quotation marks.");
        }
        text = text.Trim();
        if (text.Length == 0 || text.Length > longest || text.Any(c => char.IsControl(c) && c != ElementString.Separator))
        {
            return Wrong(name, value, $"Send 1 to {longest} characters on one line, or leave the member out.");
        }
        return text;
    }

    /// <summary>As <see cref="FindText"/>, where absence is a fault too. Null only together with a fault.</summary>
    public string? Text(string name, string whatToDo, int longest = 200)
    {
        if (!Has(name))
        {
            Faults.Add(At(name), null, whatToDo);
        }
        return FindText(name, longest);
    }

    /// <summary>A calendar date, <c>2026-11-27</c>.</summary>
    public DateOnly? FindDate(string name)
    {
        var text = FindText(name);
        if (text is null)
        {
            return null;
        }
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }
        Faults.Add(At(name), text, "Send a date as year-month-day, such as 2026-11-27.");
        return null;
    }

    /// <summary>A number exactly as it was written, in the width of <see cref="decimal"/>.</summary>
    public decimal? FindNumber(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number))
        {
            return number;
        }
        Wrong(name, value, "Send a number without quotation marks, such as 12.5.");
        return null;
    }

    /// <summary>True or false; false when absent.</summary>
    public bool Flag(string name)
    {
        var value = Find(name);
        if (value is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) } other)
        {
            Wrong(name, other, "Send true or false.");
        }
        return value is { ValueKind: JsonValueKind.True };
    }

    public RequestObject? FindObject(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        if (value.ValueKind == JsonValueKind.Object)
        {
            return new RequestObject(value, At(name), Faults);
        }
        Wrong(name, value, "Send an object in braces.");
        return null;
    }

    /// <summary>The objects of a list, in order; empty when absent.</summary>
    /// <param name="textMember">A text among them is read as an object with this one member.</param>
    public IReadOnlyList<RequestObject> Objects(string name, string? textMember = null, int most = 500)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            Wrong(name, value, $"Send a list of at most {most} objects in brackets.");
            return [];
        }
        var objects = new List<RequestObject>(value.GetArrayLength());
        foreach (var (i, element) in value.EnumerateArray().Index())
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                objects.Add(new RequestObject(element, $"{At(name)}[{i}]", Faults));
            }
            else if (textMember is not null && TextOf(element) is { } text)
            {
                var wrapped = JsonSerializer.SerializeToElement(new Dictionary<string, string> { [textMember] = text });
                objects.Add(new RequestObject(wrapped, $"{At(name)}[{i}]", Faults));
            }
            else
            {
                Faults.Add($"{At(name)}[{i}]", element.GetRawText(), "Send an object in braces.");
            }
        }
        return objects;
    }

    /// <summary>For members that people may give in either of two forms.</summary>
    public JsonValueKind KindOf(string name) => _element.TryGetProperty(name, out var value) ? value.ValueKind : JsonValueKind.Undefined;

    public bool IsEmptyList(string name) => _element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    /// <summary>A sender's own fields: plain names, and as values texts, numbers, booleans or lists of these, kept as they were written.</summary>
    /// <remarks>Not objects: a nested name would have no namespace in the event.</remarks>
    public IReadOnlyDictionary<string, JsonElement> OwnFields(string name)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (FindObject(name) is not { } own)
        {
            return fields;
        }
        foreach (var member in own._element.EnumerateObject())
        {
            if (!IsPlainName(member.Name))
            {
                Faults.Add(own.At(member.Name), member.Name, "Name own fields with letters, digits, - and _, a letter first, at most 64 characters.");
            }
            else if (!IsPlainValue(member.Value) && !(member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().All(IsPlainValue)))
            {
                Faults.Add(own.At(member.Name), member.Value.GetRawText(), "Send a text, a number, true, false, or a list of these.");
            }
            else
            {
                fields.Add(member.Name, member.Value);
            }
        }
        return fields;
    }

    /// <summary>Notes every member that nobody asked for. Called once the object has been read.</summary>
    public void Close()
    {
        foreach (var member in _element.EnumerateObject().Where(member => !_asked.Contains(member.Name)))
        {
            var known = string.Join(", ", _asked.Order(StringComparer.Ordinal));
            Faults.Add(At(member.Name), member.Value.GetRawText(), $"This member is not known here. Known: {known}.");
        }
    }

    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        if (!_element.TryGetProperty(name, out var value))
        {
            return null;
        }
        if (value.ValueKind != JsonValueKind.Null)
        {
            return value;
        }
        Wrong(name, value, "Leave the member out instead of sending null.");
        return null;
    }

    private string? Wrong(string name, JsonElement value, string detail)
    {
        Faults.Add(At(name), value.GetRawText(), detail);
        return null;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 64 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsPlainValue(JsonElement value) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False || TextOf(value) is { Length: <= 2000 };
}

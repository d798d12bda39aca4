using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Provenance.Core.Events;

/// <summary>How an event falls into separately disclosed fields, and how disclosed fields become JSON again (design §3, Disclosures).</summary>
public static class EventFields
{
    /// <summary>Fields that could reverse an event's meaning: a proof that leaves one out does not hold.</summary>
    public static IReadOnlySet<string> Must { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "/type", "/action", "/eventTime", "/bizStep", "/disposition", "/persistentDisposition",
        "/errorDeclaration/declarationTime", "/errorDeclaration/reason", "/prov:timePrecision", "/prov:basis",
    };

    private static readonly HashSet<string> ByMember = new(StringComparer.Ordinal) { "ilmd", "errorDeclaration" };

    private static readonly HashSet<string> QuantityLists = new(StringComparer.Ordinal)
    {
        "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList",
    };

    /// <summary>Whether each member of the member's object is a field of its own.</summary>
    internal static bool IsByMember(JsonProperty member) => member.NameEquals("ilmd"u8) || member.NameEquals("errorDeclaration"u8);

    /// <summary>Whether each member of each element of the member's list is a field of its own.</summary>
    internal static bool IsQuantityList(JsonProperty member) =>
        member.NameEquals("quantityList"u8) || member.NameEquals("childQuantityList"u8) || member.NameEquals("inputQuantityList"u8) || member.NameEquals("outputQuantityList"u8);

    /// <summary>Every field of a stored event with its pointer, in document order.</summary>
    /// <param name="storedEvent">The event as stored: one compact JSON object.</param>
    public static IEnumerable<(string Pointer, byte[] Value)> Split(JsonElement storedEvent)
    {
        foreach (var member in storedEvent.EnumerateObject())
        {
            var pointer = "/" + Escape(member.Name);
            var value = member.Value;
            if (ByMember.Contains(member.Name) && value.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in Members(pointer, value))
                {
                    yield return field;
                }
            }
            else if (value.ValueKind == JsonValueKind.Array && member.Name != "@context" && value.GetArrayLength() > 0)
            {
                foreach (var field in Elements(pointer, value, QuantityLists.Contains(member.Name)))
                {
                    yield return field;
                }
            }
            else
            {
                yield return (pointer, CompactJson.Write(value));
            }
        }
    }

    /// <summary>Whether <see cref="Split"/> could have given this pointer with this value.</summary>
    public static bool IsPrescribed(string pointer, ReadOnlySpan<byte> value)
    {
        var parts = Parts(pointer);
        if (parts is null or { Length: 0 or > 3 })
        {
            return false;
        }
        var (isObject, isArray) = (value[0] == '{', value[0] == '[');
        var isEmpty = value.Length == 2;
        var name = parts[0];
        var quantities = QuantityLists.Contains(name);
        return parts.Length switch
        {
            1 when ByMember.Contains(name) => !isObject || isEmpty,
            1 => name == "@context" || !isArray || isEmpty,
            2 when ByMember.Contains(name) => true,
            2 => name != "@context" && IsIndex(parts[1]) && (!quantities || !isObject || isEmpty),
            _ => quantities && IsIndex(parts[1]),
        };
    }

    /// <summary>The pointer's reference tokens unescaped (RFC 6901 §3, §4); null when it is no pointer in its one spelling.</summary>
    public static string[]? Parts(string pointer)
    {
        if (pointer.Length == 0 || pointer[0] != '/')
        {
            return null;
        }
        var parts = pointer[1..].Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            var plain = parts[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (Escape(plain) != parts[i])
            {
                return null;
            }
            parts[i] = plain;
        }
        return parts;
    }

    /// <summary>The event as far as it is disclosed: members in the order in which they first appear, list elements by index.</summary>
    /// <param name="disclosures">Disclosures of prescribed shape, none within another.</param>
    public static byte[] Assemble(IReadOnlyList<Disclosure> disclosures)
    {
        var output = new ArrayBufferWriter<byte>();
        var fields = disclosures.Select(d => (Parts: Parts(d.Pointer)!, d.Value)).ToList();
        WriteObject(output, fields, 0);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteObject(IBufferWriter<byte> output, List<(string[] Parts, ReadOnlyMemory<byte> Value)> fields, int depth)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var group in fields.GroupBy(f => f.Parts[depth], StringComparer.Ordinal))
        {
            output.Write(first ? ""u8 : ","u8);
            first = false;
            Jcs.WriteString(output, group.Key);
            output.Write(":"u8);
            var inside = group.ToList();
            if (inside[0].Parts.Length == depth + 1)
            {
                output.Write(inside[0].Value.Span);
            }
            else if (depth == 0 && !ByMember.Contains(group.Key))
            {
                WriteArray(output, inside);
            }
            else
            {
                WriteObject(output, inside, depth + 1);
            }
        }
        output.Write("}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> output, List<(string[] Parts, ReadOnlyMemory<byte> Value)> fields)
    {
        output.Write("["u8);
        var first = true;
        foreach (var element in fields.GroupBy(f => int.Parse(f.Parts[1], CultureInfo.InvariantCulture)).OrderBy(g => g.Key))
        {
            output.Write(first ? ""u8 : ","u8);
            first = false;
            var inside = element.ToList();
            if (inside[0].Parts.Length == 2)
            {
                output.Write(inside[0].Value.Span);
            }
            else
            {
                WriteObject(output, inside, 2);
            }
        }
        output.Write("]"u8);
    }

    private static IEnumerable<(string, byte[])> Elements(string pointer, JsonElement list, bool quantities)
    {
        var i = 0;
        foreach (var element in list.EnumerateArray())
        {
            var at = $"{pointer}/{i++}";
            if (quantities && element.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in Members(at, element))
                {
                    yield return field;
                }
            }
            else
            {
                yield return (at, CompactJson.Write(element));
            }
        }
    }

    private static IEnumerable<(string, byte[])> Members(string pointer, JsonElement parent)
    {
        var any = false;
        foreach (var member in parent.EnumerateObject())
        {
            any = true;
            yield return ($"{pointer}/{Escape(member.Name)}", CompactJson.Write(member.Value));
        }
        if (!any)
        {
            yield return (pointer, "{}"u8.ToArray());
        }
    }

    private static bool IsIndex(string part) =>
        part.Length is > 0 and < 8 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0');

    internal static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

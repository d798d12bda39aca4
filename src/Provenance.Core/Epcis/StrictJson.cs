using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Provenance.Core.Epcis;

/// <summary>
/// Reads JSON as I-JSON (RFC 7493) demands and drops insignificant white space. Tokens of numbers and strings stay byte for byte
/// as received: what is stored is what is committed.
/// </summary>
public static class StrictJson
{
    /// <summary>Levels of nesting; deeper documents are refused.</summary>
    public const int MaxDepth = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The document over its compact bytes, or false and why: broken JSON or UTF-8, a member name twice in one object, a lone
    /// surrogate, a number beyond the doubles, more than <see cref="MaxDepth"/> levels.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out EpcisProblem? problem)
    {
        document = null;
        problem = null;
        if (utf8.StartsWith(ByteOrderMark))
        {
            utf8 = utf8[3..];
        }
        if (!Utf8.IsValid(utf8))
        {
            problem = EpcisProblem.At(null, "", "is not UTF-8", null);
            return false;
        }
        try
        {
            if (TryCompact(utf8, out var compact))
            {
                document = JsonDocument.Parse(compact, new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
                return true;
            }
        }
        catch (JsonException)
        {
            // Found again below, where the place is known.
        }
        problem = FindFault(utf8);
        return false;
    }

    private static bool TryCompact(ReadOnlySpan<byte> utf8, out ReadOnlyMemory<byte> compact)
    {
        var output = new ArrayBufferWriter<byte>(utf8.Length + 1);
        compact = default;
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        var valueBefore = false;
        while (reader.Read())
        {
            var token = reader.TokenType;
            if (valueBefore && token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                output.Write(","u8);
            }
            switch (token)
            {
                case JsonTokenType.PropertyName:
                case JsonTokenType.String:
                    if (reader.ValueIsEscaped && !IsText(ref reader))
                    {
                        return false;
                    }
                    output.Write("\""u8);
                    output.Write(reader.ValueSpan);
                    output.Write(token == JsonTokenType.PropertyName ? "\":"u8 : "\""u8);
                    break;
                case JsonTokenType.Number when !IsFinite(ref reader):
                    return false;
                default:
                    output.Write(reader.ValueSpan);
                    break;
            }
            valueBefore = token is not (JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray);
        }
        compact = output.WrittenMemory;
        return true;
    }

    private static bool IsFinite(ref Utf8JsonReader reader) => reader.TryGetDouble(out var number) && double.IsFinite(number);

    // Only an escape can smuggle in a lone surrogate: the bytes were checked to be UTF-8.
    private static bool IsText(ref Utf8JsonReader reader)
    {
        var chars = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            reader.CopyString(chars);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    /// <summary>The slow second look: the same rules with the way to each token kept.</summary>
    private static EpcisProblem FindFault(ReadOnlySpan<byte> utf8)
    {
        var path = new List<string>();
        var names = new Stack<HashSet<string>?>();
        var counts = new Stack<int>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                var token = reader.TokenType;
                if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    names.Pop();
                    counts.Pop();
                    LeaveValue(path, names);
                    continue;
                }
                if (token != JsonTokenType.PropertyName && names.TryPeek(out var open) && open is null)
                {
                    counts.Push(counts.Pop() + 1);
                    path.Add((counts.Peek() - 1).ToString(CultureInfo.InvariantCulture));
                }
                if (FaultOf(ref reader, path, names) is { } rule)
                {
                    return Found(path, rule, Encoding.UTF8.GetString(reader.ValueSpan));
                }
                if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    names.Push(token == JsonTokenType.StartObject ? [] : null);
                    counts.Push(0);
                }
                else if (token != JsonTokenType.PropertyName)
                {
                    LeaveValue(path, names);
                }
            }
        }
        catch (JsonException broken)
        {
            return Found(path, $"is not JSON (line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1} of the line)", null);
        }
        throw new InvalidOperationException("JSON was refused and no fault found");
    }

    private static string? FaultOf(ref Utf8JsonReader reader, List<string> path, Stack<HashSet<string>?> names)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                if (!IsText(ref reader))
                {
                    return "has a member name with half of a surrogate pair";
                }
                path.Add(reader.GetString()!);
                return names.Peek()!.Add(path[^1]) ? null : "is there twice";
            case JsonTokenType.String:
                return IsText(ref reader) ? null : "holds half of a surrogate pair";
            case JsonTokenType.Number:
                return IsFinite(ref reader) ? null : "is no finite number";
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                return reader.CurrentDepth < MaxDepth ? null : $"is nested deeper than {MaxDepth} levels";
            default:
                return null;
        }
    }

    private static void LeaveValue(List<string> path, Stack<HashSet<string>?> names)
    {
        if (names.Count > 0)
        {
            path.RemoveAt(path.Count - 1);
        }
    }

    private static EpcisProblem Found(List<string> path, string rule, string? value)
    {
        var pointer = string.Concat(path.Select(name => "/" + Escape(name)));
        var list = path.IndexOf("eventList");
        var isEvent = list >= 0 && path.Count > list + 1;
        return EpcisProblem.At(isEvent ? int.Parse(path[list + 1], CultureInfo.InvariantCulture) + 1 : null, pointer, rule, value);
    }

    /// <summary>One step of a JSON Pointer (RFC 6901 §3).</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provenance.Server.Batches;
using static Provenance.Tests.Server.Batches.BatchWorld;

namespace Provenance.Tests.Server.Batches;

/// <summary>Breaks every member of every step in every way, and reads what comes back as somebody who doesn't know the code.</summary>
public sealed partial class FaultWalkTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    private static readonly string[] Broken = ["null", "-7", "\"¿?\"", "\"\"", "[]", "{}", "[[]]", "true", "1e400"];

    public static TheoryData<string> Steps => [.. StepTable.All.Select(kind => kind.Word)];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Whatever_is_wrong_the_answer_names_the_field_its_value_and_what_to_do(string step)
    {
        await world.MakeAsync($"F-{step}");
        var example = About(StepTable.All.Single(kind => kind.Word == step).Example, step);
        foreach (var path in PathsIn(JsonNode.Parse(example)!, ""))
        {
            await Look(path, example, null);
            foreach (var broken in Broken)
            {
                await Look(path, example, broken);
            }
        }
        world.Ledger.Check();
    }

    private async Task Look(string path, string example, string? put)
    {
        var request = Change(JsonNode.Parse(await WithEventAsync(example))!.AsObject(), path, put);
        var (status, answer) = await TryAsync(world.Imker, "/api/batches/events", request);
        if (status == 201)
        {
            return;
        }
        var (field, detail) = ((string?)answer["field"], (string?)answer["detail"]);
        Assert.True(status is 400 or 403 or 409, $"{status} to {request}");
        if (status == 409)
        {
            return;
        }
        var told = $"{path} as {put ?? "missing"}: {answer.ToJsonString()}";
        Assert.False(string.IsNullOrEmpty(field), told);
        Assert.True(detail is { Length: > 15 } && detail.EndsWith('.') && (char.IsUpper(detail[0]) || detail[0] == '\''), told);
        Assert.True(SaysWhatToDo().IsMatch(detail), told);
        Assert.DoesNotMatch(InsideWords(), detail);
        // One fault more than one place: the field said is one that the sender wrote, or one that he has to write.
        var faults = answer["errors"]?.AsArray().Select(error => error!.AsObject()).ToList() ?? [answer];
        Assert.True(faults.Exists(fault => Touches((string)fault["field"]!, path)), told);
        foreach (var fault in faults.Where(fault => fault["value"] is null))
        {
            Assert.True(IsAbsent(request, (string)fault["field"]!), $"{told} has no value of {fault["field"]}");
        }
    }

    private static string About(string json, string step) => json.Replace("HO-1\"", $"F-{step}\"", StringComparison.Ordinal);

    /// <summary>Steps about an event get a new one each time, as they may use it up.</summary>
    private async Task<string> WithEventAsync(string example)
    {
        const string Id = "urn:uuid:00000000-0000-4000-8000-000000000000";
        if (!example.Contains(Id, StringComparison.Ordinal))
        {
            return example;
        }
        var shipped = await AskAsync(world.Imker, "/api/batches/events", About(
            """{"step":"ship","at":"2026-11-20T09:00:00+01:00","again":true,"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":1,"uom":"kg","to":{"party":"bakery"} }""",
            (string)JsonNode.Parse(example)!["step"]!));
        return example.Replace(Id, (string)shipped["eventId"]!, StringComparison.Ordinal);
    }

    /// <summary>The fault is at the broken member, above it, below it, or beside it: a unit stands beside its quantity.</summary>
    private static bool Touches(string field, string path)
    {
        var parent = path.Contains('.', StringComparison.Ordinal) ? path[..path.LastIndexOf('.')] : "";
        return field == "body" || path.StartsWith(field, StringComparison.Ordinal) || field.StartsWith(path, StringComparison.Ordinal)
            || (parent.Length == 0 ? !field.Contains('[', StringComparison.Ordinal) : field.StartsWith(parent, StringComparison.Ordinal));
    }

    private static bool IsAbsent(string request, string field)
    {
        JsonNode? node = request.Contains("1e400", StringComparison.Ordinal) ? null : JsonNode.Parse(request);
        foreach (var part in field.Split('.', '['))
        {
            node = node switch
            {
                JsonArray list when part.EndsWith(']') && int.TryParse(part[..^1], out var i) && i < list.Count => list[i],
                JsonObject o => o[part],
                _ => null,
            };
        }
        // Of a whole object or list it is said what is missing in it.
        return node is null or JsonObject or JsonArray;
    }

    private static IEnumerable<string> PathsIn(JsonNode node, string path)
    {
        var members = node switch
        {
            JsonObject o => o.Select(member => (Path: path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value)),
            JsonArray list => list.Select((element, i) => (Path: $"{path}[{i}]", Value: element)),
            _ => [],
        };
        return members.Where(member => member.Path != "step").SelectMany(member => PathsIn(member.Value!, member.Path).Prepend(member.Path));
    }

    private static string Change(JsonObject request, string path, string? put)
    {
        var parts = path.Split('.', '[');
        JsonNode node = request;
        foreach (var part in parts[..^1])
        {
            node = part.EndsWith(']') ? node[int.Parse(part[..^1], System.Globalization.CultureInfo.InvariantCulture)]! : node[part]!;
        }
        const string Mark = "put here";
        JsonNode? value = put is null ? null : JsonValue.Create(Mark);
        if (node is JsonArray list)
        {
            var i = int.Parse(parts[^1][..^1], System.Globalization.CultureInfo.InvariantCulture);
            list.RemoveAt(i);
            if (put is not null)
            {
                list.Insert(i, value);
            }
        }
        else
        {
            node.AsObject().Remove(parts[^1]);
            if (put is not null)
            {
                node[parts[^1]] = value;
            }
        }
        return request.ToJsonString().Replace($"\"{Mark}\"", put, StringComparison.Ordinal);
    }

    [GeneratedRegex("\\b(Send|Add|Leave|Check|Record|Register|Ask|Name|Correct|Known|Take)\\b", RegexOptions.IgnoreCase)]
    private static partial Regex SaysWhatToDo();

    // What no user ever wrote: names of types, of our methods, of exceptions.
    [GeneratedRegex("System\\.|Exception|JsonElement|Object reference|StepRequest|Given[A-Z]|\\bnull\\b.*instance")]
    private static partial Regex InsideWords();
}

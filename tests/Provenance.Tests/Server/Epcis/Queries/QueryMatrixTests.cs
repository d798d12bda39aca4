using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Provenance.Tests.Server.Epcis.Queries;

/// <summary>Every query parameter, each pair of them together, against an evaluator that knows nothing of indexes.</summary>
public sealed partial class QueryMatrixTests(TestLedger ledger, ITestOutputHelper output) : IClassFixture<TestLedger>
{
    private const int MostTogether = 16;

    private static readonly string[] Controls = ["orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "GE_recordTime", "LT_recordTime"];

    private static readonly string PartnerGln = QueryWorld.Gln("952100000001");

    private static readonly string CompanyGln = QueryWorld.Gln("952200000007");

    private readonly Random _random = new(7);

    [Fact]
    public async Task Each_pair_of_parameters_finds_what_a_naive_evaluator_finds_for_three_callers()
    {
        var started = Stopwatch.StartNew();
        var world = new QueryWorld(PartnerGln, CompanyGln);
        var partner = await ledger.NewPartyAsync(new { gln = PartnerGln });
        var company = await ledger.NewPartyAsync(new { gcp = "9522000" });
        var author = await ledger.NewPartyAsync();
        var recorded = await CaptureAsync(world, [author, author, partner, company]);
        output.WriteLine($"{recorded.Count} events captured after {started.Elapsed.TotalSeconds:F1} s");
        var callers = new (HttpClient Client, Func<Recorded, bool> Sees)[]
        {
            (ledger.Admin, _ => true),
            (partner, e => e.Author == partner || e.Names(world, PartnerGln)),
            (company, e => e.Author == company || e.Names(world, CompanyGln)),
        };
        Assert.All(callers[1..], caller => Assert.InRange(recorded.Count(caller.Sees), 300, 1_500));

        var names = NaiveParameters.All.Select(parameter => parameter.Name).Concat(Controls).ToList();
        var rows = Cover(names);
        output.WriteLine($"covering array: {rows.Count} queries of up to {MostTogether} for the {names.Count * (names.Count - 1) / 2} pairs of {names.Count} parameters, by {callers.Length} callers");
        output.WriteLine($"covered after {started.Elapsed.TotalSeconds:F1} s");
        var (found, empty) = (0, 0);
        foreach (var row in names.Select(name => new[] { name }).Concat(rows))
        {
            var query = Ask(world, row);
            foreach (var (client, sees) in row.Length == 1 ? callers[..1] : callers)
            {
                var expected = Expect(world, query, [.. recorded.Where(sees)]);
                await AssertAnswerAsync(client, query, expected);
                _ = expected.Events is { Count: > 0 } ? found++ : empty++;
            }
        }
        output.WriteLine($"{found} answers with events, {empty} without, in {started.Elapsed.TotalSeconds:F1} s");
        Assert.True(found > 200);
    }

    private async Task<List<Recorded>> CaptureAsync(QueryWorld world, HttpClient[] authors)
    {
        var recorded = new List<Recorded>();
        foreach (var (events, i) in world.Events.Chunk(250).Select((events, i) => (events, i)))
        {
            var author = authors[i % authors.Length];
            var document = new JsonObject
            {
                ["@context"] = new JsonArray("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"),
                ["type"] = "EPCISDocument",
                ["schemaVersion"] = "2.0",
                ["creationDate"] = "2026-11-21T14:30:00Z",
                ["epcisBody"] = new JsonObject { ["eventList"] = new JsonArray([.. events.Select(e => e.DeepClone())]) },
            };
            var job = await author.CaptureAsync(document.ToJsonString());
            Assert.True(job.Succeeded(), job.ToJsonString());
            recorded.AddRange(events.Select(e => new Recorded(e, author, ledger.Clock.GetUtcNow(), recorded.Count)).ToList().Select((e, n) => e with { Place = recorded.Count + n }));
            ledger.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        return recorded;
    }

    /// <summary>Rows of parameters so that each two stand together in one: greedy, each row grown by whichever brings most pairs that are new.</summary>
    private List<string[]> Cover(List<string> names)
    {
        var open = names.SelectMany((a, i) => names.Skip(i + 1).Select(b => (a, b))).ToHashSet();
        var rows = new List<string[]>();
        while (open.Count > 0)
        {
            var (first, second) = open.ElementAt(_random.Next(open.Count));
            List<string> row = [first, second];
            while (row.Count < MostTogether)
            {
                var best = names.Except(row).MaxBy(name => row.Count(other => open.Contains((name, other)) || open.Contains((other, name))))!;
                row.Add(best);
            }
            open.RemoveWhere(pair => row.Contains(pair.a) && row.Contains(pair.b));
            rows.Add([.. row]);
        }
        return rows;
    }

    /// <summary>Values that one event fulfils as far as it can, so that conditions together find something.</summary>
    private Dictionary<string, List<string>> Ask(QueryWorld world, string[] row)
    {
        var parameters = NaiveParameters.All.Where(parameter => row.Contains(parameter.Name)).ToList();
        var target = Enumerable.Range(0, 60).Select(_ => world.Events[_random.Next(world.Events.Count)]).MaxBy(e => parameters.Count(parameter => parameter.Values(e).Any()))!;
        var query = new Dictionary<string, List<string>>();
        foreach (var parameter in parameters)
        {
            var held = parameter.Values(target).ToList();
            if (held.Count == 0 && row.Length > 2 && _random.Next(4) != 0)
            {
                continue; // mostly left out, for nothing else would be found; each pair stands in other rows with other events too
            }
            var from = held.Count > 0 ? held : world.Events.SelectMany(parameter.Values).Skip(_random.Next(50)).Take(1).ToList();
            var value = parameter.Ask(from[_random.Next(from.Count)]);
            query[parameter.Name] = parameter.Name.StartsWith("MATCH_", StringComparison.Ordinal) ? [Widen(world, value)] : [value];
            if (_random.Next(4) == 0 && (parameter.Name.StartsWith("EQ_", StringComparison.Ordinal) || parameter.Name.StartsWith("MATCH_", StringComparison.Ordinal)) && parameter.Name != "EQ_booleanValue")
            {
                query[parameter.Name].Add(parameter.Ask(world.Events.SelectMany(parameter.Values).Skip(_random.Next(200)).First()));
            }
        }
        foreach (var control in Controls.Intersect(row))
        {
            query[control] = [control switch
            {
                "orderBy" => ((string[])["eventTime", "recordTime", "ex:num"])[_random.Next(3)],
                "orderDirection" => _random.Next(2) == 0 ? "ASC" : "DESC",
                "GE_recordTime" => "2026-11-21T14:31:00.000Z",
                "LT_recordTime" => "2026-11-21T15:36:00+01:00",
                _ => _random.Next(1, 40).ToString(CultureInfo.InvariantCulture),
            }];
        }
        return query;
    }

    /// <summary>Now and then the class of an item, or the company's pattern, in place of the item.</summary>
    private string Widen(QueryWorld world, string value) => _random.Next(4) switch
    {
        0 => world.ClassOf[world.Canonical[value]],
        1 when value.Contains("gtin", StringComparison.Ordinal) => "urn:epc:idpat:sgtin:9506000.*.*",
        2 => world.Canonical[value],
        _ => value,
    };

    private static (HttpStatusCode Status, List<Recorded>? Events) Expect(QueryWorld world, Dictionary<string, List<string>> query, List<Recorded> seen)
    {
        if (query.ContainsKey("eventCountLimit") && (query.ContainsKey("maxEventCount") || !query.ContainsKey("orderBy")))
        {
            return (HttpStatusCode.BadRequest, null);
        }
        var parameters = NaiveParameters.All.Where(parameter => query.ContainsKey(parameter.Name)).ToList();
        var found = seen.Where(e => parameters.All(parameter => parameter.Holds(e.Event, query[parameter.Name], world))
            && (!query.TryGetValue("GE_recordTime", out var from) || e.RecordedAt >= DateTimeOffset.Parse(from[0], CultureInfo.InvariantCulture))
            && (!query.TryGetValue("LT_recordTime", out var before) || e.RecordedAt < DateTimeOffset.Parse(before[0], CultureInfo.InvariantCulture))).ToList();
        if (query.TryGetValue("maxEventCount", out var most) && found.Count > int.Parse(most[0], CultureInfo.InvariantCulture))
        {
            return (HttpStatusCode.RequestEntityTooLarge, null);
        }
        return (HttpStatusCode.OK, found);
    }

    private static async Task AssertAnswerAsync(HttpClient client, Dictionary<string, List<string>> query, (HttpStatusCode Status, List<Recorded>? Events) expected)
    {
        var url = "/events?perPage=1000&" + string.Join('&', query.Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={string.Join("%7C", parameter.Value.Select(Uri.EscapeDataString))}"));
        var found = new List<string>();
        for (string? next = url; next is not null;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            request.Headers.Add("GS1-Extensions", "ex=" + QueryWorld.Namespace);
            using var answer = await client.SendAsync(request);
            Assert.True(answer.StatusCode == expected.Status, $"{expected.Status} expected of {url}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            if (expected.Events is null)
            {
                return;
            }
            found.AddRange(EventId().Matches(await answer.Content.ReadAsStringAsync()).Select(match => match.Groups[1].Value));
            next = QueryTests.NextOf(answer);
        }
        var ids = expected.Events!.Select(e => e.Id).ToHashSet();
        var limit = query.TryGetValue("eventCountLimit", out var most) ? Math.Min(int.Parse(most[0], CultureInfo.InvariantCulture), ids.Count) : ids.Count;
        var extra = found.FirstOrDefault(id => !ids.Contains(id));
        Assert.True(found.Count == limit && extra is null && found.Distinct().Count() == limit, $"{limit} expected, {found.Count} found, {extra ?? "none"} not expected of {url}");
        if (query.TryGetValue("orderBy", out var by))
        {
            var ordered = Order(expected.Events!, by[0], isDescending: !query.TryGetValue("orderDirection", out var direction) || direction[0] == "DESC");
            var keys = expected.Events!.ToDictionary(e => e.Id, e => Key(e, by[0]));
            Assert.Equal(ordered.Take(limit).Select(e => Key(e, by[0])), found.Select(id => keys[id]));
        }
    }

    // Answers are long and many: parsing each would take most of this test's time.
    [GeneratedRegex("\"eventID\":\"([^\"]+)\"")]
    private static partial Regex EventId();

    private static IEnumerable<Recorded> Order(List<Recorded> events, string by, bool isDescending)
    {
        // Those without the field stand at the end whichever the direction; the standard leaves that open.
        var having = events.Where(e => Key(e, by) is not null);
        return (isDescending ? having.OrderByDescending(e => Key(e, by)) : having.OrderBy(e => Key(e, by))).Concat(events.Where(e => Key(e, by) is null));
    }

    private static decimal? Key(Recorded e, string by) => by switch
    {
        "eventTime" => DateTimeOffset.Parse((string)e.Event["eventTime"]!, CultureInfo.InvariantCulture).UtcTicks,
        "recordTime" => e.RecordedAt.UtcTicks,
        _ => (e.Event["ex:num"] ?? e.Event["my:num"])?.GetValue<decimal>(),
    };

    private sealed record Recorded(JsonObject Event, HttpClient Author, DateTimeOffset RecordedAt, int Place)
    {
        public string Id => (string)Event["eventID"]!;

        /// <summary>A source or destination of it is that party; as a mere location it does not count.</summary>
        public bool Names(QueryWorld world, string gln) => new[] { "source", "destination" }.Any(member => NaiveParameters.At(Event, member + "List")
            .Any(entry => NaiveParameter.Word((string)entry["type"]!) is "owning_party" or "possessing_party" && world.Canonical[(string)entry[member]!] == $"https://id.gs1.org/417/{gln}"));
    }
}

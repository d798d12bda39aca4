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
    private const int MostTogether = 24;

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
        var (found, empty) = (0, 0);
        foreach (var parameter in NaiveParameters.All)
        {
            // Alone each finds much: among the first events only, for the answers' sake.
            var query = Ask(world, [parameter.Name], mustHold: true);
            query["LT_recordTime"] = ["2026-11-21T14:32:00Z"];
            await HoldAsync(callers[0], query);
        }
        output.WriteLine($"each of {NaiveParameters.All.Count} conditions alone: {found} found events, {empty} none, after {started.Elapsed.TotalSeconds:F1} s");
        Assert.True(found > 100);

        var rows = 0;
        for (var open = new OpenPairs(names); open.Next(_random) is { } pair; rows++)
        {
            // Where some event fulfils both, whatever else that one does not fulfil is left out, so that something is found. Where none does, nothing can be, and all stay.
            var row = open.Grow(pair, MostTogether);
            var query = Ask(world, row, mustHold: true);
            var isHeld = query.ContainsKey(pair.First) && query.ContainsKey(pair.Second);
            query = isHeld ? query : Ask(world, row, mustHold: false);
            open.Close(query.Keys);
            foreach (var caller in isHeld ? callers : callers[..1])
            {
                await HoldAsync(caller, query);
            }
        }
        output.WriteLine($"covering array: {rows} queries of up to {MostTogether} for all {names.Count * (names.Count - 1) / 2} pairs of {names.Count} parameters, by {callers.Length} callers where any event fulfils the pair");
        output.WriteLine($"{found} answers with events, {empty} without, in {started.Elapsed.TotalSeconds:F1} s");
        Assert.True(found > 200);

        async Task HoldAsync((HttpClient Client, Func<Recorded, bool> Sees) caller, Dictionary<string, List<string>> query)
        {
            var expected = Expect(world, query, [.. recorded.Where(caller.Sees)]);
            await AssertAnswerAsync(caller.Client, query, expected);
            _ = expected.Events is { Count: > 0 } ? found++ : empty++;
        }
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

    /// <summary>Values that one event fulfils as far as it can, so that conditions together find something.</summary>
    /// <param name="mustHold">Leave out what that event has no value for; else take another's.</param>
    private Dictionary<string, List<string>> Ask(QueryWorld world, string[] row, bool mustHold)
    {
        var parameters = NaiveParameters.All.Where(parameter => row.Contains(parameter.Name)).ToList();
        var target = Enumerable.Range(0, 60).Select(_ => world.Events[_random.Next(world.Events.Count)]).MaxBy(e => parameters.Count(parameter => parameter.Values(e).Any()))!;
        var query = new Dictionary<string, List<string>>();
        foreach (var parameter in parameters)
        {
            var held = parameter.Values(target).ToList();
            if (held.Count == 0 && mustHold)
            {
                continue;
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
            request.Headers.Add("GS1-Extensions", $"ex={QueryWorld.Namespace},my={QueryWorld.Namespace}");
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

    /// <summary>Which two parameters have not stood in one query yet.</summary>
    private sealed class OpenPairs(List<string> names)
    {
        private readonly bool[,] _closed = new bool[names.Count, names.Count];
        private readonly Dictionary<string, int> _places = names.Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place);

        /// <summary>One of them by chance; null when none is left.</summary>
        public (string First, string Second)? Next(Random random)
        {
            var start = random.Next(names.Count);
            for (var i = 0; i < names.Count; i++)
            {
                for (var j = 0; j < names.Count; j++)
                {
                    var (a, b) = ((start + i) % names.Count, (start + i + j) % names.Count);
                    if (a != b && !_closed[a, b])
                    {
                        return (names[a], names[b]);
                    }
                }
            }
            return null;
        }

        /// <summary>The pair with others: always the one that brings most pairs that are open.</summary>
        public string[] Grow((string First, string Second) pair, int most)
        {
            List<int> row = [_places[pair.First], _places[pair.Second]];
            while (row.Count < most)
            {
                row.Add(Enumerable.Range(0, names.Count).Where(place => !row.Contains(place)).MaxBy(place => row.Count(other => !_closed[place, other])));
            }
            return [.. row.Select(place => names[place])];
        }

        public void Close(IEnumerable<string> together)
        {
            var places = together.Select(name => _places[name]).ToList();
            foreach (var a in places)
            {
                foreach (var b in places)
                {
                    _closed[a, b] = true;
                }
            }
        }
    }
}

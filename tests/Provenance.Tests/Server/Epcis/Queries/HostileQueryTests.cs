using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Epcis;
using Provenance.Server.Epcis.Queries;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Xunit.Abstractions;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis.Queries;

/// <summary>What strangers and broken programs ask: every answer is 2xx or 4xx, and comes soon.</summary>
public sealed class HostileQueryTests(TestLedger ledger, ITestOutputHelper output) : IClassFixture<TestLedger>
{
    private const int Count = 10_000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private static readonly string[] Values =
    [
        "", "|", "||||", "shipping", "\0", "%00", "%", "%zz", "%ff%fe", "\ud83d\ude00", "NaN", "Infinity", "-0", "1e999", "1e-999", "9999999999999999999999999999999999999999",
        "2026-11-21T14:30:00Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z", "true", "null", "[]", "{\"a\":1}",
        "' OR 1=1 --", "\"; DROP TABLE event; --", "../../etc/passwd", "urn:epc:idpat:sgtin:*.*.*", "urn:epc:idpat:sgtin:0614141.*.5", "urn:epc:idpat:sgln:0614141.07346.*", "urn:epc:idpat:x:*.*",
        "urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/10614141073464", "https://[::1]:99999/01/1", "ni:///sha-256;00?ver=CBV2.0", "eventTime", "recordTime", "ex:n", "ASC", "DESC", "-1", "0", "1", "2147483648",
    ];

    private const string Query =
        """
        {"name":"NAME","query":{"@context":{"ex":"https://ns.example.com/"},"eventType":["ObjectEvent"],"EQ_bizStep":["shipping"],"GE_eventTime":"2026-11-21T14:30:00Z","EQ_ex:n":["1",2.5],
        "MATCH_anyEPC":["urn:epc:idpat:sgtin:0614141.*.*"],"EXISTS_sensorElementList":null,"GT_value_CEL":5e0,"EQ_booleanValue":true,"HASATTR_ex:n":["ex:a"],"orderBy":"eventTime","eventCountLimit":10}}
        """;

    // Its dest leads nowhere: what is still good is called and never answers.
    private const string Subscription =
        """
        {"dest":"https://hook.invalid/a","signatureToken":"secret","reportIfEmpty":true,"initialRecordTime":"2026-11-21T14:30:00Z",
        "schedule":{"second":"0/30","minute":"[1-5],7","hour":"*","dayOfMonth":"1","month":"2","dayOfWeek":"3"}}
        """;

    private static readonly string[] HeaderNames =
    [
        "Accept", "Accept-Encoding", "Accept-Language", "GS1-EPCIS-Version", "GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Version", "GS1-CBV-Min", "GS1-CBV-Max", "GS1-EPC-Format",
        "GS1-CBV-XML-Format", "GS1-Extensions", "GS1-Capture-Error-Behaviour", "If-None-Match", "If-Modified-Since", "Range", "Origin", "Idempotency-Key", "X-Forwarded-For", "X-HTTP-Method-Override", "Cookie",
    ];

    private readonly Random _random = new(10_000);

    [Fact]
    public async Task Ten_thousand_hostile_queries_end_in_an_answer_or_a_refusal()
    {
        await ledger.Admin.CaptureAsync(Document([.. Enumerable.Range(0, 40).Select(n => EventWith("ex:n", $"{n}"))]));
        Assert.Equal(HttpStatusCode.Created, (await ledger.Admin.PostAsync("/queries", """{"name":"hostile","query":{}}""")).StatusCode);
        var names = NaiveParameters.All.Select(parameter => parameter.Name)
            .Concat(["orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "perPage", "nextPageToken", "GE_recordTime", "LT_recordTime", "id"]).ToArray();
        var token = QueryTests.NextOf(await ledger.Admin.GetAsync("/events?perPage=1"))!.Split("nextPageToken=")[1];
        var (answers, slowest) = (new SortedDictionary<int, int>(), TimeSpan.Zero);
        await Parallel.ForEachAsync(Enumerable.Range(0, Count).Select(n => Ask(n, names, token)).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (ask, stop) =>
        {
            var started = Stopwatch.StartNew();
            using var request = new HttpRequestMessage(ask.Body is null ? HttpMethod.Get : HttpMethod.Post, ask.Path);
            request.Headers.Authorization = new("Bearer", TestLedger.AdminKey);
            request.Content = ask.Body is null ? null : new ByteArrayContent(ask.Body) { Headers = { ContentType = new("application/json") } };
            foreach (var (name, value) in ask.Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
            using var answer = await Client.SendAsync(request, stop);
            var status = (int)answer.StatusCode;
            var length = (await answer.Content.ReadAsByteArrayAsync(stop)).Length;
            // Whatever an answer is made of stands in memory once: a page ends at 16 MiB.
            Assert.InRange(length, 0, 17 << 20);
            Assert.InRange(Allocated(ask), 0, 8 << 20);
            lock (answers)
            {
                answers[status] = answers.GetValueOrDefault(status) + 1;
                slowest = started.Elapsed > slowest ? started.Elapsed : slowest;
            }
            Assert.True(status is >= 200 and < 300 or >= 400 and < 500, $"{status} of {ask.Path}");
        });
        output.WriteLine($"{string.Join(", ", answers.Select(answer => $"{answer.Key}: {answer.Value}"))}; slowest {slowest.TotalMilliseconds:F0} ms");
        Assert.InRange(slowest, TimeSpan.Zero, Longest);
        Assert.Equal(Count, answers.Values.Sum());
        ledger.Check();
    }

    /// <summary>Bytes taken by understanding the same query once more, on this thread alone.</summary>
    private long Allocated(Hostile ask)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(ask.Path.Contains('?', StringComparison.Ordinal) ? ask.Path[ask.Path.IndexOf('?', StringComparison.Ordinal)..] : "");
        var (own, caller) = (Service<OwnIds>(), new Caller(Service<PartyStore>().Get(Party.OperatorRow), Role.Admin));
        var before = GC.GetAllocatedBytesForCurrentThread();
        if (QueryRequest.Read(context.Request, out var read) is null)
        {
            new QueryReader(new Dictionary<string, string>(), new StatedData(Service<MasterDataStore>(), caller, own), own, Service<Database>().Keys).Read(read.Arguments, out _);
        }
        if (ask.Body is not null && StrictJson.TryParse(ask.Body, out var document, out _))
        {
            using (document)
            {
                Service<NamedQueries>().Read(document.RootElement, caller, out _);
            }
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private T Service<T>() where T : notnull => ledger.Services.GetRequiredService<T>();

    private HttpClient Client => field ??= ledger.Public;

    private sealed record Hostile(string Path, byte[]? Body, IReadOnlyList<(string Name, string Value)> Headers);

    private Hostile Ask(int number, string[] names, string token)
    {
        var (path, body) = Way(number, names, token);
        return new Hostile(path, body, _random.Next(3) == 0 ? [.. Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => (HeaderNames[_random.Next(HeaderNames.Length)], HeaderValue()))] : []);
    }

    private (string Path, byte[]? Body) Way(int number, string[] names, string token) => (number % 10) switch
    {
        0 => (((string[])["/epcs/", "/bizSteps/", "/readPoints/", "/eventTypes/", "/queries/", "/events/"])[_random.Next(6)] + Escape(Value()) + (_random.Next(2) == 0 ? "/events" : ""), null),
        1 => ("/queries", Body(names)),
        2 when number % 20 == 2 => ("/queries/hostile/subscriptions", BentJson(Subscription)),
        4 when number % 20 == 4 => ("/queries", BentJson(Query.Replace("NAME", $"q{number}", StringComparison.Ordinal))),
        2 => ("/queries/hostile/subscriptions", Encoding.UTF8.GetBytes($$$"""{"dest":"{{{Value().Replace("\"", "\\\"", StringComparison.Ordinal)}}}","stream":true,"schedule":{"second":"{{{_random.Next(100)}}}/0"}}""")),
        3 => ("/events?perPage=1&nextPageToken=" + Bent(token), null),
        _ => ("/events?" + string.Join('&', Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => $"{Name(names)}={(_random.Next(4) == 0 ? Raw() : Escape(Value()))}")), null),
    };

    /// <summary>Good JSON made bad in one to three places.</summary>
    private byte[] BentJson(string json)
    {
        for (var times = _random.Next(3); times >= 0; times--)
        {
            json = Bending.Bend(_random, json);
        }
        return Encoding.UTF8.GetBytes(json);
    }

    /// <summary>What may stand in a header's line; anything else is refused before it comes to us.</summary>
    private string HeaderValue() => new([.. Value().Where(c => c is >= ' ' and < '\u007f')]);

    /// <summary>Queries as JSON: cut off, of wrong types, nested deeply, with members twice.</summary>
    private byte[] Body(string[] names)
    {
        var value = _random.Next(8) switch
        {
            0 => "1e400",
            1 => new string('[', 100) + new string(']', 100),
            2 => "{\"a\":{}}",
            3 => "[null,true,[1]]",
            4 => "\"\\ud800\"",
            5 => "[" + string.Join(',', Enumerable.Repeat("\"x\"", 3_000)) + "]",
            _ => "[\"" + Value().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"]",
        };
        var name = names[_random.Next(names.Length)];
        var json = Encoding.UTF8.GetBytes($$$"""{"name":"q{{{_random.Next()}}}","query":{"@context":{{{(_random.Next(2) == 0 ? "{\"ex\":5}" : "\"x\"")}}},"{{{name}}}":{{{value}}},"{{{(_random.Next(5) == 0 ? name : "eventType")}}}":["ObjectEvent"]}}""");
        return _random.Next(3) == 0 ? json[..(_random.Next(json.Length - 1) + 1)] : json;
    }

    private string Name(string[] names) => _random.Next(6) switch
    {
        0 => Escape(Value() + "_"),
        1 => names[_random.Next(names.Length)].ToUpperInvariant(),
        2 => ((string[])["EQ_", "GE_INNER_", "EXISTS_ILMD_", "HASATTR_", "EQATTR_", "EQATTR__", "EQ_ATTR_a_b", "EQ_quantity_", "EQ_bizTransaction_", "EQ_value_CELSIUS", "MATCH_"])[_random.Next(11)],
        _ => names[_random.Next(names.Length)],
    };

    private string Value() => _random.Next(20) == 0 ? new string('x', _random.Next(6_000)) : Values[_random.Next(Values.Length)];

    /// <summary>Bytes of a request line that nobody escaped, but for those that end it.</summary>
    private string Raw() => string.Concat(Enumerable.Range(0, _random.Next(20)).Select(_ => (char)_random.Next('!', '~'))).Replace('#', '+').Replace('&', '=');

    private string Bent(string token)
    {
        var characters = token.ToCharArray();
        characters[_random.Next(characters.Length)] = "ABCxyz019-_"[_random.Next(11)];
        return new string(characters)[..(_random.Next(4) == 0 ? _random.Next(characters.Length) : characters.Length)];
    }

    private static string Escape(string value) => Uri.EscapeDataString(value);
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Provenance.Core.Epcis;
using Xunit.Abstractions;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

/// <summary>Whatever is sent, the answer is 202 or a refusal, soon, and nothing is recorded in part.</summary>
public sealed class HostileBodyTests(TestLedger ledger, ITestOutputHelper output) : IClassFixture<TestLedger>
{
    private const int Seed = 20261124;
    private const int Bodies = 10_000;

    private static readonly string Rich = Event[..^1] + """
        ,"eventID":"urn:example:hostile","recordTime":"2026-11-21T14:31:00Z","certificationInfo":["https://cert.example/1"],"disposition":"in_transit",
        "persistentDisposition":{"set":["recalled"],"unset":["https://ref.gs1.org/cbv/Disp-damaged"]},"readPoint":{"id":"urn:epc:id:sgln:0614141.00777.0","ex:dock":2},
        "quantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.011111.4444","quantity":1.5e1,"uom":"KGM"}],"bizTransactionList":[{"type":"po","bizTransaction":"urn:a:b"}],
        "sourceList":[{"type":"urn:epcglobal:cbv:sdt:owning_party","source":"urn:epc:id:pgln:4012345.00000"}],
        "sensorElementList":[{"sensorMetadata":{"time":"2026-11-21T13:30:00Z"},"sensorReport":[{"type":"Temperature","value":26.0,"uom":"CEL","booleanValue":true}]}],
        "errorDeclaration":{"declarationTime":"2026-11-22T10:00:00Z","reason":"incorrect_data","correctiveEventIDs":["urn:a:c"]},"ex:deep":[{"ex:a":[null,false,"ü\u00fc"]}]}
        """;

    private const string Header = """
        "epcisHeader":{"epcisMasterData":{"vocabularyList":[{"type":"urn:epcglobal:epcis:vtype:ReadPoint","vocabularyElementList":[{"id":"urn:epc:id:sgln:0614141.00777.0",
        "attributes":[{"id":"cbvmda:city","attribute":"Linz"}],"children":["urn:epc:id:sgln:0614141.00777.1"]}]}]}},"epcisBody"
        """;

    // What must be recorded in the end: every event of every document that was taken, and nothing of any other.
    private readonly HashSet<string> _taken = [];

    private int _accepted;

    private TimeSpan _slowest;

    [Fact]
    public async Task Ten_thousand_bent_bodies_are_answered_and_none_is_recorded_in_part()
    {
        var before = ledger.Size();
        using var client = ledger.Admin;
        await Parallel.ForAsync(0, Bodies, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => await SendAsync(client, number, Bend(new Random(Seed + number), number)));
        output.WriteLine($"{_accepted} of {Bodies} bent bodies were still good, with {_taken.Count} events; the slowest was read in {_slowest.TotalMilliseconds:F0} ms.");
        Assert.InRange(_accepted, 100, Bodies / 2);
        Assert.InRange(_slowest, TimeSpan.Zero, TimeSpan.FromSeconds(15)); // on a crowded machine; alone it is milliseconds
        Assert.Equal(before + _taken.Count, ledger.Size());
        ledger.Check();
    }

    private static (bool IsBare, bool Proceeds) Way(int number) => (number % 5 == 4, number % 5 == 3);

    private async Task SendAsync(HttpClient client, int number, byte[] body)
    {
        var (isBare, proceeds) = Way(number);
        using var request = new HttpRequestMessage(HttpMethod.Post, isBare ? "/events" : "/capture") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(number % 2 == 0 ? "application/json" : "application/ld+json");
        if (proceeds)
        {
            request.Headers.Add("GS1-Capture-Error-Behaviour", "proceed");
        }
        using var answer = await client.SendAsync(request);
        // Time and memory are those of the reading itself: how long an answer takes is also up to whatever else the machine does.
        var (started, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        var reading = EventReader.Read(body);
        var took = Stopwatch.GetElapsedTime(started);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, (64 << 20) + (100L * body.Length));
        var isGood = reading.IsBareEvent == isBare && (proceeds ? !reading.IsUnreadable : reading.Problems.Count == 0);
        var isExpected = answer.StatusCode == (!isGood ? HttpStatusCode.BadRequest : isBare ? HttpStatusCode.Created : HttpStatusCode.Accepted)
            || (isGood && isBare && answer.StatusCode == HttpStatusCode.Conflict);
        Assert.True(isExpected, $"body {number} was answered {answer.StatusCode}");
        var isTaken = isGood && (isBare ? answer.StatusCode == HttpStatusCode.Created : proceeds || (await (await client.GetAsync(answer.Headers.Location)).JsonAsync()).Succeeded());
        lock (_taken)
        {
            _accepted += isGood ? 1 : 0;
            _slowest = took > _slowest ? took : _slowest;
            _taken.UnionWith(isTaken ? reading.Events.Select(NameOf) : []);
        }
    }

    /// <summary>What makes two events one: the id and whether it is a declaration; without an id all that it says.</summary>
    private static string NameOf(ReceivedEvent e) => e.EventId is null ? Encoding.UTF8.GetString(e.Stored.Span) : e.EventId + e.Json.TryGetProperty("errorDeclaration", out _);

    /// <summary>A document of two events, or one event alone, bent in one to three places.</summary>
    private static byte[] Bend(Random random, int number)
    {
        var rich = Rich.Replace("urn:example:hostile", $"urn:example:hostile-{number}", StringComparison.Ordinal);
        var text = Way(number).IsBare
            ? rich[..^1] + $",\"@context\":{Context}}}"
            : Document(Event[..^1] + $",\"ex:number\":{number}}}", rich).Replace("\"epcisBody\"", number % 3 == 0 ? Header : "\"epcisBody\"", StringComparison.Ordinal);
        for (var times = random.Next(3); times >= 0; times--)
        {
            text = Bending.Bend(random, text);
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && random.Next(6) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
        return bytes;
    }
}

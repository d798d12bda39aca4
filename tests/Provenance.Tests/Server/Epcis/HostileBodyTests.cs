using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Dapper;
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

    [Fact]
    public async Task Ten_thousand_bent_bodies_are_answered_and_none_is_recorded_in_part()
    {
        var accepted = 0;
        var slowest = TimeSpan.Zero;
        var before = ledger.Size();
        using var client = ledger.Admin;
        await Parallel.ForAsync(0, Bodies, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) =>
        {
            var body = Bend(new Random(Seed + number), number);
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await client.PostAsync("/capture", content, CancellationToken.None);
            // Time and memory are those of the reading itself: how long an answer takes is also up to whatever else the machine does.
            var (started, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            var isGood = EventReader.Read(body).Problems.Count == 0;
            var took = Stopwatch.GetElapsedTime(started);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, (64 << 20) + (100L * body.Length));
            Assert.True(isGood ? answer.StatusCode == HttpStatusCode.Accepted : answer.StatusCode == HttpStatusCode.BadRequest, $"body {number} was answered {answer.StatusCode}");
            lock (output)
            {
                accepted += isGood ? 1 : 0;
                slowest = took > slowest ? took : slowest;
            }
        });
        output.WriteLine($"{accepted} of {Bodies} bent bodies were still good; the slowest was read in {slowest.TotalMilliseconds:F0} ms.");
        Assert.InRange(accepted, 1, Bodies / 2);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        using var connection = ledger.Read();
        Assert.DoesNotContain(connection.Query<long>("""
            SELECT count(*) FROM event WHERE leaf >= @before GROUP BY CAST(body AS TEXT) ->> '$."prov:source"'
            """, new { before }), events => events > 2);
        ledger.Check();
    }

    /// <summary>Two events, bent in one to three places.</summary>
    private static byte[] Bend(Random random, int number)
    {
        var text = Document(Event[..^1] + $",\"ex:number\":{number}}}", Rich.Replace("urn:example:hostile", $"urn:example:hostile-{number}", StringComparison.Ordinal));
        for (var times = random.Next(3); times >= 0; times--)
        {
            text = BendText(random, text);
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && random.Next(6) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
        return bytes;
    }

    private static string BendText(Random random, string text)
    {
        var tokens = Tokens(text);
        var (at, length) = tokens[random.Next(tokens.Count)];
        var token = text.Substring(at, length);
        return random.Next(12) switch
        {
            0 => text[..random.Next(text.Length)],
            1 => text.Remove(at, length),
            2 => text.Insert(at, token + ","),
            3 => text.Insert(at, token + ":" + token + ","),
            4 => Instead(random.Next(2) == 0 ? "\"\\ud800\"" : "\"\\udc00 \\ud83d\""),
            5 => Instead(new string('[', 1 + random.Next(200)) + new string(']', 1 + random.Next(200))),
            6 => Instead(string.Concat(Enumerable.Repeat("{\"ex:a\":", random.Next(80))) + "1" + new string('}', random.Next(80))),
            7 => Instead(random.Next(3) switch { 0 => "1e999", 1 => "-" + new string('9', random.Next(2000)), _ => "0." + new string('0', random.Next(400)) + "1E-400" }),
            8 => Instead("\"" + new string('ü', random.Next(100) == 0 ? 1 << 18 : random.Next(300)) + "\""),
            9 => Instead(Other(random)),
            10 => Instead("[" + string.Join(',', Enumerable.Repeat(token, random.Next(random.Next(50) == 0 ? 20_000 : 50))) + "]"),
            _ => Instead(string.Create(CultureInfo.InvariantCulture, $"\"{(char)random.Next(1, 0xd7ff)}\"")),
        };

        string Instead(string other) => text.Remove(at, length).Insert(at, other);
    }

    private static string Other(Random random) => random.Next(9) switch
    {
        0 => "null",
        1 => "true",
        2 => "-0",
        3 => "\"\"",
        4 => "{}",
        5 => "[]",
        6 => "\"urn:epc:id:sgtin:\"",
        7 => "{\"@context\":{\"@vocab\":null}}",
        _ => "\"@id\"",
    };

    /// <summary>Where strings, numbers and words stand in JSON.</summary>
    private static List<(int At, int Length)> Tokens(string text)
    {
        var tokens = new List<(int, int)> { (0, text.Length) };
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            if (text[i] == '"')
            {
                i = Math.Max(i, text.IndexOf('"', Math.Min(i + 1, text.Length - 1)));
                tokens.Add((start, i - start + 1));
            }
            else if (char.IsLetterOrDigit(text[i]))
            {
                while (i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]))
                {
                    i++;
                }
                tokens.Add((start, i - start + 1));
            }
        }
        return tokens;
    }
}

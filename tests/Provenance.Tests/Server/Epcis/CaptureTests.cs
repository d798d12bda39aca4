using System.Net;
using System.Text.Json.Nodes;
using Provenance.Core.Epcis;
using Provenance.Core.Proofs;
using Provenance.Tests.Core.Epcis;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

public sealed class CaptureTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private const string Id = "https://events.example/1?a=b/c";

    [ConformanceFact]
    public async Task Every_JSON_example_of_GS1_comes_back_as_it_was_captured()
    {
        foreach (var file in Files("epcis/gs1/JSON"))
        {
            // A party each: the examples share eventIDs.
            var party = await ledger.NewPartyAsync();
            var json = await File.ReadAllTextAsync(file);
            Assert.True((await party.CaptureAsync(json)).Succeeded(), file);
            foreach (var sent in EventReader.Read(System.Text.Encoding.UTF8.GetBytes(json)).Events)
            {
                var found = await party.EventsAsync(sent.EventId ?? EventHash.Compute(sent.Json));
                var apart = Apart(JsonNode.Parse(sent.Stored.Span)!);
                Assert.Contains(found, e => JsonNode.DeepEquals(apart, Apart(e)));
                Assert.All(found, e => Assert.Equal("2026-11-21T14:30:00.000Z", e["recordTime"]!.GetValue<string>()));
            }
        }
        ledger.Check();
        await AssertEveryEntryVerifiesAsync();
    }

    /// <summary>As an auditor would: by the proof alone.</summary>
    private async Task AssertEveryEntryVerifiesAsync()
    {
        for (var leaf = 0L; leaf < ledger.Size(); leaf++)
        {
            var proof = ProofJson.Parse(await ledger.Admin.GetByteArrayAsync($"/api/log/{leaf}/proof"));
            var findings = Verifier.Verify(proof, null);
            Assert.Equal(Verdict.Holds, findings[(int)Question.Content - 1].Verdict);
            Assert.Equal(Verdict.Holds, findings[(int)Question.Recorded - 1].Verdict);
            Assert.DoesNotContain(findings, finding => finding.Verdict == Verdict.DoesNotHold);
        }
    }

    [Fact]
    public async Task A_document_captured_twice_is_recorded_once()
    {
        var party = await ledger.NewPartyAsync();
        var document = Document(EventWith("eventID", $"\"{Id}\""), EventWith("ex:note", "\"without an id\""));
        Assert.True((await party.CaptureAsync(document)).Succeeded());
        var size = ledger.Size();
        Assert.True((await party.CaptureAsync(document)).Succeeded());
        Assert.Equal(size, ledger.Size());
    }

    [Fact]
    public async Task Another_party_may_use_the_same_id()
    {
        var document = Document(EventWith("eventID", $"\"{Id}\""));
        Assert.True((await (await ledger.NewPartyAsync()).CaptureAsync(document)).Succeeded());
        Assert.True((await (await ledger.NewPartyAsync()).CaptureAsync(document.Replace("shipping", "receiving", StringComparison.Ordinal))).Succeeded());
    }

    [Theory]
    [InlineData("rollback", 0)]
    [InlineData("proceed", 1)]
    public async Task Other_content_under_a_known_id_fails_the_job(string behaviour, int recorded)
    {
        var party = await ledger.NewPartyAsync();
        Assert.True((await party.CaptureAsync(Document(EventWith("eventID", $"\"{Id}\"")))).Succeeded());
        var size = ledger.Size();
        var other = EventWith("eventID", $"\"{Id}\"").Replace("shipping", "receiving", StringComparison.Ordinal);
        var job = await party.CaptureAsync(Document(Event, other), behaviour);
        Assert.False(job.Succeeded());
        Assert.Equal(behaviour, job["captureErrorBehaviour"]!.GetValue<string>());
        Assert.Equal("epcisException:ResourceAlreadyExistsException", Assert.Single(job["errors"]!.AsArray())!["type"]!.GetValue<string>());
        Assert.Equal(size + recorded, ledger.Size());
    }

    [Fact]
    public async Task An_error_declaration_is_recorded_beside_its_event_and_both_are_found()
    {
        var party = await ledger.NewPartyAsync();
        var sent = EventWith("eventID", $"\"{Id}\"");
        Assert.True((await party.CaptureAsync(Document(sent))).Succeeded());
        var declaration = sent[..^1] + ""","errorDeclaration":{"declarationTime":"2026-11-22T10:00:00Z","reason":"did_not_occur"}}""";
        Assert.True((await party.CaptureAsync(Document(declaration))).Succeeded());
        var found = await party.EventsAsync(Id);
        Assert.Equal([false, true], found.Select(e => e["errorDeclaration"] is not null));
    }

    [Fact]
    public async Task With_rollback_one_bad_event_refuses_the_document_and_says_where()
    {
        var size = ledger.Size();
        var answer = await ledger.Admin.PostAsync("/capture", Document(Event, EventWith("bizStep", "\"transforming\"")));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = await answer.JsonAsync();
        Assert.Equal("epcisException:ValidationException", problem["type"]!.GetValue<string>());
        Assert.Equal("/epcisBody/eventList/1/bizStep", problem["field"]!.GetValue<string>());
        Assert.Equal("\"transforming\"", problem["value"]!.GetValue<string>());
        Assert.Equal(size, ledger.Size());
    }

    [Fact]
    public async Task With_proceed_the_good_events_are_recorded_and_the_bad_ones_named()
    {
        var party = await ledger.NewPartyAsync();
        var size = ledger.Size();
        var job = await party.CaptureAsync(Document(Event, EventWith("bizStep", "\"transforming\""), EventWith("ex:note", "1")), "proceed");
        Assert.False(job.Succeeded());
        Assert.Equal("/epcisBody/eventList/1/bizStep", Assert.Single(job["errors"]!.AsArray())!["field"]!.GetValue<string>());
        Assert.Equal(size + 2, ledger.Size());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"type\":\"EPCISDocument\",\"type\":\"EPCISDocument\"}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task What_is_no_EPCIS_document_is_refused(string json)
    {
        foreach (var behaviour in (string[])["rollback", "proceed"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await ledger.Admin.PostAsync("/capture", json, behaviour)).StatusCode);
        }
    }

    [Fact]
    public async Task More_events_than_the_limit_are_refused_whole()
    {
        var answer = await ledger.Admin.PostAsync("/capture", Document([.. Enumerable.Repeat(Event, 5001)]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("epcisException:CaptureLimitExceededException", (await answer.JsonAsync())["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_document_without_events_is_a_job_that_succeeds() => Assert.True((await ledger.Admin.CaptureAsync(Document())).Succeeded());

    [Fact]
    public async Task Making_a_product_that_was_given_to_another_party_is_forbidden()
    {
        var maker = await ledger.NewPartyAsync(new { gcp = "9506000" });
        var other = await ledger.NewPartyAsync();
        var made = EventWith("epcList", "[\"https://id.gs1.org/01/09506000134352/21/7\"]").Replace("OBSERVE", "ADD", StringComparison.Ordinal);
        var answer = await other.PostAsync("/capture", Document(made));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("epcisException:SecurityException", (await answer.JsonAsync())["type"]!.GetValue<string>());
        Assert.True((await maker.CaptureAsync(Document(made))).Succeeded());
        Assert.True((await other.CaptureAsync(Document(made.Replace("ADD", "OBSERVE", StringComparison.Ordinal)))).Succeeded());
    }

    [Fact]
    public async Task A_job_is_shown_to_its_sender_and_to_the_admin_alone()
    {
        var (sender, other) = (await ledger.NewPartyAsync(), await ledger.NewPartyAsync());
        var job = (await sender.PostAsync("/capture", Document(Event))).Headers.Location;
        Assert.Equal(HttpStatusCode.OK, (await sender.GetAsync(job)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ledger.Admin.GetAsync(job)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(job)).StatusCode);
    }

    private static JsonObject Apart(JsonNode e)
    {
        var copy = e.DeepClone().AsObject();
        foreach (var name in (string[])["@context", "eventID", "recordTime"])
        {
            copy.Remove(name);
        }
        return copy;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

public sealed class CaptureTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private const string Id = "https://events.example/1?a=b/c";

    [Fact]
    public async Task One_context_of_all_events_stands_at_the_top_as_it_was_sent()
    {
        var party = await ledger.NewPartyAsync();
        await party.CaptureAsync(Document(EventWith("eventID", "\"urn:example:one-context\"")));
        var answer = await (await party.GetAsync("/events/urn:example:one-context")).JsonAsync();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Context), answer["@context"]));
        var e = answer["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]![0]!.AsObject();
        Assert.Null(e["@context"]);
        Assert.Null(e["prov:source"]);
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
    public async Task One_id_for_two_contents_in_one_document_fails_the_job()
    {
        var party = await ledger.NewPartyAsync();
        var (one, other) = (EventWith("eventID", "\"urn:example:twice\""), EventWith("eventID", "\"urn:example:twice\"").Replace("shipping", "receiving", StringComparison.Ordinal));
        var job = await party.CaptureAsync(Document(one, other));
        Assert.False(job.Succeeded());
        Assert.Equal("/epcisBody/eventList/1/eventID", Assert.Single(job["errors"]!.AsArray())!["field"]!.GetValue<string>());
        Assert.Empty(await party.EventsAsync("urn:example:twice"));
        Assert.False((await party.CaptureAsync(Document(one, other), "proceed")).Succeeded());
        Assert.Single(await party.EventsAsync("urn:example:twice"));
    }

    [Fact]
    public async Task A_declaration_of_an_event_we_do_not_know_is_kept_and_the_event_may_follow()
    {
        var party = await ledger.NewPartyAsync();
        var sent = EventWith("eventID", "\"urn:example:late\"");
        var declaration = sent[..^1] + ""","errorDeclaration":{"declarationTime":"2026-11-22T10:00:00Z","reason":"did_not_occur"}}""";
        Assert.True((await party.CaptureAsync(Document(declaration))).Succeeded());
        Assert.True((await party.CaptureAsync(Document(sent))).Succeeded());
        Assert.Equal(2, (await party.EventsAsync("urn:example:late")).Count);
    }

    [Fact]
    public async Task A_declaration_that_changes_the_event_too_is_refused()
    {
        var party = await ledger.NewPartyAsync();
        var sent = EventWith("eventID", "\"urn:example:bent\"");
        await party.CaptureAsync(Document(sent));
        var declaration = sent.Replace("shipping", "receiving", StringComparison.Ordinal)[..^1] + ""","errorDeclaration":{"declarationTime":"2026-11-22T10:00:00Z"}}""";
        Assert.False((await party.CaptureAsync(Document(declaration))).Succeeded());
    }

    [Theory]
    [InlineData("certificationInfo", "\"https://cert.example/2\"")]
    [InlineData("errorDeclaration", "{\"declarationTime\":\"2026-11-22T10:00:00Z\"}")]
    public async Task Content_that_the_hash_leaves_out_makes_another_event_of_one_without_id(string name, string value)
    {
        var party = await ledger.NewPartyAsync();
        var size = ledger.Size();
        Assert.True((await party.CaptureAsync(Document(Event, EventWith(name, value), Event))).Succeeded());
        Assert.Equal(size + 2, ledger.Size());
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
    public async Task A_file_of_the_advertised_size_is_taken_and_one_byte_more_refused()
    {
        await using var small = await TestLedger.StartAsync("--Ledger:MaxBodyMebibytes=1");
        var limit = int.Parse((await small.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/capture"))).Headers.GetValues("GS1-EPCIS-Capture-File-Size-Limit").Single(), null);
        var document = Document(Event);
        Assert.Equal(HttpStatusCode.Accepted, (await small.Admin.PostAsync("/capture", document.PadRight(limit))).StatusCode);
        var answer = await small.Admin.PostAsync("/capture", document.PadRight(limit + 1));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("epcisException:CaptureLimitExceededException", (await answer.JsonAsync())["type"]!.GetValue<string>());
        Assert.Equal($"{limit}", answer.Headers.GetValues("GS1-EPCIS-Capture-File-Size-Limit").Single());
    }

    [Fact]
    public async Task As_many_events_as_advertised_are_taken()
    {
        var party = await ledger.NewPartyAsync();
        var size = ledger.Size();
        Assert.True((await party.CaptureAsync(Document([.. Enumerable.Range(0, 5000).Select(i => EventWith("ex:note", $"{i}"))]))).Succeeded());
        Assert.Equal(size + 5000, ledger.Size());
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_in_pages_that_new_jobs_do_not_move()
    {
        var party = await ledger.NewPartyAsync();
        for (var i = 0; i < 5; i++)
        {
            await party.CaptureAsync(Document());
        }
        var seen = new List<string>();
        var page = "/capture?perPage=2";
        for (var pages = 0; page is not null; pages++)
        {
            Assert.True(pages < 4);
            var answer = await party.GetAsync(page);
            seen.AddRange((await answer.JsonAsync()).AsArray().Select(job => job!["captureID"]!.GetValue<string>()));
            await party.CaptureAsync(Document());
            page = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            Assert.Equal(page is not null, answer.Headers.Contains("GS1-Next-Page-Token-Expires"));
        }
        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
        foreach (var wrong in (string[])["perPage=0", "perPage=many", "nextPageToken=nobody"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await party.GetAsync("/capture?" + wrong)).StatusCode);
        }
    }

    [Fact]
    public async Task A_document_without_events_is_a_job_that_succeeds() => Assert.True((await ledger.Admin.CaptureAsync(Document())).Succeeded());

    [Fact]
    public async Task Making_a_product_that_was_given_to_another_party_is_forbidden()
    {
        await using var own = await TestLedger.StartAsync(); // elsewhere the number is anybody's
        var maker = await own.NewPartyAsync(new { gcp = "9506000" });
        var other = await own.NewPartyAsync();
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
}

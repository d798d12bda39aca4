using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Provenance.Core.Epcis;
using Provenance.Tests.Core.Epcis;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis;

public sealed class EventsTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    private static readonly string Bare = EventWith("@context", Context);

    [Fact]
    public async Task A_posted_event_is_found_where_the_answer_says()
    {
        var party = await ledger.NewPartyAsync();
        var answer = await party.PostAsync("/events", Bare);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var document = await (await party.GetAsync(answer.Headers.Location)).JsonAsync();
        var e = document["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray()[0]!;
        Assert.StartsWith("urn:uuid:", e["eventID"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("2026-11-21T14:30:00.5+01:00", e["eventTime"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_answered_can_be_read_again()
    {
        var party = await ledger.NewPartyAsync();
        var answer = await party.PostAsync("/events", Bare);
        var document = await party.GetByteArrayAsync(answer.Headers.Location);
        var reading = EventReader.Read(document);
        Assert.Empty(reading.Problems);
        Assert.Equal(EventHash.Compute(Assert.Single(Read(Bare).Events).Json), EventHash.Compute(Assert.Single(reading.Events).Json));
    }

    [Theory]
    [InlineData("\"https://events.example/1?a=b/c%2Fd\"")]
    [InlineData("\"ni:///sha-256;0bf4271d60ed65fb687e95f7216c4c0a4c1181c070f657d41385b6fbd93e97ef?ver=CBV2.0\"")]
    [InlineData(null)]
    public async Task The_same_event_again_is_refused_and_its_place_told(string? id)
    {
        var party = await ledger.NewPartyAsync();
        var e = id is null ? Bare : Bare[..^1] + $",\"eventID\":{id}}}";
        var first = await party.PostAsync("/events", e);
        var again = await party.PostAsync("/events", e);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal("epcisException:ResourceAlreadyExistsException", (await again.JsonAsync())["type"]!.GetValue<string>());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(HttpStatusCode.OK, (await party.GetAsync(first.Headers.Location)).StatusCode);
    }

    [Fact]
    public async Task An_event_is_found_by_its_id_in_path_or_query_and_by_its_hash()
    {
        var party = await ledger.NewPartyAsync();
        const string id = "https://events.example/a b?c=d&e=f#g";
        var escaped = id.Replace(" ", "%20", StringComparison.Ordinal);
        await party.PostAsync("/events", Bare[..^1] + $",\"eventID\":\"{escaped}\"}}");
        var hash = EventHash.Compute(Assert.Single(Read(Bare).Events).Json);
        foreach (var route in (string[])["/events/" + Uri.EscapeDataString(escaped), "/events?id=" + Uri.EscapeDataString(escaped), "/events/" + Uri.EscapeDataString(hash), "/events?id=" + Uri.EscapeDataString(hash)])
        {
            Assert.Equal(HttpStatusCode.OK, (await party.GetAsync(route)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await party.GetAsync("/events/urn:nobody:knows")).StatusCode);
    }

    [Fact]
    public async Task Events_are_shown_to_their_author_their_partners_and_those_who_see_everything()
    {
        const string gln = "9520001000010";
        var author = await ledger.NewPartyAsync();
        var partner = await ledger.NewPartyAsync(new { gln });
        var other = await ledger.NewPartyAsync();
        const string id = "urn:example:between-two";
        var posted = await author.PostAsync("/events",
            Bare[..^1] + $$""","eventID":"{{id}}","destinationList":[{"type":"owning_party","destination":"https://id.gs1.org/417/{{gln}}"}]}""");
        Assert.True(posted.StatusCode == HttpStatusCode.Created, await posted.Content.ReadAsStringAsync());
        Assert.Single(await author.EventsAsync(id));
        Assert.Single(await partner.EventsAsync(id));
        Assert.Single(await ledger.Admin.EventsAsync(id));
        Assert.Empty(await other.EventsAsync(id));
        Assert.Empty(await other.EventsAsync(EventHash.Compute(Assert.Single(Read(Bare).Events).Json)));
    }

    [Fact]
    public async Task Nothing_is_answered_without_a_key_and_an_auditor_records_nothing()
    {
        foreach (var answer in (HttpResponseMessage[])[await ledger.Public.PostAsync("/capture", Document(Event)), await ledger.Public.GetAsync("/events/urn:a:b")])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("epcisException:SecurityException", (await answer.JsonAsync())["type"]!.GetValue<string>());
        }
        var parties = await (await ledger.Admin.GetAsync("/api/parties")).JsonAsync();
        var auditor = ledger.Client(await ledger.KeyAsync(parties[0]!["id"]!.GetValue<string>(), "auditor"));
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsync("/events", Bare)).StatusCode);
    }

    [Fact]
    public async Task A_key_may_come_as_password_of_Basic()
    {
        using var client = ledger.Public;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("anybody:" + TestLedger.AdminKey)));
        Assert.Equal(HttpStatusCode.Created, (await client.PostAsync("/events", Bare[..^1] + ",\"ex:note\":\"basic\"}")).StatusCode);
    }

    [Fact]
    public async Task A_document_is_not_one_event_and_an_event_not_a_document()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await ledger.Admin.PostAsync("/events", Document(Event))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ledger.Admin.PostAsync("/capture", Bare)).StatusCode);
    }

    [Theory]
    [InlineData("GS1-EPCIS-Version", "1.2")]
    [InlineData("GS1-EPCIS-Min", "3.0.0")]
    [InlineData("GS1-EPCIS-Max", "1.2")]
    [InlineData("GS1-EPC-Format", "Always_EPC_URN")]
    [InlineData("Accept", "application/xml")]
    public async Task What_is_not_spoken_here_is_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events/urn:a:b");
        request.Headers.Add(header, value);
        var answer = await ledger.Admin.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotAcceptable, answer.StatusCode);
        Assert.Equal("epcisException:NotAcceptableException", (await answer.JsonAsync())["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task XML_is_no_media_type_that_is_captured()
    {
        var answer = await ledger.Admin.PostAsync("/capture", new StringContent("<a/>", Encoding.UTF8, "application/xml"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_versions_and_limits_are_in_the_headers()
    {
        var answer = await ledger.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/capture"));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("2.0.0", answer.Headers.GetValues("GS1-EPCIS-Version").Single());
        Assert.Equal("all", answer.Headers.GetValues("GS1-Capture-Error-Behaviour").Single());
        Assert.Equal("5000", answer.Headers.GetValues("GS1-EPCIS-Capture-Limit").Single());
        Assert.Equal("33554432", answer.Headers.GetValues("GS1-EPCIS-Capture-File-Size-Limit").Single());
        var events = await ledger.Admin.GetAsync("/events/urn:a:b");
        Assert.Equal("2.0.0", events.Headers.GetValues("GS1-EPCIS-Version").Single());
    }
}

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
    [InlineData("GS1-EPCIS-Max", "1.9.9")]
    [InlineData("GS1-EPCIS-Min", "2.0.2")]
    [InlineData("GS1-CBV-Version", "two")]
    [InlineData("GS1-EPC-Format", "Always_Barcode")]
    [InlineData("GS1-CBV-XML-Format", "Always_Bare")]
    [InlineData("Accept", "application/json;q=0, text/csv")]
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
        Assert.Equal("epcisException:UnsupportedMediaTypeException", (await answer.JsonAsync())["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json; charset=iso-8859-1", null)]
    [InlineData("application/json", "gzip")]
    public async Task A_body_in_another_encoding_is_not_taken(string type, string? encoding)
    {
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(Document(Event)));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        var answer = await ledger.Admin.PostAsync("/capture", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal(encoding is null ? "Content-Type" : "Content-Encoding", (await answer.JsonAsync())["field"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("GS1-EPCIS-Version", "2.0")]
    [InlineData("GS1-EPCIS-Min", "1.2.0")]
    [InlineData("GS1-EPCIS-Max", "2")]
    [InlineData("GS1-EPC-Format", "No_Preference")]
    [InlineData("GS1-CBV-XML-Format", "Always_URN")]
    [InlineData("Accept", "text/html;q=0.5, application/ld+json;q=0.9, */*;q=0")]
    public async Task What_is_spoken_here_may_be_asked_for(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events/urn:a:b");
        request.Headers.Add(header, value);
        Assert.Equal(HttpStatusCode.NotFound, (await ledger.Admin.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("Always_GS1_Digital_Link", "https://id.gs1.org/01/09506000134352/21/7", "https://shop.example/01/09506000134352/22/A/21/8", "https://id.gs1.org/414/9506000111117", "https://id.gs1.org/01/09506000134352/10/L")]
    [InlineData("Always_EPC_URN", "urn:epc:id:sgtin:9506000.013435.7", "urn:epc:id:sgtin:9506000.013435.8", "urn:epc:id:sgln:9506000.11111.0", "urn:epc:class:lgtin:9506000.013435.L")]
    [InlineData("Never_Translates", "urn:epc:id:sgtin:9506000.013435.7", "https://shop.example/01/09506000134352/22/A/21/8", "urn:epc:id:sgln:9506000.11111.0", "https://id.gs1.org/01/09506000134352/10/L")]
    public async Task EPCs_are_spelled_as_the_client_asks(string format, string first, string second, string place, string lot)
    {
        // One ledger a case: the prefix is given to one party.
        await using var own = await TestLedger.StartAsync();
        var party = await own.NewPartyAsync(new { gcp = "9506000" });
        var sent = EventWith("@context", Context)
            .Replace("\"urn:epc:id:sgtin:0614141.107346.2017\"", "\"urn:epc:id:sgtin:9506000.013435.7\",\"https://shop.example/01/09506000134352/22/A/21/8\",\"urn:ours:1\"", StringComparison.Ordinal);
        var posted = await party.PostAsync("/events", sent[..^1] + ""","quantityList":[{"epcClass":"https://id.gs1.org/01/09506000134352/10/L"}],"readPoint":{"id":"urn:epc:id:sgln:9506000.11111.0"},"ex:note":"urn:epc:id:sgtin:9506000.013435.7"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, posted.Headers.Location);
        request.Headers.Add("GS1-EPC-Format", format);
        var answer = await party.SendAsync(request);
        Assert.Equal(format, answer.Headers.GetValues("GS1-EPC-Format").Single());
        var e = (await answer.JsonAsync())["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]![0]!;
        Assert.Equal([first, second, "urn:ours:1"], e["epcList"]!.AsArray().Select(epc => epc!.GetValue<string>()));
        Assert.Equal(place, e["readPoint"]!["id"]!.GetValue<string>());
        Assert.Equal(lot, e["quantityList"]![0]!["epcClass"]!.GetValue<string>());
        Assert.Equal("urn:epc:id:sgtin:9506000.013435.7", e["ex:note"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_link_whose_prefix_nobody_gave_stays_a_link()
    {
        var party = await ledger.NewPartyAsync();
        var posted = await party.PostAsync("/events", Bare.Replace("urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/01/10614141073464/21/2017", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, posted.Headers.Location);
        request.Headers.Add("GS1-EPC-Format", "Always_EPC_URN");
        Assert.Contains("https://id.gs1.org/01/10614141073464/21/2017", await (await party.SendAsync(request)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/queries/nobody/knows/this", 404, "epcisException:NoSuchResourceException")]
    [InlineData("PUT", "/capture", 405, "about:blank")]
    [InlineData("GET", "/events/urn:a:b?x=16400", 414, "epcisException:URITooLongException")]
    public async Task Refusals_that_no_handler_gives_speak_EPCIS_too(string method, string route, int status, string type)
    {
        var padded = route.Replace("16400", new string('x', 16400), StringComparison.Ordinal);
        var answer = await ledger.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Parse(method), padded));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(type, (await answer.JsonAsync())["type"]!.GetValue<string>());
        Assert.Equal("2.0.0", answer.Headers.GetValues("GS1-EPCIS-Version").Single());
    }

    [Fact]
    public async Task HEAD_answers_as_GET_without_the_body()
    {
        var party = await ledger.NewPartyAsync();
        var posted = await party.PostAsync("/events", Bare);
        var answer = await party.SendAsync(new HttpRequestMessage(HttpMethod.Head, posted.Headers.Location));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_root_lists_the_resources_for_programs_and_shows_people_a_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "application/json");
        var answer = await ledger.Public.SendAsync(request);
        Assert.Equal(9, (await answer.JsonAsync())["member"]!.AsArray().Count);
        Assert.Equal("text/html", (await ledger.Public.GetAsync("/")).Content.Headers.ContentType!.MediaType);
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
        Assert.Equal("No_Preference", answer.Headers.GetValues("GS1-EPC-Format").Single());
        Assert.Contains("POST", answer.Content.Headers.Allow);
        var events = await ledger.Admin.GetAsync("/events/urn:a:b");
        Assert.Equal("2.0.0", events.Headers.GetValues("GS1-EPCIS-Version").Single());
    }
}

using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Provenance.Tests.Core.Epcis.Documents;

namespace Provenance.Tests.Server.Epcis.Queries;

/// <summary>GS1's own schema of the query language: every parameter in it, and every family, is known here and takes what it should.</summary>
public sealed class QuerySchemaTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    [ConformanceFact]
    public async Task Every_parameter_of_the_schema_is_taken_in_a_named_query_and_refused_with_a_value_of_another_kind()
    {
        var names = Names(Conformance.Json("epcis/gs1/spec/REST-Bindings/query-schema.json")).ToList();
        Assert.Equal((60, 108), (names.Count(name => !name.IsFamily), names.Count(name => name.IsFamily)));
        // As the standard's text and the OpenAPI spell them, where the schema differs.
        string[] others = ["GE_errorDeclarationTime", "LT_errorDeclarationTime", "EQATTR_ex:field_ex:attribute", "EQATTR_readPoint_cbvmda:countryCode"];
        var number = 0;
        foreach (var name in names.Select(name => name.Name).Concat(others))
        {
            var query = new JsonObject { [name] = ValueOf(name) };
            if (name == "eventCountLimit")
            {
                query["orderBy"] = "eventTime";
            }
            var answer = await AddAsync(query);
            Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{query.ToJsonString()} {await answer.Content.ReadAsStringAsync()}");
            foreach (var wrong in (string[])["{}", "[[\"a\"]]", "\"\\ud83d\""])
            {
                var refused = await AddAsync(new JsonObject { [name] = null }, wrong);
                // What stands alone may be any text only where the field itself holds any.
                var mayBeText = wrong[0] == '"' && (name.Contains("ATTR_", StringComparison.Ordinal) || name == "EQ_stringValue" || (name.StartsWith("EQ_", StringComparison.Ordinal) && name.Contains("ex:", StringComparison.Ordinal)));
                Assert.True(refused.StatusCode == HttpStatusCode.BadRequest || mayBeText, $"{name} {wrong} was answered {refused.StatusCode}");
            }
        }

        Task<HttpResponseMessage> AddAsync(JsonObject query, string? instead = null) =>
            ledger.Admin.PostAsync("/queries", $$"""{"name":"q{{number++}}","query":{{(instead is null ? query.ToJsonString() : $"{{\"{query.First().Key}\":{instead}}}")}}}""");
    }

    [Fact]
    public async Task A_field_that_the_senders_context_names_without_a_prefix_is_found_by_its_full_name_and_by_any_prefix()
    {
        var party = await ledger.NewPartyAsync();
        var context = """["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",{"ns":"https://ns.example.com/","height":"ns:height","box":{"@id":"https://ns.example.com/box"}}]""";
        var sent = EventWith("@context", context)[..^1] + ",\"height\":12,\"box\":{\"ns:width\":7,\"height\":3}}";
        Assert.Equal(HttpStatusCode.Created, (await party.PostAsync("/events", sent)).StatusCode);
        foreach (var (query, count) in ((string, int)[])
            [("EQ_ex:height=12", 1), ("EQ_ns:height=12", 0), ("GT_https://ns.example.com/height=11", 1), ("EXISTS_ex:box=true", 1), ("EQ_INNER_ex:width=7", 1), ("EQ_INNER_ex:height=3", 1), ("EQ_ex:height=3", 0)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/events?" + query);
            request.Headers.Add("GS1-Extensions", "ex=https://ns.example.com/");
            Assert.Equal((query, count), (query, QueryTests.EventsOf(await (await party.SendAsync(request)).JsonAsync()).Count()));
        }
    }

    /// <summary>Every member of the query, with an example in place of each family's pattern.</summary>
    private static IEnumerable<(string Name, bool IsFamily)> Names(JsonElement schema)
    {
        var query = schema.GetProperty("definitions").GetProperty("EPCIS-Query");
        foreach (var name in query.GetProperty("properties").EnumerateObject().Select(member => member.Name).Where(name => name != "@context"))
        {
            yield return (name, false);
        }
        foreach (var pattern in query.GetProperty("patternProperties").EnumerateObject().Select(member => member.Name.Trim('^', '$')))
        {
            yield return (pattern.Replace(@"[a-z][a-zA-Z0-9]*\\:\\w+", "ex:field", StringComparison.Ordinal).Replace("[A-Z0-9]{2,4}", "KGM", StringComparison.Ordinal)
                .Replace("[a-z][a-zA-Z0-9_]+", pattern.Contains("bizTransaction", StringComparison.Ordinal) ? "po" : "owning_party", StringComparison.Ordinal)
                .Replace(@"\\w+_\\w+", "readPoint_countryCode", StringComparison.Ordinal), true);
        }
    }

    private static JsonNode? ValueOf(string name) => name switch
    {
        "eventType" => new JsonArray("ObjectEvent", "https://ns.example.com/InspectionEvent"),
        "EQ_action" => new JsonArray("ADD", "OBSERVE"),
        "EQ_bizStep" => new JsonArray("shipping", "https://ref.gs1.org/cbv/BizStep-packing", "https://ns.example.com/step"),
        "EQ_disposition" or "EQ_persistentDisposition_set" or "EQ_persistentDisposition_unset" => new JsonArray("recalled"),
        "EQ_errorReason" => new JsonArray("did_not_occur"),
        "EQ_type" => new JsonArray("Temperature"),
        "EQ_hexBinaryValue" => new JsonArray("0aF3"),
        "EQ_booleanValue" => true,
        "orderBy" => "eventTime",
        "orderDirection" => "DESC",
        "eventCountLimit" or "maxEventCount" => 5,
        _ when name.StartsWith("EXISTS_", StringComparison.Ordinal) => null,
        _ when name.EndsWith("ime", StringComparison.Ordinal) => "2026-11-21T14:30:00Z",
        _ when name.StartsWith("EQ_", StringComparison.Ordinal) && (name.EndsWith("_KGM", StringComparison.Ordinal) || name == "EQ_quantity") => new JsonArray(1.5, 2),
        _ when name.Contains("ATTR_", StringComparison.Ordinal) => new JsonArray("AT"),
        _ when name.StartsWith("EQ_", StringComparison.Ordinal) || name.StartsWith("MATCH_", StringComparison.Ordinal) || name.StartsWith("WD_", StringComparison.Ordinal) => new JsonArray("urn:example:a", "https://example.com/b"),
        _ => 1.5,
    };
}

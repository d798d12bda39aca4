using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Epcis;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Named queries of EPCIS 2.0: each party's own.</summary>
internal static class NamedQueriesApi
{
    public static void MapNamedQueries(this IEndpointRouteBuilder epcis)
    {
        epcis.MapPost("/queries", Add).Accepts<object>("application/json", "application/ld+json").WithSummary("Give a query a name");
        epcis.MapMethods("/queries", EpcisRoutes.Reading, All).WithSummary("Your named queries");
        epcis.MapMethods("/queries/{name}", EpcisRoutes.Reading, One).WithSummary("A named query");
        epcis.MapDelete("/queries/{name}", Remove).WithSummary("Forget a named query and its subscriptions");
        epcis.MapMethods("/queries/{name}/events", EpcisRoutes.Reading, Events).WithSummary("The events that match a named query");
        epcis.MapOptions("/queries", "OPTIONS", "GET", "HEAD", "POST");
        epcis.MapOptions("/queries/{name}", "OPTIONS", "GET", "HEAD", "DELETE");
        epcis.MapOptions("/queries/{name}/events", "OPTIONS", "GET", "HEAD");
    }

    private static async Task<Results<Created, Problem>> Add(HttpRequest request, Caller caller, NamedQueries queries)
    {
        if (!StrictJson.TryParse(await EpcisApi.ReadBodyAsync(request), out var document, out var broken))
        {
            return QueryProblems.Invalid(broken.Path.Length > 0 ? broken.Path : "body", broken.Value, $"{broken}.");
        }
        using (document)
        {
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String)
            {
                return QueryProblems.Invalid("name", null, "Send an object with the members name and query.");
            }
            if (!root.TryGetProperty("query", out var query))
            {
                return QueryProblems.Invalid("query", null, "Send an object with the members name and query.");
            }
            var named = new NamedQuery(name.GetString()!, query.GetRawText());
            return (queries.Read(query, caller, out _) ?? await queries.AddAsync(caller.Party, named)) is { } problem
                ? problem
                : TypedResults.Created(NamedQueries.LocationOf(named.Name));
        }
    }

    private static Results<ContentHttpResult, Problem> All(HttpContext context, Caller caller, NamedQueries queries, IndexKeys keys, TimeProvider clock)
    {
        if ((QueryRequest.Read(context.Request, out var request) ?? request.Unknown) is { } problem)
        {
            return problem;
        }
        var mark = keys.OfTerm("page:/queries");
        if (NameToken.Read(request.Token, mark, clock.GetUtcNow(), out var token) is { } stale)
        {
            return stale;
        }
        var found = queries.Of(caller.Party, token?.After ?? "", request.PerPage + 1);
        if (found.Count > request.PerPage)
        {
            QueryRequest.Link(context, new NameToken(mark, found[request.PerPage - 1].Name, clock.GetUtcNow() + PageToken.Lifetime));
        }
        return Json(json =>
        {
            json.WriteStartArray();
            foreach (var query in found.Take(request.PerPage))
            {
                Write(json, query);
            }
            json.WriteEndArray();
        });
    }

    private static Results<ContentHttpResult, Problem> One(string name, Caller caller, NamedQueries queries) =>
        queries.Find(caller.Party, name) is { } query ? Json(json => Write(json, query)) : NoSuchQuery(name);

    private static async Task<Results<NoContent, Problem>> Remove(string name, Caller caller, NamedQueries queries) =>
        await queries.RemoveAsync(caller.Party, name) ? TypedResults.NoContent() : NoSuchQuery(name);

    private static Results<EventsResult, Problem> Events(HttpContext context, string name, Caller caller, NamedQueries queries, QueryAnswers answers)
    {
        if (context.Request.Headers.Upgrade.Count > 0)
        {
            return QueryApi.NotOffered("Subscriptions come as webhooks: POST to subscriptions of the query. WebSockets are not offered.");
        }
        if (queries.Find(caller.Party, name) is not { } named)
        {
            return NoSuchQuery(name);
        }
        if ((QueryRequest.Read(context.Request, out var request) ?? request.Unknown) is { } problem)
        {
            return problem;
        }
        using var body = JsonDocument.Parse(named.Body);
        return queries.Read(body.RootElement, caller, out var query) is { } wrong ? wrong : answers.Page(context, caller, request, query!, name);
    }

    internal static Problem NoSuchQuery(string name) => QueryProblems.NoSuchName("queryName", name, $"There is no query '{name}' of your party.");

    private static void Write(Utf8JsonWriter json, NamedQuery query)
    {
        json.WriteStartObject();
        json.WriteString("name", query.Name);
        json.WritePropertyName("query");
        json.WriteRawValue(query.Body);
        json.WriteEndObject();
    }

    internal static ContentHttpResult Json(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }
        return TypedResults.Text(Encoding.UTF8.GetString(output.ToArray()), "application/json", Encoding.UTF8, status);
    }
}

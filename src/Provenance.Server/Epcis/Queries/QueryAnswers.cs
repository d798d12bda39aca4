using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Answers requests for events page by page.</summary>
internal sealed class QueryAnswers(EventSearch search, MasterDataStore masterData, OwnIds own, IndexKeys keys, TimeProvider clock)
{
    /// <summary>Events by the parameters of the URL.</summary>
    /// <param name="further">What the resource asks for beside them.</param>
    public Results<EventsResult, Problem> Events(HttpContext context, Caller caller, EventCondition? further)
    {
        if (QueryRequest.Read(context.Request, out var request) is { } wrong)
        {
            return wrong;
        }
        var problem = new QueryReader(QueryRequest.ExtensionsOf(context.Request), new StatedData(masterData, caller, own), own, keys).Read(request.Arguments, out var query);
        if (query is null)
        {
            return problem!;
        }
        return Page(context, caller, request, further is null ? query : query.And(further));
    }

    /// <summary>One page of a query.</summary>
    /// <param name="name">How the answer names the query.</param>
    public Results<EventsResult, Problem> Page(HttpContext context, Caller caller, QueryRequest request, EventQuery query, string name = "SimpleEventQuery")
    {
        query = query with { Mark = keys.OfTerm($"page:{context.Request.Path}:{query.Mark}") };
        if (PageToken.Read(request.Token, query.Mark, clock.GetUtcNow(), out var token) is { } stale)
        {
            return stale;
        }
        switch (search.Run(query, caller, request.PerPage, token))
        {
            case SearchOutcome.Page page:
                if (page.Next is { } next)
                {
                    QueryRequest.Link(context, next);
                }
                return new EventsResult(page.Events, name);
            case SearchOutcome.TooLarge:
                return QueryProblems.TooLarge(query.Most!.Value);
            default:
                return QueryProblems.TooComplex($"More than {EventSearch.MostLooked} events would have to be looked at; narrow it by item, time, place or step.");
        }
    }
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Epcis;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>One of the top-level resources: values of a field of events, and the events of each.</summary>
/// <param name="Path">Below the root.</param>
/// <param name="Parameter">The query parameter that finds the events of a value.</param>
/// <param name="Kind">In the table of names; null where all are standard or, for EPCs, read from the events.</param>
/// <param name="Standard">The standard's own words, which always exist.</param>
internal sealed record EpcisResource(string Path, string Parameter, string? Kind, IReadOnlyList<string> Standard)
{
    public static readonly IReadOnlyList<EpcisResource> All =
    [
        new("eventTypes", "eventType", null, ["AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent"]),
        new("epcs", "MATCH_anyEPC", null, []),
        new("bizSteps", "EQ_bizStep", "bizStep", [.. CbvWords.BizStep.Words.Order(StringComparer.Ordinal)]),
        new("bizLocations", "EQ_bizLocation", "bizLocation", []),
        new("readPoints", "EQ_readPoint", "readPoint", []),
        new("dispositions", "EQ_disposition", "disposition", [.. CbvWords.Disposition.Words.Order(StringComparer.Ordinal)]),
    ];
}

/// <summary>The top-level resources of EPCIS 2.0 but events and queries.</summary>
internal static class ResourceApi
{
    private const string EventsBelow = "/events";

    public static void MapResources(this IEndpointRouteBuilder epcis)
    {
        foreach (var resource in EpcisResource.All)
        {
            epcis.MapMethods("/" + resource.Path, EpcisRoutes.Reading, (HttpContext context, Caller caller, string? id, ResourceAnswers answers) => id is null
                ? answers.Names(context, caller, resource)
                : answers.Below(context, caller, resource, id)).WithSummary($"{resource.Path} there are; with id, what is below one");
            epcis.MapMethods($"/{resource.Path}/{{*value}}", EpcisRoutes.Reading, (HttpContext context, Caller caller, string? id, ResourceAnswers answers) =>
                Value(context, resource, id) is var (value, isEvents) && isEvents ? answers.Events(context, caller, resource, value) : answers.Below(context, caller, resource, value))
                .WithSummary($"What is below one of the {resource.Path}; with /events, the events of it");
            epcis.MapOptions("/" + resource.Path, "OPTIONS", "GET", "HEAD");
            epcis.MapOptions($"/{resource.Path}/{{*value}}", "OPTIONS", "GET", "HEAD");
        }
    }

    /// <summary>The value in the path, from the raw target: routing would unescape some of it. Slashes of a URI may stand there escaped or not.</summary>
    private static (string Value, bool IsEvents) Value(HttpContext context, EpcisResource resource, string? id)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        var start = $"/{resource.Path}/";
        var rest = target[(target.IndexOf(start, StringComparison.Ordinal) + start.Length)..];
        if (id is not null && rest == EventsBelow[1..])
        {
            return (id, true);
        }
        return rest.EndsWith(EventsBelow, StringComparison.Ordinal)
            ? (Uri.UnescapeDataString(rest[..^EventsBelow.Length]), true)
            : (Uri.UnescapeDataString(rest.TrimEnd('/')), false);
    }
}

/// <summary>Answers for the top-level resources.</summary>
internal sealed class ResourceAnswers(QueryAnswers events, EventSearch search, VocabularyStore vocabulary, EpcStore epcs, MasterDataStore masterData, IndexKeys keys, Core.Gs1.OwnIds own, TimeProvider clock)
{
    /// <summary>What values there are.</summary>
    public Results<CollectionResult, EventsResult, Problem> Names(HttpContext context, Caller caller, EpcisResource resource)
    {
        if ((QueryRequest.Read(context.Request, out var request) ?? request.Unknown) is { } problem)
        {
            return problem;
        }
        var mark = keys.OfTerm("page:/" + resource.Path);
        return resource.Path == "epcs" ? Epcs(context, caller, request, mark) : Words(context, caller, resource, request, mark);
    }

    /// <summary>What is below a value: its events.</summary>
    public Results<CollectionResult, EventsResult, Problem> Below(HttpContext context, Caller caller, EpcisResource resource, string value) =>
        Find(context, caller, resource, value) is null ? NotThere(resource, value) : new CollectionResult(["events"]);

    /// <summary>The events of a value, by further parameters.</summary>
    public Results<CollectionResult, EventsResult, Problem> Events(HttpContext context, Caller caller, EpcisResource resource, string value) =>
        Find(context, caller, resource, value) is not { } condition ? NotThere(resource, value) : events.Events(context, caller, condition).Result switch
        {
            EventsResult result => result,
            var problem => (Problem)problem,
        };

    private Results<CollectionResult, EventsResult, Problem> Epcs(HttpContext context, Caller caller, QueryRequest request, long mark)
    {
        if (PageToken.Read(request.Token, mark, clock.GetUtcNow(), out var token) is { } stale)
        {
            return stale;
        }
        var (names, next) = epcs.Read(caller, request.PerPage, token, mark);
        if (next is not null)
        {
            QueryRequest.Link(context, next);
        }
        return new CollectionResult(names, areThings: true);
    }

    private Results<CollectionResult, EventsResult, Problem> Words(HttpContext context, Caller caller, EpcisResource resource, QueryRequest request, long mark)
    {
        if (NameToken.Read(request.Token, mark, clock.GetUtcNow(), out var token) is { } stale)
        {
            return stale;
        }
        // The standard's bare words have no colon and come first; what others named is a URI.
        var after = token?.After ?? "";
        var standard = resource.Standard.Where(word => !after.Contains(':', StringComparison.Ordinal) && string.CompareOrdinal(word, after) > 0).Select(word => (Key: word, Name: word)).ToList();
        var more = request.PerPage + 1 - standard.Count;
        List<(string Key, string Name)> all =
        [
            .. standard,
            .. resource.Kind is null || more <= 0 ? [] : vocabulary.Read(resource.Kind, caller, after.Contains(':', StringComparison.Ordinal) || after.StartsWith('/') ? after : "", more),
        ];
        if (all.Count > request.PerPage)
        {
            QueryRequest.Link(context, new NameToken(mark, all[request.PerPage - 1].Key, clock.GetUtcNow() + PageToken.Lifetime));
        }
        return new CollectionResult(all.Take(request.PerPage).Select(word => word.Name), areThings: resource.Kind is "readPoint" or "bizLocation");
    }

    /// <summary>The condition of a value's events; null where the value is none, or is in no event that the caller sees.</summary>
    private EventCondition? Find(HttpContext context, Caller caller, EpcisResource resource, string value)
    {
        var reader = new QueryReader(QueryRequest.ExtensionsOf(context.Request), new StatedData(masterData, caller, own), own, keys);
        if (reader.Read([new QueryArgument(resource.Parameter, value, [value])], out var query) is not null || query is null)
        {
            return null;
        }
        var isStandard = resource.Standard.Contains(resource.Kind switch
        {
            "bizStep" => Tracing.EventFacts.Bare(CbvWords.BizStep, value),
            "disposition" => Tracing.EventFacts.Bare(CbvWords.Disposition, value),
            _ => value,
        });
        return isStandard || search.FindsAny(query, caller) ? query.Conditions[0] : null;
    }

    private static Problem NotThere(EpcisResource resource, string value) =>
        Problem.NotFound(resource.Path, value, $"There is no '{value}' among the {resource.Path} of the events that this key may see.");
}

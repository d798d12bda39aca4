using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Server.Epcis.Subscriptions;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Epcis.Queries;

/// <summary>The query interface of EPCIS 2.0.</summary>
internal static class QueryApi
{
    public static void AddQueries(this IServiceCollection services)
    {
        services.AddSingleton<Visibility>();
        services.AddSingleton<EventSearch>();
        services.AddSingleton<QueryAnswers>();
        services.AddSingleton<VocabularyStore>();
        services.AddSingleton<EpcStore>();
        services.AddSingleton<ResourceAnswers>();
        services.AddSingleton<NamedQueries>();
        services.AddSubscriptions();
    }

    /// <param name="epcis">The group of the EPCIS routes, with their headers and problems.</param>
    public static void MapQueries(this IEndpointRouteBuilder epcis)
    {
        epcis.MapMethods("/events", EpcisRoutes.Reading, Events).WithSummary("The events that match the parameters; with id, those of that eventID");
        epcis.MapResources();
        epcis.MapNamedQueries();
        epcis.MapSubscriptions();
        epcis.MapDelete("/nextPageToken/{token}", () => NotOffered("A token of a page holds nothing on this server that could be taken back; it expires by itself.")).WithSummary("Not offered: tokens expire by themselves");
        epcis.MapOptions("/nextPageToken/{token}", "OPTIONS", "DELETE");
    }

    private static Results<EventsResult, Problem> Events(HttpContext context, Caller caller, string? id, EpcisEventStore byId, QueryAnswers answers) => id is null
        ? answers.Events(context, caller, null)
        : EpcisApi.Find(id, caller, byId);

    /// <summary>501: something that the standard leaves to the server.</summary>
    public static Problem NotOffered(string detail) =>
        new(StatusCodes.Status501NotImplemented, "epcisException:ImplementationException", "Not offered here", detail);
}

using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Provenance.Server.Epcis;

/// <summary>Events as the answer to a request, in the media type and spelling it asks for.</summary>
internal sealed class EventsResult(IReadOnlyList<FoundEvent> events, string queryName = "SimpleEventQuery") : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response, services) = (httpContext.Request, httpContext.Response, httpContext.RequestServices);
        var results = new QueryResults(queryName, null, events, EpcisHeaders.FormatFor(request));
        response.ContentType = EpcisHeaders.MediaTypeFor(request);
        response.Headers.CacheControl = "private, no-store";
        response.Headers["GS1-EPC-Format"] = results.Format.Word();
        results.Write(response.BodyWriter, services.GetRequiredService<TimeProvider>().GetUtcNow(), services.GetRequiredService<CompanyPrefixes>());
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(object), ["application/json", "application/ld+json"]));
}

/// <summary>201: the event that was recorded, with the id and recordTime that it has here.</summary>
internal sealed class AddedEvent(FoundEvent added, string eventId) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response, services) = (httpContext.Request, httpContext.Response, httpContext.RequestServices);
        var format = EpcisHeaders.FormatFor(request);
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = EpcisApi.LocationOf(eventId);
        response.ContentType = EpcisHeaders.MediaTypeFor(request);
        response.Headers.CacheControl = "private, no-store";
        response.Headers["GS1-EPC-Format"] = format.Word();
        QueryResults.WriteOne(response.BodyWriter, added, format, services.GetRequiredService<CompanyPrefixes>());
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(object), ["application/json", "application/ld+json"]));
}

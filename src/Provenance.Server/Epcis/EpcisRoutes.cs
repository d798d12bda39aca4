using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Epcis;

/// <summary>
/// What all resources of the EPCIS 2.0 REST bindings share. Under their names every answer speaks EPCIS: also those that no handler gives, such as 401, 404, 405 and 413.
/// </summary>
internal static class EpcisRoutes
{
    /// <summary>Methods of a resource that is only read.</summary>
    public static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The resources at the root, in the order of GS1's description.</summary>
    public static readonly string[] Resources =
        ["queries", "capture", "events", "eventTypes", "epcs", "readPoints", "bizLocations", "dispositions", "bizSteps"];

    /// <summary>Longest request target, in bytes. Longer ones are answered 414; a query may be sent as a body instead (POST /queries).</summary>
    public const int LongestTarget = 16 * 1024;

    private static readonly HashSet<string> Names = new([.. Resources, "nextPageToken"], StringComparer.Ordinal);

    /// <summary>Before everything that may refuse a request.</summary>
    public static void UseEpcis(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!IsEpcis(context.Request.Path))
        {
            return next(context);
        }
        context.Features.Set(EpcisProblems.Types);
        var headers = context.Response.Headers;
        headers["GS1-EPCIS-Version"] = headers["GS1-CBV-Version"] = EpcisHeaders.Version;
        headers["GS1-Extensions"] = EpcisHeaders.Extensions;
        headers.Vary = "Accept, Authorization, GS1-EPC-Format";
        if (context.Request.Path.StartsWithSegments("/capture", StringComparison.Ordinal) || (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Value == "/events"))
        {
            WriteLimits(context);
        }
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return target.Length <= LongestTarget ? next(context) : Problem.Plain(StatusCodes.Status414UriTooLong,
            $"The address has {target.Length} characters; at most {LongestTarget} are read. POST a long query to /queries.").ExecuteAsync(context);
    });

    /// <summary>A group of EPCIS resources: for keys only, with the checks of <see cref="EpcisHeaders"/> before each handler.</summary>
    public static RouteGroupBuilder MapEpcisGroup(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").WithTags("EPCIS").RequireKey();
        group.AddEndpointFilter(EpcisHeaders.FilterAsync);
        return group;
    }

    /// <summary>OPTIONS of a resource: everything a client can find out beforehand.</summary>
    /// <param name="allow">Its methods.</param>
    public static void MapOptions(this IEndpointRouteBuilder app, string pattern, params string[] allow) =>
        app.MapMethods(pattern, [HttpMethods.Options], () => new CapabilitiesResult(string.Join(", ", allow))).ExcludeFromDescription();

    /// <summary>What a capture may hold, as <c>POST /capture</c> enforces it.</summary>
    public static void WriteLimits(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["GS1-EPCIS-Capture-Limit"] = CaptureStore.MostEvents.ToString(CultureInfo.InvariantCulture);
        headers["GS1-EPCIS-Capture-File-Size-Limit"] =
            ((long)context.RequestServices.GetRequiredService<LedgerOptions>().MaxBodyMebibytes << 20).ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsEpcis(PathString path)
    {
        var rest = path.Value.AsSpan().TrimStart('/');
        var end = rest.IndexOf('/');
        return Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(end < 0 ? rest : rest[..end]);
    }
}

/// <summary>204, and in its headers everything a client can find out beforehand.</summary>
/// <param name="allow">Methods of the resource.</param>
internal sealed class CapabilitiesResult(string allow) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.Allow = allow;
        headers["GS1-EPCIS-Version"] = headers["GS1-CBV-Version"] = EpcisHeaders.Version;
        headers["GS1-Extensions"] = EpcisHeaders.Extensions;
        foreach (var bound in (string[])["GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max"])
        {
            headers[bound] = EpcisHeaders.Version;
        }
        headers["GS1-EPC-Format"] = "No_Preference"; // announced like this, it says that each can be asked for
        headers["GS1-CBV-XML-Format"] = "Never_Translates";
        headers["GS1-Vendor-Version"] = typeof(EpcisRoutes).Assembly.GetName().Version!.ToString(3);
        if (httpContext.Request.Path.Value is "/capture")
        {
            headers["GS1-Capture-Error-Behaviour"] = "all";
        }
        httpContext.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Epcis;
using Provenance.Server.Epcis.Queries;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Epcis;

/// <summary>The capture interface of EPCIS 2.0 and its events by id.</summary>
internal static class EpcisApi
{
    public static void AddEpcis(this IServiceCollection services)
    {
        services.AddSingleton<CaptureStore>();
        services.AddSingleton<EpcisEventStore>();
        services.AddQueries();
        services.AddSingleton<CompanyPrefixes>();
        services.AddSingleton<MasterDataStore>();
        services.AddSingleton<OriginalFiles>();
    }

    public static void MapEpcis(this IEndpointRouteBuilder app)
    {
        var epcis = app.MapEpcisGroup();

        epcis.MapPost("/capture", Capture).RequireRecorder().Accepts<object>("application/json", "application/ld+json").WithSummary("Capture the events of an EPCIS document");
        epcis.MapMethods("/capture", EpcisRoutes.Reading, Jobs).WithSummary("The capture jobs, newest first");
        epcis.MapMethods("/capture/{id}", EpcisRoutes.Reading, Job).WithSummary("A capture job");
        epcis.MapPost("/events", AddEvent).RequireRecorder().Accepts<object>("application/json", "application/ld+json").WithSummary("Capture one event");
        epcis.MapQueries();
        epcis.MapMethods("/events/{*id}", EpcisRoutes.Reading, EventsByPath).WithSummary("The events with this eventID");
        epcis.MapOptions("/", "OPTIONS", "GET", "HEAD");
        epcis.MapOptions("/capture", "OPTIONS", "GET", "HEAD", "POST");
        epcis.MapOptions("/capture/{id}", "OPTIONS", "GET", "HEAD");
        epcis.MapOptions("/events", "OPTIONS", "GET", "HEAD", "POST");
        epcis.MapOptions("/events/{*id}", "OPTIONS", "GET", "HEAD");

        // Not of the standard: its errors are ours.
        app.MapMethods("/api/events/{id}/original", EpcisRoutes.Reading, Original).RequireKey().WithTags("EPCIS")
            .WithSummary("The document that an event was received in, byte for byte; for who may see every event in it").Produces(StatusCodes.Status200OK, contentType: "application/json");
    }

    private static async Task<Results<Accepted, Problem>> Capture(HttpRequest request, Caller caller, CaptureStore captures)
    {
        if (!EpcisHeaders.TryReadBehaviour(request, out var proceeds, out var problem))
        {
            return problem;
        }
        var body = await ReadBodyAsync(request);
        var reading = EventReader.Read(body);
        if (EpcisProblems.WhyNotCapture(reading, proceeds) is { } refused)
        {
            return refused;
        }
        var (job, forbidden) = await captures.RunAsync(caller.Party, body, reading, proceeds);
        return forbidden is null ? TypedResults.Accepted($"/capture/{job}") : forbidden;
    }

    private static Results<ContentHttpResult, Problem> Job(string id, Caller caller, CaptureStore captures) => captures.FindJob(id, caller) is { } job
        ? TypedResults.Text(job, "application/json")
        : Problem.NotFound("captureID", id, $"There is no capture job '{id}' that this key may see.");

    private static Results<ContentHttpResult, Problem> Jobs(HttpContext context, Caller caller, CaptureStore captures, TimeProvider clock)
    {
        if (!PageRequest.TryRead(context.Request, out var page, out var problem))
        {
            return problem;
        }
        var (jobs, next) = captures.ListJobs(caller, page.PerPage, page.Token ?? long.MaxValue);
        if (next is { } number)
        {
            page.WriteNext(context, number, clock.GetUtcNow());
        }
        return TypedResults.Text($"[{string.Join(',', jobs)}]", "application/json");
    }

    private static Results<FileContentHttpResult, Problem> Original(HttpContext context, Caller caller, OriginalFiles files)
    {
        // As it was escaped: an eventID may hold slashes.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        const string start = "/api/events/", end = "/original";
        var (file, problem) = files.Find(Uri.UnescapeDataString(path[(path.IndexOf(start, StringComparison.Ordinal) + start.Length)..^end.Length]), caller);
        if (file is null)
        {
            return problem!;
        }
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.File(file, "application/json", "original.json");
    }

    private static async Task<Results<AddedEvent, Problem>> AddEvent(HttpRequest request, Caller caller, CaptureStore captures)
    {
        var reading = EventReader.Read(await ReadBodyAsync(request));
        if (EpcisProblems.WhyNotEvent(reading) is { } refused)
        {
            return refused;
        }
        var (added, problem) = await captures.AddAsync(caller.Party, reading);
        return added is null ? problem! : new AddedEvent(added, added.Event.GetProperty("eventID").GetString()!);
    }

    /// <summary>Where an event is found. Its id is escaped whole: most hold slashes, many a question mark.</summary>
    public static string LocationOf(string eventId) => "/events/" + Uri.EscapeDataString(eventId);

    // Routing would leave %2F as it is and unescape the rest, so that two ids become one.
    private static Results<EventsResult, Problem> EventsByPath(HttpContext context, Caller caller, EpcisEventStore events)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0];
        return Find(Uri.UnescapeDataString(path[(path.IndexOf("/events/", StringComparison.Ordinal) + "/events/".Length)..]), caller, events);
    }

    /// <summary>Every event of that id that the caller sees; by its CBV event hash, the caller's own.</summary>
    public static Results<EventsResult, Problem> Find(string id, Caller caller, EpcisEventStore events) => events.Find(id, caller) is { Count: > 0 } found
        ? new EventsResult(found)
        : Problem.NotFound("eventID", id, $"There is no event '{id}' that this key may see.");

    internal static async Task<byte[]> ReadBodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, 1 << 24));
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.ToArray();
    }
}

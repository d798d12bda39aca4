using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Batches;

internal static class BatchesApi
{
    private const int LongestKey = 200;

    public static void AddBatches(this IServiceCollection services)
    {
        services.AddSingleton<BatchDirectory>();
        services.AddSingleton<BatchRecorder>();
    }

    public static void MapBatches(this IEndpointRouteBuilder app)
    {
        var batches = app.MapGroup("/api/batches").WithTags("Batches").RequireRecorder();

        batches.MapPost("/", Register).WithSummary("Register a batch: made, or made of others").WithDescription(BatchesDocs.OfRegistering)
            .Accepts<BatchBody>("application/json").Produces<BatchAnswer>(StatusCodes.Status201Created)
            .AddOpenApiOperationTransformer((operation, _, _) => BatchesDocs.ShowExamples(operation, kind => kind.Word is "make" or "transform"));
        batches.MapPost("/events", Record).WithSummary("Say what happened to batches, in plain words").WithDescription(BatchesDocs.OfSteps)
            .Accepts<StepBody>("application/json").Produces<BatchAnswer>(StatusCodes.Status201Created)
            .AddOpenApiOperationTransformer((operation, _, _) => BatchesDocs.ShowExamples(operation, _ => true));
    }

    private static Task<IResult> Register(HttpContext http, Caller caller, BatchRecorder recorder) =>
        Answer(http, caller, recorder, request => request.Has("inputs") || request.Has("outputs") ? "transform" : "make");

    private static Task<IResult> Record(HttpContext http, Caller caller, BatchRecorder recorder) => Answer(http, caller, recorder, _ => null);

    private static async Task<IResult> Answer(HttpContext http, Caller caller, BatchRecorder recorder, Func<RequestObject, string?> stepIfNone)
    {
        var key = http.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } given] ? given : null;
        if (key is { Length: > LongestKey })
        {
            return Problem.Invalid("Idempotency-Key", key, $"Send at most {LongestKey} characters, such as a UUID.");
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var (answer, problem) = await recorder.RecordAsync(caller.Party, body.GetBuffer().AsMemory(0, (int)body.Length), stepIfNone, key);
        if (problem is not null)
        {
            return problem;
        }
        http.Response.StatusCode = StatusCodes.Status201Created;
        return Results.Bytes(answer!, "application/json");
    }
}

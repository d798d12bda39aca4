using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Tracing;

internal static class TracingApi
{
    private const int UsualDepth = 5;
    private const int DeepestDepth = 50;

    public static void AddTracing(this IServiceCollection services) => services.AddSingleton<Tracer>();

    public static void MapTracing(this IEndpointRouteBuilder app)
    {
        var tracing = app.MapGroup("/api").WithTags("Tracing");

        tracing.MapGet("/trace", Trace).WithSummary("Where an item came from and what became of it");
        tracing.MapGet("/items", Item).WithSummary("The state of an item, and what the asking party still holds of it");
    }

    /// <param name="direction"><c>back</c>, <c>forward</c> or <c>both</c>.</param>
    /// <param name="depth">Transformations to follow, 0 to 50.</param>
    private static Results<Ok<TraceAnswer>, Problem> Trace(Tracer tracer, Caller? caller, OwnIds own, string? item, string direction = "both", int depth = UsualDepth)
    {
        if (Read(item, own, out var asked) is { } problem)
        {
            return problem;
        }
        if (depth is < 0 or > DeepestDepth)
        {
            return Problem.Invalid("depth", $"{depth}", $"Send 0 to {DeepestDepth}.");
        }
        var way = direction switch
        {
            "back" => TraceDirection.Back,
            "forward" => TraceDirection.Forward,
            "both" => TraceDirection.Both,
            _ => TraceDirection.None,
        };
        if (way == TraceDirection.None)
        {
            return Problem.Invalid("direction", direction, "Send back, forward or both.");
        }
        return tracer.Trace(asked, way, depth, caller) is { } answer ? TypedResults.Ok(answer) : tracer.WhyNothing(asked, item);
    }

    private static Results<Ok<ItemAnswer>, Problem> Item(Tracer tracer, Caller? caller, OwnIds own, string? item)
    {
        if (Read(item, own, out var asked) is { } problem)
        {
            return problem;
        }
        return tracer.Describe(asked, caller) is { } answer ? TypedResults.Ok(answer) : tracer.WhyNothing(asked, item);
    }

    private static Problem? Read(string? text, OwnIds own, out ItemId item)
    {
        item = default;
        if (string.IsNullOrEmpty(text))
        {
            return Problem.Invalid("item", text, "Send the item's URI, or its element string such as (01)…(10)….");
        }
        return ItemId.TryParse(text, own, out item, out var error) ? null : Problem.Invalid("item", text, error + ".");
    }
}

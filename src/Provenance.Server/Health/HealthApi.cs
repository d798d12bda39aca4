using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Server.Anchoring;
using Provenance.Server.Http;
using Provenance.Server.Storage;

namespace Provenance.Server.Health;

internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health");

        health.MapGet("/live", Live).WithSummary("Whether the process answers");
        health.MapGet("/ready", Ready).WithSummary("Whether the ledger can be read, and whether it records");
    }

    private static Ok<HealthAnswer> Live() => TypedResults.Ok(new HealthAnswer("live", null, null));

    // Read-only is ready: pages and proofs must stay up while the chain is away.
    private static Results<Ok<HealthAnswer>, Problem> Ready(LedgerState state, ChainLink link, LedgerWriter writer) => state switch
    {
        { IsEstablished: false } => Problem.ReadOnly(state.ReadOnlyBecause!),
        { ReadOnlyBecause: { } because } => TypedResults.Ok(new HealthAnswer("read-only", because, link.Trouble)),
        _ when writer.DiskTrouble is { } disk => TypedResults.Ok(new HealthAnswer("read-only", $"The last write failed. {disk}", link.Trouble)),
        _ => TypedResults.Ok(new HealthAnswer("ready", null, link.Trouble)),
    };
}

/// <param name="Status"><c>live</c>, <c>ready</c> or <c>read-only</c>.</param>
/// <param name="Because">Why it is read-only.</param>
/// <param name="Chain">Why nothing can be anchored now, for people; null while the chain answers.</param>
internal sealed record HealthAnswer(string Status, string? Because, string? Chain);

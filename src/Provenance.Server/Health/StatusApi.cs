using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Portal;

namespace Provenance.Server.Health;

/// <summary>How the ledger is, for the one who runs it: <c>GET /api/status</c>, and a page in the portal.</summary>
internal static class StatusApi
{
    public const string Page = PortalDoor.Root + "/status";

    public static void AddStatus(this IServiceCollection services) => services.AddSingleton<LedgerStatus>();

    public static void MapStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/status", Status)
            .RequireRole(Role.Admin).WithTags("Health").WithSummary("How the ledger is: queue, last final anchor, head, balance, cost, disk, versions, warnings");
        routes.MapMethods(Page, [HttpMethods.Get, HttpMethods.Head], ShowAsync).ExcludeFromDescription().WithMetadata(new WritesWhenReadOnly(), new SignedIn());
        routes.MapMethods("/status", [HttpMethods.Get, HttpMethods.Head], (HttpContext context) => new SeeOther(Words.Of(context.Request).Link(Page))).ExcludeFromDescription();
    }

    private static async Task<Ok<StatusAnswer>> Status(LedgerStatus status, CancellationToken cancel) => TypedResults.Ok((await status.ReadAsync(cancel)).Answer);

    private static async Task<IResult> ShowAsync(HttpContext context, Session session, LedgerStatus status, CancellationToken cancel)
    {
        if (session.Caller.Role != Role.Admin)
        {
            return ErrorPages.Of(context, Problem.Forbidden(Words.Of(context.Request)["status.admin-only"]));
        }
        var (answer, warnings) = await status.ReadAsync(cancel);
        return PortalApi.Page<StatusPage>(context, new StatusModel(session, answer, warnings));
    }
}

internal sealed record StatusModel(Session Session, StatusAnswer Status, IReadOnlyList<StatusWarning> Warnings);

/// <param name="ReadOnlyBecause">Null while the ledger records.</param>
/// <param name="Waiting">Events that wait for the disk.</param>
/// <param name="Unanchored">Entries that no final anchor covers.</param>
/// <param name="CostGwei">Of all writes to the chain so far, each cut to whole gwei.</param>
/// <param name="Disk">Of the data directory; null where the system does not say.</param>
/// <param name="Warnings">For people; empty when all is well.</param>
internal sealed record StatusAnswer(
    string? LedgerId, string? ReadOnlyBecause, ulong Entries, int Waiting, ulong Unanchored, FinalStatus? LastFinal, QueueStatus Queue, ChainStatus? Chain, long CostGwei,
    DiskStatus? Disk, VersionStatus Versions, IReadOnlyList<string> Warnings);

/// <summary>The newest anchor in a final block.</summary>
/// <param name="Time">Of the block that anchored it.</param>
internal sealed record FinalStatus(long Size, string Root, long Block, DateTimeOffset Time);

/// <param name="Open">Writes that are not final.</param>
/// <param name="Aside">Writes that the contract refused.</param>
/// <param name="State">Of the oldest open one.</param>
internal sealed record QueueStatus(long Open, long Aside, string? State, DateTimeOffset? OldestSealedAt, string? Error);

/// <param name="Account">It pays for the writes.</param>
/// <param name="BalanceWei">Null, as the head, when the chain did not answer.</param>
internal sealed record ChainStatus(ulong ChainId, string Contract, bool IsTrial, string Account, string? BalanceWei, long? Head, long? HeadAgeSeconds);

/// <param name="FreeBytes">That this process may still fill.</param>
internal sealed record DiskStatus(long FreeBytes, long TotalBytes);

/// <param name="Schema">The newest migration that the database has seen.</param>
internal sealed record VersionStatus(string Provenance, string DotNet, string Sqlite, string Schema);

using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;
using Provenance.Chain;
#if NETHEREUM
using Provenance.Chain.Nethereum;
#endif
using Provenance.Core;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>The chain as callers meet it: <c>POST /api/anchor</c> takes what is recorded now there without waiting for the interval.</summary>
internal static class AnchorApi
{
    /// <summary>Longest wait for the chain before the answer says "not yet".</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void AddAnchoring(this IServiceCollection services, bool isAnchored)
    {
#if NETHEREUM
        services.AddSingleton<OpenChain>(NethereumChain.Open);
#else
        services.AddSingleton<OpenChain>(RpcChain.Open);
#endif
        services.AddSingleton<ChainLink>();
        services.AddSingleton<ChainKeys>();
        services.AddSingleton<AnchorLoop>();
        if (isAnchored)
        {
            services.AddHostedService(provider => provider.GetRequiredService<AnchorLoop>());
        }
    }

    public static void MapAnchoring(this IEndpointRouteBuilder routes) => routes.MapPost("/api/anchor", AnchorNow)
        .RequireRole(Role.Admin).WithTags("Log").WithSummary("Anchor what is recorded now; answers when it is final on the chain");

    private static async Task<Results<Ok<AnchorAnswer>, Problem>> AnchorNow(AnchorLoop loop, ChainLink link, LedgerWriter writer, Database database, CancellationToken cancel)
    {
        var size = writer.Newest?.Size ?? 0;
        if (size == 0)
        {
            return Problem.Conflict("nothing-recorded", "Nothing to anchor", "Nothing is recorded yet: record an event first.");
        }
        loop.AskNow();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        while (!patience.IsCancellationRequested)
        {
            if (FindCovering(database, size) is { } anchor && link.Contract is { } contract)
            {
                return TypedResults.Ok(anchor with { ChainId = contract.ChainId, Contract = contract.Address.ToString(), Rpc = contract.TrialRpc });
            }
            await Task.Delay(50, patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        return Problem.Plain(StatusCodes.Status504GatewayTimeout,
            $"Sealed for the chain, and not final after {Patience.TotalSeconds:0} s. {link.Trouble ?? "It goes on by itself; /health/ready tells."}");
    }

    private static AnchorAnswer? FindCovering(Database database, ulong size)
    {
        using SqliteConnection connection = database.Read();
        var row = connection.QueryFirstOrDefault<(long Size, byte[]? Root, long Block, long Time)>(
            "SELECT size, root, block_number, block_time FROM anchor WHERE size >= @size ORDER BY size LIMIT 1", new { size = (long)size });
        return row.Root is null
            ? null
            : new AnchorAnswer(row.Size, new Digest(row.Root).ToString(), row.Block, DateTimeOffset.FromUnixTimeMilliseconds(row.Time), 0, "", null);
    }
}

/// <summary>Where the log stands on the chain.</summary>
/// <param name="Size">Entries that the contract's root covers.</param>
/// <param name="Block">A final block that holds it.</param>
/// <param name="Time">Of the block that anchored it, UTC.</param>
/// <param name="Rpc">Of the embedded chain, on the server's machine: what <c>provenance verify --rpc</c> takes. Null elsewhere.</param>
internal sealed record AnchorAnswer(long Size, string Root, long Block, DateTimeOffset Time, ulong ChainId, string Contract, Uri? Rpc);

using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Log;
using Provenance.Core.Proofs;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Log;

internal static class LogApi
{
    public static void AddLog(this IServiceCollection services)
    {
        services.AddSingleton<LogStore>();
        services.AddSingleton<ProofStore>();
        services.AddSingleton<Privacy>();
    }

    public static void MapLog(this IEndpointRouteBuilder app)
    {
        var log = app.MapGroup("/api/log").WithTags("Log");

        log.MapGet("/checkpoint", Checkpoint).WithSummary("The newest signed checkpoint");
        log.MapGet("/entries", Entries).WithSummary("Entries from one index up to, not including, another; at most 1,000 at a time");
        log.MapGet("/consistency", Consistency).WithSummary("Proof that the log of one size begins with that of a smaller one (RFC 9162 §2.1.4)");
        log.MapGet("/{index:long}", Entry).WithSummary("One entry with its leaf hash");
        log.MapGet("/{index:long}/proof", Proof).Produces(200, contentType: ProofJson.MediaType).WithSummary("Everything needed to check one entry, with the fields the caller may see");
    }

    private static Results<Ok<CheckpointAnswer>, Problem> Checkpoint(LogStore log) => log.FindCheckpoint() is { } newest
        ? TypedResults.Ok(CheckpointAnswer.Of(newest, log.LedgerId))
        : Problem.NotFound("checkpoint", null, "Nothing has been recorded yet, so nothing was signed.");

    private static Results<Ok<EntryAnswer>, Problem> Entry(long index, LogStore log) => log.Find(index) is { } entry
        ? TypedResults.Ok(EntryAnswer.Of(index, entry))
        : NoSuchLeaf(index);

    private static Results<Ok<EntriesAnswer>, Problem> Entries(long from, long to, LogStore log)
    {
        if (from < 0 || to < from)
        {
            return Problem.Invalid(from < 0 ? "from" : "to", Print(from < 0 ? from : to), "from and to are leaf indexes, from at least 0 and to not below from.");
        }
        var (size, entries) = log.List(from, Math.Min(to, from + LogStore.MostEntries));
        return TypedResults.Ok(new EntriesAnswer(from, from + entries.Count, size, [.. entries.Select((entry, i) => EntryAnswer.Of(from + i, entry))]));
    }

    private static Results<Ok<ConsistencyAnswer>, Problem> Consistency(long from, long to, LogStore log)
    {
        var (size, path) = log.Consistency(from, to);
        if (path is not null)
        {
            return TypedResults.Ok(new ConsistencyAnswer(from, to, [.. path.Select(node => node.ToString())]));
        }
        return from < 1 || from > to
            ? Problem.Invalid("from", Print(from), "from is a size of the log, at least 1 and not above to: an empty log proves nothing.")
            : Problem.Invalid("to", Print(to), $"The log has {size} entries.");
    }

    private static Results<ProofResult, Problem> Proof(long index, Caller? caller, ProofStore proofs) => proofs.Find(index, caller) switch
    {
        { Proof: { } proof } => new ProofResult(proof, caller is null),
        { Erased: { } erased } => Problem.Plain(StatusCodes.Status410Gone, $"The event at {index} was erased by the operator on {erased.Day}. Its entry stays in the log and can be proven there, its content cannot.") with
        {
            Field = "index",
            Value = Print(index),
        },
        _ => NoSuchLeaf(index),
    };

    private static Problem NoSuchLeaf(long index) => Problem.NotFound("index", Print(index), $"The log has no entry {index}.");

    private static string Print(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <param name="Root">Root hash over <paramref name="Size"/> leaves (RFC 9162 §2.1.1).</param>
/// <param name="Signature">By the ledger's key, over EIP-712 <c>ProvenanceCheckpoint(uint64 size,bytes32 root)</c>.</param>
internal sealed record CheckpointAnswer(string LedgerId, ulong Size, string Root, string Signer, string Signature)
{
    public static CheckpointAnswer Of(Checkpoint checkpoint, Core.Digest ledgerId) =>
        new(ledgerId.ToString(), checkpoint.Size, checkpoint.Root.ToString(), checkpoint.Signer.ToString(), checkpoint.Signature.ToString());
}

/// <param name="Entry">Its canonical JSON is what the leaf hash covers.</param>
/// <param name="LeafHash">SHA-256(0x00 ‖ entry).</param>
internal sealed record EntryAnswer(long Index, EntryBody Entry, string LeafHash)
{
    public static EntryAnswer Of(long index, Entry entry) => new(index, new EntryBody(entry.EventDigest.ToString(), entry.Meta.ToString(), 1), entry.LeafHash.ToString());
}

internal sealed record EntryBody(string EventDigest, string Meta, int V);

/// <param name="To">One past the last entry here; ask on from it.</param>
/// <param name="Size">Entries in the log.</param>
internal sealed record EntriesAnswer(long From, long To, long Size, IReadOnlyList<EntryAnswer> Entries);

internal sealed record ConsistencyAnswer(long From, long To, IReadOnlyList<string> Path);

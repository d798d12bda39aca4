using System.Globalization;
using Provenance.Core.Gs1;
using Provenance.Server.Storage;

namespace Provenance.Server.Erasing;

/// <summary>
/// The server program's modes <c>--erase</c> and <c>--redact</c>, for the commands of those names: it alone knows what refers to an event. They run while no server does, ask a person, and end.
/// </summary>
internal static class EraseMode
{
    public const string Argument = "--erase", RedactArgument = "--redact";

    private const int Done = 0, Not = 1, Usage = 64;

    /// <param name="Lines">What goes, for people.</param>
    /// <param name="Word">What a person types to say that it may.</param>
    /// <param name="Run">Does it, and says in a line what was done.</param>
    private sealed record Work(IEnumerable<string> Lines, string Word, Func<string> Run);

    /// <returns>Exit code: 0 done, or only looked; 1 not confirmed, or the ledger is not whole; 64 nothing such to erase.</returns>
    public static async Task<int> RunAsync(string[] args, TextReader? input = null, TextWriter? output = null)
    {
        output ??= Console.Out;
        var mode = args.Contains(RedactArgument) ? RedactArgument : Argument;
        try
        {
            await using var app = Program.Build([.. args.Where(arg => !arg.StartsWith(mode, StringComparison.Ordinal))], isAnchored: false);
            var own = ReindexMode.OwnIdsOf(app);
            var database = app.Services.GetRequiredService<Database>();
            var run = new ErasureRun(database, own, app.Services.GetRequiredService<TimeProvider>());
            var (work, refused) = mode == RedactArgument ? Redact(args, database, own, run) : Erase(args, database, own, run);
            if (work is null)
            {
                await Console.Error.WriteLineAsync(refused);
                return Usage;
            }
            foreach (var line in work.Lines)
            {
                await output.WriteLineAsync(line);
            }
            if (args.Contains(mode + "-dry-run"))
            {
                await Console.Error.WriteLineAsync("Nothing was changed. Without --dry-run all of that would go for good; the entries, their place in the log and who recorded them when would stay.");
                return Done;
            }
            if (!args.Contains(mode + "-yes") && !await IsConfirmedAsync(work.Word, input ?? Console.In))
            {
                await Console.Error.WriteLineAsync("Not confirmed: nothing was changed.");
                return Not;
            }
            await output.WriteLineAsync(work.Run());
            await Console.Error.WriteLineAsync("Backups made before still hold it: destroy those, or do the same there. Whoever has a proof or bundle of it keeps that.");
            return Done;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Not;
        }
    }

    private static (Work? Work, string? Refused) Erase(string[] args, Database database, OwnIds own, ErasureRun run)
    {
        var named = Values(args, "--erase-item=").FirstOrDefault();
        var (item, fault) = (default(ItemId), "");
        if (named is not null && !ItemId.TryParse(named, own, out item, out fault))
        {
            return (null, $"--item is '{named}': {fault}.");
        }
        var leaves = Values(args, "--erase-event=").Select(Number).ToList();
        var (plan, refused) = ErasurePlan.Make(database, own, leaves, named is null ? null : item);
        return plan is null ? (null, refused) : (new Work(
            plan.Print(), plan.Events is [var only] ? Print(only.Leaf) : $"erase {plan.Events.Count}",
            () => string.Create(CultureInfo.InvariantCulture, $"events erased: {plan.Events.Count}, entries in the log: {run.Run(plan)}")), null);
    }

    private static (Work? Work, string? Refused) Redact(string[] args, Database database, OwnIds own, ErasureRun run)
    {
        var leaf = Number(Values(args, "--redact-event=").Single());
        var (plan, refused) = RedactionPlan.Make(database, own, leaf, [.. Values(args, "--redact-field=")]);
        return plan is null ? (null, refused) : (new Work(plan.Print(), Print(leaf), () =>
        {
            run.Run(plan);
            return string.Create(CultureInfo.InvariantCulture, $"fields of event {leaf} redacted: {plan.Events.Sum(one => one.Pointers.Count)}");
        }), null);
    }

    private static IEnumerable<string> Values(string[] args, string name) => args.Where(arg => arg.StartsWith(name, StringComparison.Ordinal)).Select(arg => arg[name.Length..]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Print(long leaf) => leaf.ToString(CultureInfo.InvariantCulture);

    private static async Task<bool> IsConfirmedAsync(string word, TextReader input)
    {
        await Console.Error.WriteAsync($"This can't be undone by anybody. Type '{word}' to go on: ");
        return (await input.ReadLineAsync())?.Trim() == word;
    }
}

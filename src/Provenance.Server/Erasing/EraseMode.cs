using System.Globalization;
using Provenance.Core.Gs1;
using Provenance.Server.Storage;

namespace Provenance.Server.Erasing;

/// <summary>The server program's mode <c>--erase</c>, for <c>provenance erase</c>: it alone knows what refers to an event. Runs while no server does, asks a person, and ends.</summary>
internal static class EraseMode
{
    public const string Argument = "--erase";

    private const string Event = "--erase-event=", Item = "--erase-item=", DryRun = "--erase-dry-run", Yes = "--erase-yes";

    private const int Done = 0, Not = 1, Usage = 64;

    /// <returns>Exit code: 0 erased, or only looked; 1 not confirmed, or the ledger is not whole; 64 nothing such to erase.</returns>
    public static async Task<int> RunAsync(string[] args, TextReader? input = null, TextWriter? output = null)
    {
        output ??= Console.Out;
        try
        {
            await using var app = Program.Build([.. args.Where(arg => !arg.StartsWith(Argument, StringComparison.Ordinal))], isAnchored: false);
            var own = ReindexMode.OwnIdsOf(app);
            var database = app.Services.GetRequiredService<Database>();
            var named = args.FirstOrDefault(arg => arg.StartsWith(Item, StringComparison.Ordinal))?[Item.Length..];
            var (item, fault) = (default(ItemId), "");
            if (named is not null && !ItemId.TryParse(named, own, out item, out fault))
            {
                return await RefuseAsync($"--item is '{named}': {fault}.");
            }
            var leaves = args.Where(arg => arg.StartsWith(Event, StringComparison.Ordinal)).Select(arg => long.Parse(arg[Event.Length..], CultureInfo.InvariantCulture)).ToList();
            var (plan, refused) = ErasurePlan.Make(database, own, leaves, named is null ? null : item);
            if (plan is null)
            {
                return await RefuseAsync(refused!);
            }
            foreach (var line in plan.Print())
            {
                await output.WriteLineAsync(line);
            }
            if (args.Contains(DryRun))
            {
                await Console.Error.WriteLineAsync("Nothing was erased. Without --dry-run all of that would go for good; the entries, their place in the log and who recorded them when would stay.");
                return Done;
            }
            if (!args.Contains(Yes) && !await IsConfirmedAsync(plan, input ?? Console.In))
            {
                await Console.Error.WriteLineAsync("Not confirmed: nothing was erased.");
                return Not;
            }
            var size = new ErasureRun(database, own, app.Services.GetRequiredService<TimeProvider>()).Run(plan);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{plan.Events.Count} of {size} events erased"));
            await Console.Error.WriteLineAsync("Backups made before still hold them: destroy those, or erase there too. Whoever has a proof or bundle of them keeps it.");
            return Done;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Not;
        }
    }

    private static async Task<bool> IsConfirmedAsync(ErasurePlan plan, TextReader input)
    {
        var word = plan.Events is [var only] ? only.Leaf.ToString(CultureInfo.InvariantCulture) : $"erase {plan.Events.Count}";
        await Console.Error.WriteAsync($"This can't be undone by anybody. Type '{word}' to go on: ");
        return (await input.ReadLineAsync())?.Trim() == word;
    }

    private static async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return Usage;
    }
}

using System.CommandLine;
using Provenance.Cli.Admin;

namespace Provenance.Cli;

/// <summary>What <c>erase</c> and <c>redact</c> have in common: a ledger that no server holds, a look before, and a person's word.</summary>
/// <param name="mode">Of the server program, without its dashes.</param>
internal sealed class ErasingOptions(string mode)
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would go, and change nothing" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Don't ask" };
    private readonly Option<string> _url = ServerMode.UrlOption();

    public Option<DirectoryInfo> Data { get; } = new("--data") { HelpName = "DIR", Description = "The ledger's data directory", DefaultValueFactory = _ => new DirectoryInfo("data") };

    /// <summary>All but the first, after those of the command itself.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_dryRun);
        command.Options.Add(_yes);
        command.Options.Add(_url);
    }

    /// <param name="arguments">What is to go.</param>
    public Task<int> StartAsync(ParseResult parsed, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var directory = parsed.GetValue(Data)!.FullName;
        using (HeldDirectory.Take(directory))
        {
            // Only to say it in this command's words: the server program takes the lock itself.
        }
        string[] all =
        [
            .. arguments,
            .. parsed.GetValue(_dryRun) ? new[] { $"--{mode}-dry-run" } : [],
            .. parsed.GetValue(_yes) ? new[] { $"--{mode}-yes" } : [],
        ];
        return ServerMode.StartAsync($"--{mode}", directory, parsed.GetValue(_url)!, cancel, all);
    }
}

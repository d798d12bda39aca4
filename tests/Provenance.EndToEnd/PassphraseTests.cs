using System.Diagnostics;

namespace Provenance.EndToEnd;

/// <summary><c>provenance keys passphrase</c> on a real ledger: refused beside a server, killed in between, and the server starts with what the help says.</summary>
public sealed class PassphraseTests
{
    private static readonly string[] Keys = ["ledger.key", "chain.key", "trial-admin.key"];

    [LedgerFact]
    public async Task A_passphrase_is_set_changed_and_taken_away_and_the_ledger_stays_the_same()
    {
        await using var server = await RunningServer.StartAsync();
        await server.MustRegisterAsync("sealed");
        var (one, two) = (Write(server, "one", "the first passphrase of two"), Write(server, "two", "the second passphrase of two"));
        var plain = Texts(server);

        var (exit, output) = await PassphraseAsync(server, "--new-passphrase-file", one);
        Assert.True(exit == 64 && output.Contains("stop it first", StringComparison.Ordinal), output);
        Assert.Equal(plain, Texts(server));
        await server.StopAsync();
        (exit, output) = await PassphraseAsync(server);
        Assert.True(exit == 64 && output.Contains("--plain", StringComparison.Ordinal), output);
        var accounts = (await Programs.ProvenanceAsync("keys", "show", "--data", server.Directory)).Output;

        (exit, output) = await PassphraseAsync(server, "--new-passphrase-file", one);
        Assert.True(exit == 0, output);
        (exit, output) = await PassphraseAsync(server, "--passphrase-file", two, "--plain");
        Assert.True(exit == 64 && output.Contains("does not open", StringComparison.Ordinal), output);
        // A kill once the first file has changed: whatever it left, the same call does the rest.
        await KillOnceChangedAsync(server, "--passphrase-file", one, "--new-passphrase-file", two);
        (exit, output) = await PassphraseAsync(server, "--passphrase-file", one, "--new-passphrase-file", two);
        Assert.True(exit == 0, output);
        Assert.Equal((0, accounts), await Programs.ProvenanceAsync("keys", "show", "--data", server.Directory, "--passphrase-file", two));
        Assert.Equal(64, (await Programs.ProvenanceAsync("keys", "show", "--data", server.Directory, "--passphrase-file", one)).Exit);

        server.Settings["Ledger__KeyPassphraseFile"] = two;
        await server.StartAgainAsync();
        await server.MustRegisterAsync("opened");
        await server.AnchorAsync();
        await server.StopAsync();
        (exit, output) = await PassphraseAsync(server, "--passphrase-file", two, "--plain");
        Assert.True(exit == 0, output);
        Assert.Equal(plain, Texts(server));
        (exit, output) = await Programs.ProvenanceAsync("check", "--data", server.Directory);
        Assert.True(exit == 0, output);
    }

    private static Task<(int Exit, string Output)> PassphraseAsync(RunningServer server, params string[] arguments) =>
        Programs.ProvenanceAsync(["keys", "passphrase", "--data", server.Directory, .. arguments]);

    private static List<string> Texts(RunningServer server) => [.. Keys.Select(name => File.ReadAllText(Path.Combine(server.Directory, name)))];

    private static string Write(RunningServer server, string name, string passphrase)
    {
        var file = Path.Combine(Path.GetDirectoryName(server.Directory)!, name);
        File.WriteAllText(file, passphrase);
        return file;
    }

    private static async Task KillOnceChangedAsync(RunningServer server, params string[] arguments)
    {
        var held = Texts(server);
        await Programs.KillProvenanceOnceAsync(() => !Texts(server).SequenceEqual(held), ["keys", "passphrase", "--data", server.Directory, .. arguments]);
    }
}

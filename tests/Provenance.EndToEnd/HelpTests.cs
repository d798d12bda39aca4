namespace Provenance.EndToEnd;

/// <summary>The command line's help is a public face: a change to it must show as a diff.</summary>
public sealed class HelpTests
{
    [Fact]
    public async Task The_checked_in_help_is_the_one_printed()
    {
        var text = "";
        foreach (var command in new[] { "", "verify", "export", "record", "check", "reindex", "erase", "redact", "backup", "restore", "deploy", "keys", "keys passphrase", "succeed" })
        {
            var (exit, output) = await Programs.ProvenanceAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Equal(0, exit);
            text += $"$ provenance {command} --help\n{string.Join('\n', output.Split('\n').Select(line => line.TrimEnd()))}\n";
        }
        var file = Path.Combine(Programs.Root, "tests", "snapshots", "cli-help.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(file, text);
        }

        Assert.Equal(await File.ReadAllTextAsync(file), text);
    }
}

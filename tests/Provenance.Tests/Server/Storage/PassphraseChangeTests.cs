using Provenance.Chain.Keys;

namespace Provenance.Tests.Server.Storage;

/// <summary>Another passphrase for all keys: all of them or none, and never a mixture that no passphrase opens.</summary>
public sealed class PassphraseChangeTests : IDisposable
{
    private static readonly string[] Names = ["chain.key", Path.Combine("retired-keys", "0x1", "chain.key")];

    private readonly string _folder = Directory.CreateTempSubdirectory("provenance-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("short", "fewer than 16")]
    [InlineData("correct horse battery staple", "the same passphrase")]
    [InlineData(null, "is sealed: name the file")]
    [InlineData("wrong horse battery staple", "does not open with the passphrase in --passphrase-file")]
    public void What_can_not_work_is_refused_and_changes_nothing(string? given, string says)
    {
        Make(With("correct horse battery staple", "is"));
        var held = Texts();

        var refused = Assert.Throws<InvalidOperationException>(() => new PassphraseChange(Data, given is null ? null : With(given, "given"),
            With(given == "correct horse battery staple" ? given : "a new passphrase, and longer", "new")));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", refused.Message, StringComparison.Ordinal);
        Assert.Equal(held, Texts());
    }

    [Fact]
    public void One_file_that_opens_with_neither_keeps_all_as_they_are()
    {
        Make(With("correct horse battery staple", "is"));
        File.Delete(Path.Combine(Data, Names[1]));
        KeyFile.ReadOrMake(Path.Combine(Data, Names[1]), With("yet another passphrase", "other")).Dispose();
        var held = Texts();

        Assert.Throws<InvalidOperationException>(() => new PassphraseChange(Data, With("correct horse battery staple", "is"), With("a new passphrase, and longer", "new")));

        Assert.Equal(held, Texts());
    }

    [Theory]
    [InlineData("is", "new")]
    [InlineData(null, "new")]
    [InlineData("is", null)]
    public void Stopped_after_any_step_all_keys_open_with_one_passphrase_and_the_same_call_does_the_rest(string? from, string? to)
    {
        string? before = from is null ? null : With("correct horse battery staple", from), after = to is null ? null : With("a new passphrase, and longer", to);
        var steps = from is not null && to is not null ? 2 * Names.Length : Names.Length;
        var accounts = Make(before);
        var held = Texts();
        for (var stop = 1; stop < steps; stop++) // each costs seconds: a passphrase is slow to try
        {
            foreach (var (name, text) in Names.Zip(held))
            {
                File.WriteAllText(Path.Combine(Data, name), text);
            }
            using (var change = new PassphraseChange(Data, before, after))
            {
                Assert.Equal(stop, change.Run().Take(stop).Count());
            }

            // What the server does at its next start, on a copy: it seals what is in plain.
            Assert.Contains(true, new[] { before, after }.OfType<string>().Select(passphrase => accounts.SequenceEqual(Open(Copy(), passphrase) ?? [])));
            using (var again = new PassphraseChange(Data, before, after))
            {
                Assert.Equal(accounts, again.Run().Where(step => step.IsDone).Select(step => step.Account));
            }
            Assert.Equal(accounts, Open(Data, after));
            Assert.Equal(after is not null, Texts().All(text => text.StartsWith("provenance-key-1 ", StringComparison.Ordinal)));
            Assert.All(Texts(), text => Assert.Single(text.TrimEnd().Split('\n')));
            Assert.Empty(Directory.EnumerateFiles(Data, "*.new", SearchOption.AllDirectories));
        }
    }

    private string Data => Path.Combine(_folder, "data");

    private string With(string passphrase, string name)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, passphrase);
        return file;
    }

    private List<string> Make(string? passphraseFile)
    {
        Directory.CreateDirectory(Path.Combine(Data, "retired-keys", "0x1"));
        return Open(Data, passphraseFile)!;
    }

    private static List<string>? Open(string data, string? passphraseFile)
    {
        try
        {
            return [.. Names.Select(name =>
            {
                using var key = KeyFile.ReadOrMake(Path.Combine(data, name), passphraseFile);
                return key.Address.ToString();
            })];
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private string Copy()
    {
        var copy = Path.Combine(_folder, Path.GetRandomFileName());
        foreach (var name in Names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, name))!);
            File.Copy(Path.Combine(Data, name), Path.Combine(copy, name));
        }
        return copy;
    }

    private List<string> Texts() => [.. Names.Select(name => File.ReadAllText(Path.Combine(Data, name)))];
}

using System.Text;
using Provenance.Chain.Ethereum;

namespace Provenance.Chain.Keys;

/// <summary>
/// Puts every key file of a data directory under another passphrase, or under one at all, or under none. All are opened before the first is written, so a wrong passphrase changes nothing.
/// </summary>
/// <remarks>
/// From one passphrase to another in two rounds: each file first holds the key under both, then under the new one alone. A kill at any line thus leaves keys that all open with one and the same
/// passphrase: the old one during the first round, the new one during the second. Called again it goes through the same rounds.
/// </remarks>
public sealed class PassphraseChange : IDisposable
{
    private readonly List<(string File, LocalKey Key, bool IsSealed)> _keys = [];
    private readonly string? _before, _after;

    /// <param name="data">The data directory, which no server holds.</param>
    /// <param name="passphraseFile">Holds the passphrase they are sealed under; null where they lie in plain.</param>
    /// <param name="newPassphraseFile">Holds the one they will be sealed under; null to leave them in plain.</param>
    /// <exception cref="InvalidOperationException">A key opens with neither; a passphrase is missing, too short, or no other than before. Nothing was changed.</exception>
    public PassphraseChange(string data, string? passphraseFile, string? newPassphraseFile)
    {
        _before = KeyFile.ReadPassphrase(passphraseFile, "--passphrase-file");
        _after = KeyFile.ReadPassphrase(newPassphraseFile, "--new-passphrase-file");
        if (_before is not null && _before == _after)
        {
            throw new InvalidOperationException("--passphrase-file and --new-passphrase-file hold the same passphrase.");
        }
        try
        {
            foreach (var file in Files(data))
            {
                var text = File.ReadAllText(file).Trim();
                _keys.Add((file, Open(file, text), SealedKey.IsSealed(text)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The key files of a data directory: those in use, those of a rotation that was stopped, and retired ones.</summary>
    public static IReadOnlyList<string> Files(string data) => !Directory.Exists(data) ? [] :
    [
        .. Directory.EnumerateFiles(data, "*.key").Concat(Directory.Exists(Path.Combine(data, "retired-keys"))
            ? Directory.EnumerateFiles(Path.Combine(data, "retired-keys"), "*.key", SearchOption.AllDirectories)
            : []).Order(StringComparer.Ordinal),
    ];

    /// <summary>Writes, file by file: each step is on the disk, whole, before it is handed out. Stopped after any, the rest is done by the next change from and to the same.</summary>
    /// <returns>The file that was written, its account, and whether it is done or holds the key under both passphrases.</returns>
    public IEnumerable<(string File, string Account, bool IsDone)> Run()
    {
        // All are sealed before any is written: that takes some seconds, the writing none.
        var texts = _keys.ConvertAll(one => (one.File, Account: one.Key.Address.ToString(),
            Both: _before is not null && _after is not null && one.IsSealed ? KeyFile.Text(one.Key, _before, Path.GetFileName(one.File)) : null,
            After: KeyFile.Text(one.Key, _after, Path.GetFileName(one.File))));
        // One in plain opens whatever the passphrase is, so it waits for the second round.
        foreach (var (file, account, both, after) in texts.Where(one => one.Both is not null))
        {
            DurableFile.Write(file, Encoding.UTF8.GetBytes(both + after), syncsName: true);
            yield return (file, account, false);
        }
        foreach (var (file, account, _, after) in texts)
        {
            DurableFile.Write(file, Encoding.UTF8.GetBytes(after), syncsName: true);
            yield return (file, account, true);
        }
    }

    public void Dispose()
    {
        foreach (var (_, key, _) in _keys)
        {
            key.Dispose();
        }
    }

    private LocalKey Open(string file, string text)
    {
        var name = Path.GetFileName(file);
        if (!SealedKey.IsSealed(text))
        {
            return KeyFile.ParsePlain(text, file);
        }
        foreach (var passphrase in new[] { _before, _after }.OfType<string>())
        {
            try
            {
                return KeyFile.OpenSealed(text, passphrase, name);
            }
            catch (InvalidOperationException)
            {
                // A change that was stopped may have left it under the new one already.
            }
        }
        throw new InvalidOperationException(_before is null
            ? $"{name} is sealed: name the file with its passphrase in --passphrase-file. Nothing was changed."
            : $"{name} does not open with the passphrase in --passphrase-file: it was sealed with another, perhaps by a change that was stopped, or the file was changed. Nothing was changed.");
    }
}

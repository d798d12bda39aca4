using System.Security.Cryptography;
using Provenance.Chain.Ethereum;

namespace Provenance.Chain.Keys;

/// <summary>
/// A private key in a file of mode 600 in the data directory, made when it is not there: 64 hex digits and the account they belong to, which shows a turned bit; or sealed under a passphrase.
/// A file brought by hand may have the digits alone.
/// </summary>
public static class KeyFile
{
    /// <summary>Fewer characters can be tried out.</summary>
    private const int ShortestPassphrase = 16;

    /// <param name="passphraseFile">Holds the passphrase under which the key is sealed, or will be; null to leave it in plain.</param>
    /// <exception cref="InvalidOperationException">The key is sealed, and the passphrase is missing or another; or the file was changed.</exception>
    public static LocalKey ReadOrMake(string file, string? passphraseFile)
    {
        var passphrase = ReadPassphrase(passphraseFile);
        var name = Path.GetFileName(file);
        if (!File.Exists(file))
        {
            var made = LocalKey.Create();
            Write(file, made, passphrase);
            return made;
        }
        var text = File.ReadAllText(file).Trim();
        if (SealedKey.IsSealed(text))
        {
            return OpenSealed(text, passphrase ?? throw new InvalidOperationException($"{name} is sealed: name the file with its passphrase in Ledger__KeyPassphraseFile."), name);
        }
        var key = ParsePlain(text, file);
        if (passphrase is not null)
        {
            // It stood in plain until now. The file is replaced; what the disk and older backups hold is not (deploy/README.md, Keys).
            Write(file, key, passphrase);
        }
        return key;
    }

    /// <exception cref="InvalidOperationException">The passphrase is another, or the text was changed.</exception>
    internal static LocalKey OpenSealed(string text, string passphrase, string name)
    {
        var secret = SealedKey.Open(text, passphrase, name);
        try
        {
            return LocalKey.From(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    internal static LocalKey ParsePlain(string text, string file)
    {
        var (digits, account) = text.Split(' ', 2) is [var before, var after] ? (before, after) : (text, null);
        LocalKey key;
        try
        {
            key = LocalKey.Parse(digits);
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"{file} holds no private key: {e.Message} Put the file of a backup back.", e);
        }
        if (account is null || account == key.Address.ToString())
        {
            return key;
        }
        using (key)
        {
            throw new InvalidOperationException($"{file} was changed: its key is not that of account {account}, which stands beside it. Put the file of a backup back.");
        }
    }

    /// <summary>Puts another key in the file's place, whole or not at all: sealed where a passphrase is named. Whoever calls this has kept the old one.</summary>
    public static void Replace(string file, LocalKey key, string? passphraseFile) => Write(file, key, ReadPassphrase(passphraseFile));

    private static void Write(string file, LocalKey key, string? passphrase) => DurableFile.Write(file, Text(key, passphrase, Path.GetFileName(file)));

    /// <summary>What stands in a key's file of that name: sealed where there is a passphrase.</summary>
    internal static string Text(LocalKey key, string? passphrase, string name)
    {
        var secret = key.Export();
        try
        {
            return (passphrase is null ? $"{Convert.ToHexStringLower(secret)} {key.Address}" : SealedKey.Seal(secret, passphrase, name)) + "\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <param name="setting">What names the file, for messages.</param>
    /// <exception cref="InvalidOperationException">There is no such file, or its passphrase can be tried out.</exception>
    internal static string? ReadPassphrase(string? file, string setting = "Ledger__KeyPassphraseFile")
    {
        if (file is null)
        {
            return null;
        }
        var passphrase = File.Exists(file)
            ? File.ReadAllText(file).Trim()
            : throw new InvalidOperationException($"{setting} is '{file}', and there is no such file.");
        return passphrase.Length >= ShortestPassphrase
            ? passphrase
            : throw new InvalidOperationException($"The passphrase in {setting} has fewer than {ShortestPassphrase} characters; take a longer one, such as 'openssl rand -base64 32' makes.");
    }
}

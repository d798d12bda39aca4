using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Provenance.Chain.Keys;

/// <summary>A private key under a passphrase: one line of text, AES-256-GCM with a key from PBKDF2-HMAC-SHA256.</summary>
/// <remarks>
/// The name of the file is authenticated with it, so that one key can't be put in another's place. Two lines are the same key under two passphrases: while one is changed for the other
/// (<see cref="PassphraseChange"/>), either opens it.
/// </remarks>
public static class SealedKey
{
    private const string Version = "provenance-key-1";

    /// <summary>OWASP's figure for PBKDF2-HMAC-SHA256 (2023); about a quarter of a second on a small server, once for each key and start.</summary>
    private const int Rounds = 600_000;

    private const int MostRounds = 10_000_000;
    private const int SaltSize = 16, NonceSize = 12, TagSize = 16;

    public static bool IsSealed(string text) => text.StartsWith(Version, StringComparison.Ordinal);

    /// <param name="name">Of the file it will stand in.</param>
    public static string Seal(ReadOnlySpan<byte> secret, string passphrase, string name)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var box = new byte[secret.Length + TagSize];
        using var aes = Cipher(passphrase, salt, Rounds);
        aes.Encrypt(nonce, secret, box.AsSpan(0, secret.Length), box.AsSpan(secret.Length), Encoding.UTF8.GetBytes(name));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Version} pbkdf2-sha256 {Rounds} {Base64Url.EncodeToString(salt)} {Base64Url.EncodeToString(nonce)} {Base64Url.EncodeToString(box)}");
    }

    /// <exception cref="InvalidOperationException">The passphrase is another, or the text was changed. The message holds neither.</exception>
    public static byte[] Open(string text, string passphrase, string name)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (var i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                return OpenLine(lines[i], passphrase, name);
            }
            catch (InvalidOperationException)
            {
                // The other line may be this passphrase's.
            }
        }
        return OpenLine(lines[^1], passphrase, name);
    }

    private static byte[] OpenLine(string text, string passphrase, string name)
    {
        try
        {
            if (text.Split(' ') is not [Version, "pbkdf2-sha256", var rounds, var salt, var nonce, var box]
                || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MostRounds)
            {
                throw new FormatException();
            }
            var bytes = Base64Url.DecodeFromChars(box);
            var secret = new byte[bytes.Length - TagSize];
            using var aes = Cipher(passphrase, Base64Url.DecodeFromChars(salt), count);
            aes.Decrypt(Base64Url.DecodeFromChars(nonce), bytes.AsSpan(0, secret.Length), bytes.AsSpan(secret.Length), secret, Encoding.UTF8.GetBytes(name));
            return secret;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidOperationException($"{name} does not open with the passphrase in Ledger__KeyPassphraseFile: it was sealed with another, or the file was changed.", e);
        }
    }

    private static AesGcm Cipher(string passphrase, byte[] salt, int rounds)
    {
        var key = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, rounds, HashAlgorithmName.SHA256, 32);
        try
        {
            return new AesGcm(key, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

using System.Text;
using Provenance.Chain.Keys;

namespace Provenance.Tests.Server.Storage;

/// <summary>Private keys at rest: in plain for a trial, sealed once a passphrase is named.</summary>
public sealed class KeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provenance-keys-").FullName;

    private string KeyPath => Path.Combine(_folder, "ledger.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_plain_key_is_sealed_when_a_passphrase_is_named_and_stays_the_same_key()
    {
        using var plain = KeyFile.ReadOrMake(KeyPath, null);
        var secret = Convert.ToHexStringLower(plain.Export());
        Assert.Equal($"{secret} {plain.Address}\n", File.ReadAllText(KeyPath));

        using var kept = KeyFile.ReadOrMake(KeyPath, With("correct horse battery staple"));
        using var again = KeyFile.ReadOrMake(KeyPath, With("correct horse battery staple\n"));

        Assert.DoesNotContain(secret, File.ReadAllText(KeyPath), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(plain.Address, kept.Address);
        Assert.Equal(plain.Address, again.Address);
        Assert.False(File.Exists(KeyPath + ".new"));
    }

    [Fact]
    public void A_turned_bit_in_a_plain_key_is_found()
    {
        KeyFile.ReadOrMake(KeyPath, null).Dispose();
        var bytes = File.ReadAllBytes(KeyPath);
        for (var bit = 0; bit < 8 * (bytes.Length - 1); bit++)
        {
            var turned = (byte[])bytes.Clone();
            turned[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(KeyPath, turned);
            if (!Encoding.UTF8.GetString(turned).Trim().Equals(Encoding.UTF8.GetString(bytes).Trim(), StringComparison.OrdinalIgnoreCase))
            {
                Assert.Contains("ledger.key", Assert.Throws<InvalidOperationException>(() => KeyFile.ReadOrMake(KeyPath, null)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_key_brought_by_hand_may_be_the_digits_alone()
    {
        using var made = KeyFile.ReadOrMake(KeyPath, null);
        File.WriteAllText(KeyPath, $"0x{Convert.ToHexString(made.Export())}\n");

        using var read = KeyFile.ReadOrMake(KeyPath, null);

        Assert.Equal(made.Address, read.Address);
    }

    [Fact]
    public void A_key_made_under_a_passphrase_is_never_in_plain()
    {
        using var key = KeyFile.ReadOrMake(KeyPath, With("correct horse battery staple"));

        Assert.StartsWith("provenance-key-1 pbkdf2-sha256 600000 ", File.ReadAllText(KeyPath), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(key.Export()), File.ReadAllText(KeyPath), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        }
    }

    [Fact]
    public void A_sealed_key_does_not_open_without_or_with_another_passphrase_nor_under_another_name_nor_changed()
    {
        KeyFile.ReadOrMake(KeyPath, With("correct horse battery staple")).Dispose();
        var text = File.ReadAllText(KeyPath);

        var missing = Assert.Throws<InvalidOperationException>(() => KeyFile.ReadOrMake(KeyPath, null));
        var other = Assert.Throws<InvalidOperationException>(() => KeyFile.ReadOrMake(KeyPath, With("wrong horse battery staple")));
        File.Copy(KeyPath, Path.Combine(_folder, "chain.key"));
        Assert.Throws<InvalidOperationException>(() => KeyFile.ReadOrMake(Path.Combine(_folder, "chain.key"), With("correct horse battery staple")));
        File.WriteAllText(KeyPath, text.TrimEnd()[..^1] + (text.TrimEnd()[^1] == 'A' ? 'Q' : 'A'));
        Assert.Throws<InvalidOperationException>(() => KeyFile.ReadOrMake(KeyPath, With("correct horse battery staple")));

        Assert.Contains("Ledger__KeyPassphraseFile", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong horse", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_passphrase_that_can_be_tried_out_is_refused()
    {
        Assert.Contains("fewer than 16", Assert.Throws<InvalidOperationException>(() => KeyFile.ReadOrMake(KeyPath, With("short"))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(KeyPath));
    }

    private string With(string passphrase)
    {
        var file = Path.Combine(_folder, "passphrase");
        File.WriteAllText(file, passphrase);
        return file;
    }
}

using System.Security.Cryptography;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

public class LocalKeyTests
{
    [ConformanceFact]
    public void A_key_has_the_address_that_ethers_gives_it()
    {
        foreach (var account in Conformance.Json("ethereum/accounts.json").EnumerateArray())
        {
            using var key = LocalKey.Parse(account.GetProperty("privateKey").GetString());
            Assert.Equal(Address.Parse(account.GetProperty("address").GetString()!), key.Address);
        }
    }

    [Fact]
    public void Every_signature_has_low_s_and_recovers_to_its_key()
    {
        using var key = LocalKey.Create();
        for (var i = 0; i < 200; i++)
        {
            var digest = new Digest(RandomNumberGenerator.GetBytes(Digest.Size));
            // Recover refuses high s; half of the platform's signatures have it.
            Assert.Equal(key.Address, Secp256k1.Recover(digest, key.Sign(digest)));
        }
    }

    [Fact]
    public void An_exported_key_is_the_same_key_again()
    {
        using var key = LocalKey.Create();
        using var again = LocalKey.From(key.Export());
        Assert.Equal(key.Address, again.Address);
        Assert.True(key.PublicKey.SequenceEqual(again.PublicKey));
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("0xzz00000000000000000000000000000000000000000000000000000000000001")]
    public void What_is_no_private_key_is_refused_without_being_repeated(string secret)
    {
        var refusal = Assert.Throws<FormatException>(() => LocalKey.Parse(secret));
        Assert.DoesNotContain(secret, refusal.Message, StringComparison.Ordinal);
    }
}

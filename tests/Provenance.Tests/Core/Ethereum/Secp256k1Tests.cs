using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

/// <summary>Against keys, senders and signatures that ethers and MetaMask made, and against the platform's own ECDSA.</summary>
public class Secp256k1Tests
{
    [ConformanceFact]
    public void Every_outside_account_has_its_address()
    {
        foreach (var account in Conformance.Json("ethereum/accounts.json").EnumerateArray())
        {
            Assert.Equal(account.HexBytes("address"), Secp256k1.AddressOf(TestKeys.PublicKey(account.HexBytes("privateKey"))).ToArray());
        }
    }

    [ConformanceFact]
    public void Every_outside_transaction_gives_its_sender()
    {
        var checkedSignatures = 0;
        foreach (var vector in Conformance.Json("ethereum/transactions.json").EnumerateArray())
        {
            var publicKey = TestKeys.PublicKey(vector.HexBytes("privateKey"));
            var sender = Secp256k1.AddressOf(publicKey);
            foreach (var kind in (string[])["Legacy", "Eip155", "Berlin", "London", "Cancun"])
            {
                if (!vector.TryGetProperty("unsigned" + kind, out var unsigned) || unsigned.GetString() is not { Length: > 0 })
                {
                    continue; // not every kind can carry every transaction
                }
                var signature = vector.GetProperty("signature" + kind);
                var hash = Keccak256.Hash(unsigned.HexBytes());
                var (r, s) = (Padded(signature.GetProperty("r")), Padded(signature.GetProperty("s")));
                var v = Number(signature.GetProperty("v"));
                var isTyped = kind is not ("Legacy" or "Eip155");
                var parity = isTyped ? (int)v : (int)((v + 1) % 2); // 27 and 35 + 2·chainId are the even y (EIP-155)

                Assert.Equal(sender, Secp256k1.Recover(hash, new EthSignature(r, s, (byte)(27 + parity))));
                Assert.Equal(parity, new KnownKey(publicKey).RecoveryId(hash, r, s));
                checkedSignatures++;
            }
        }
        Assert.True(checkedSignatures > 500, $"only {checkedSignatures} signatures in the vectors");
    }

    [ConformanceFact]
    public void A_personal_signature_made_by_MetaMask_gives_its_signer()
    {
        var vector = Conformance.Json("ethereum/eip191-personal-sign.json").GetProperty("cases")[0];
        var message = Encoding.UTF8.GetBytes(vector.GetProperty("messageUtf8").GetString()!);
        var hash = Keccak256.Hash([.. Encoding.UTF8.GetBytes($"\x19" + $"Ethereum Signed Message:\n{message.Length}"), .. message]);
        Assert.True(EthSignature.TryParse(vector.GetProperty("eip191PersonalSign").GetString(), out var signature));

        Assert.Equal(Secp256k1.AddressOf(TestKeys.PublicKey(vector.HexBytes("privateKey"))), Secp256k1.Recover(hash, signature));
    }

    [Fact]
    public void Wycheproofs_edge_cases_are_judged_as_it_says()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("tests/vectors/ethereum/wycheproof-secp256k1.json")));
        foreach (var group in vectors.RootElement.GetProperty("groups").EnumerateArray())
        {
            var publicKey = Convert.FromHexString(group.GetProperty("publicKey").GetString()!);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var (hash, signature) = (Digest.Parse(test[1].GetString()), test[2].GetString()!);
                var (r, s) = (Digest.Parse(signature.AsSpan(0, 64)), Digest.Parse(signature.AsSpan(64)));
                var isValid = test[3].GetBoolean();
                Assert.True(isValid == Secp256k1.Verify(hash, r, s, publicKey), $"tcId {test[0]}");
                s = Secp256k1.LowS(s);
                var signers = new[] { Secp256k1.Recover(hash, new EthSignature(r, s, 27)), Secp256k1.Recover(hash, new EthSignature(r, s, 28)) };
                if (Secp256k1.Verify(hash, r, s, publicKey) && Array.IndexOf(signers, Secp256k1.AddressOf(publicKey)) is var id and >= 0)
                {
                    Assert.Equal(id, new KnownKey(publicKey).RecoveryId(hash, r, s));
                }
                else
                {
                    Assert.Throws<ArgumentException>(() => new KnownKey(publicKey).RecoveryId(hash, r, s));
                }
            }
        }
    }

    [Fact]
    public void Signatures_of_the_platform_verify_and_give_their_signer()
    {
        for (var i = 0; i < 200; i++)
        {
            using var key = TestKeys.Create();
            var publicKey = TestKeys.PublicKey(key);
            var hash = new Digest(RandomNumberGenerator.GetBytes(32));
            var (r, signedS) = Sign(key, hash);
            Assert.True(Secp256k1.Verify(hash, r, signedS, publicKey));

            var s = Secp256k1.LowS(signedS);
            Assert.True(Secp256k1.Verify(hash, r, s, publicKey));
            Assert.True(key.VerifyHash(hash.ToArray(), (byte[])[.. r.ToArray(), .. s.ToArray()]));
            var v = (byte)(27 + new KnownKey(publicKey).RecoveryId(hash, r, s));
            Assert.Equal(Secp256k1.AddressOf(publicKey), Secp256k1.Recover(hash, new EthSignature(r, s, v)));
        }
    }

    [Fact]
    public void A_flipped_bit_in_hash_signature_or_key_does_not_verify()
    {
        using var key = TestKeys.Create();
        var publicKey = TestKeys.PublicKey(key);
        var address = Secp256k1.AddressOf(publicKey);
        var hash = Digest.Sha256("a batch of olive oil"u8);
        var (r, s) = Sign(key, hash);
        s = Secp256k1.LowS(s);
        var v = (byte)(27 + new KnownKey(publicKey).RecoveryId(hash, r, s));
        for (var bit = 0; bit < 256; bit += 11)
        {
            Assert.False(Secp256k1.Verify(Flipped(hash, bit), r, s, publicKey));
            Assert.False(Secp256k1.Verify(hash, Flipped(r, bit), s, publicKey));
            Assert.False(Secp256k1.Verify(hash, r, Flipped(s, bit), publicKey));
            Assert.False(Secp256k1.Verify(hash, r, s, Flipped(publicKey, bit)));
            Assert.False(Secp256k1.Verify(hash, r, s, Flipped(publicKey, 256 + bit)));
            Assert.NotEqual(address, Secp256k1.Recover(Flipped(hash, bit), new EthSignature(r, s, v)));
            Assert.NotEqual(address, Secp256k1.Recover(hash, new EthSignature(Flipped(r, bit), s, v)));
            Assert.NotEqual(address, Secp256k1.Recover(hash, new EthSignature(r, Flipped(s, bit), v)));
        }
    }

    [Fact]
    public void High_s_other_v_and_scalars_out_of_range_have_no_signer()
    {
        using var key = TestKeys.Create();
        var publicKey = TestKeys.PublicKey(key);
        var hash = Digest.Sha256("a batch of olive oil"u8);
        var (r, s) = Sign(key, hash);
        s = Secp256k1.LowS(s);
        var id = new KnownKey(publicKey).RecoveryId(hash, r, s);
        var right = new EthSignature(r, s, (byte)(27 + id));
        Assert.NotNull(Secp256k1.Recover(hash, right));

        var order = Digest.Parse("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
        var highS = FromInteger(ToInteger(order) - ToInteger(s));
        Assert.Null(Secp256k1.Recover(hash, right with { S = highS, V = (byte)(28 - id) }));
        Assert.True(Secp256k1.Verify(hash, r, highS, publicKey));
        foreach (var v in (byte[])[0, 1, 26, 29, 30, 255])
        {
            Assert.Null(Secp256k1.Recover(hash, right with { V = v }));
        }
        foreach (var outside in (Digest[])[Digest.Zero, order, FromInteger(ToInteger(order) + 1), FromInteger((BigInteger.One << 256) - 1)])
        {
            Assert.Null(Secp256k1.Recover(hash, right with { R = outside }));
            Assert.Null(Secp256k1.Recover(hash, right with { S = outside }));
            Assert.False(Secp256k1.Verify(hash, outside, s, publicKey));
            Assert.False(Secp256k1.Verify(hash, r, outside, publicKey));
        }
    }

    [Fact]
    public void An_r_that_is_no_point_has_no_signer()
    {
        // 5³ + 7 = 132 is no square modulo p.
        var signature = new EthSignature(FromInteger(5), FromInteger(1), 27);
        Assert.Null(Secp256k1.Recover(Digest.Sha256([]), signature));
    }

    [Fact]
    public void A_signature_that_would_need_the_key_at_infinity_has_no_signer()
    {
        // With R = G (so r = its x) and s = e, the key would be (s·R - e·G)/r = 0.
        var gx = Digest.Parse("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        Assert.Null(Secp256k1.Recover(FromInteger(7), new EthSignature(gx, FromInteger(7), 27)));
        Assert.NotNull(Secp256k1.Recover(FromInteger(8), new EthSignature(gx, FromInteger(7), 27)));
    }

    [Fact]
    public void A_key_off_the_curve_verifies_nothing_and_one_of_another_length_is_refused()
    {
        var one = FromInteger(1);
        Assert.False(Secp256k1.Verify(one, one, one, new byte[64]));
        Assert.Throws<ArgumentException>(() => Secp256k1.Verify(one, one, one, new byte[65]));
        Assert.Throws<ArgumentException>(() => Secp256k1.AddressOf(new byte[33]));
        Assert.Throws<ArgumentException>(() => new KnownKey(new byte[64]).RecoveryId(one, one, one));
    }

    private static (Digest R, Digest S) Sign(ECDsa key, Digest hash)
    {
        var signature = key.SignHash(hash.ToArray());
        return (new Digest(signature.AsSpan(0, 32)), new Digest(signature.AsSpan(32)));
    }

    private static Digest Flipped(Digest value, int bit) => new(Flipped(value.ToArray(), bit));

    private static byte[] Flipped(byte[] value, int bit)
    {
        var changed = (byte[])value.Clone();
        changed[bit / 8] ^= (byte)(1 << bit % 8);
        return changed;
    }

    private static BigInteger ToInteger(Digest value) => new(value.ToArray(), isUnsigned: true, isBigEndian: true);

    private static Digest FromInteger(BigInteger value)
    {
        var digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Digest([.. new byte[32 - digits.Length], .. digits]);
    }

    private static BigInteger Number(JsonElement hex) => BigInteger.Parse("0" + hex.GetString()![2..], System.Globalization.NumberStyles.HexNumber, null);

    private static Digest Padded(JsonElement hex) => FromInteger(Number(hex));
}

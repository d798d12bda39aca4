using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Provenance.Core;
using Provenance.Core.Events;

namespace Provenance.Tests.Core.Events;

public class DisclosureTests
{
    private static readonly Digest Seed = Digest.Sha256("seed"u8);

    private static readonly string Salt = Base64Url.EncodeToString(new byte[16]);

    [Fact]
    public void A_disclosure_is_salt_pointer_and_value_as_the_design_spells_it()
    {
        var made = Disclosure.Make(Seed, "/prov:city", "\"Cartagena\""u8.ToArray());

        var salt = Base64Url.EncodeToString(SHA256.HashData([.. Seed.ToArray(), .. "/prov:city"u8]).AsSpan(0, 16));
        Assert.Equal($"[\"{salt}\",\"/prov:city\",\"Cartagena\"]", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(made.Text)));
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(made.Text))), made.Digest);
    }

    [Theory]
    [InlineData("/type", "\"ObjectEvent\"")]
    [InlineData("/quantityList/0/quantity", "1.50")]
    [InlineData("/a~1b~0c", """{"x":[1E+2,"\u00e4",null,true]}""")]
    [InlineData("/ilmd/größe", "\"ü \\\" 日本\"")]
    public void What_was_made_is_read_again(string pointer, string value)
    {
        var made = Disclosure.Make(Seed, pointer, Encoding.UTF8.GetBytes(value));
        var read = Disclosure.Parse(made.Text);
        Assert.Equal((pointer, value, made.Text, made.Digest), (read.Pointer, Encoding.UTF8.GetString(read.Value.Span), read.Text, read.Digest));
    }

    [Fact]
    public void Padding_stray_bits_white_space_and_other_alphabets_are_refused()
    {
        var text = Disclosure.Make(Seed, "/type", "\"Object\""u8.ToArray()).Text;
        Assert.NotEqual(0, text.Length % 4);
        var last = text[^1];
        foreach (var broken in new[] { text + "=", text + "==", text[..^1] + (char)(last + 1), text + "\n", " " + text, text[..10] + " " + text[10..], "+/" + text[2..], "", text[..5] })
        {
            Assert.Throws<FormatException>(() => Disclosure.Parse(broken));
        }
    }

    [Theory]
    [InlineData("[SALT, \"/a\",1]")]
    [InlineData("[SALT,\"/a\",1] ")]
    [InlineData("[SALT,\"/a\",{\"b\": 1}]")]
    [InlineData("[SALT,\"\\u002fa\",1]")]
    [InlineData("[SALT,\"/a\",1,2]")]
    [InlineData("[SALT,\"/a\"]")]
    [InlineData("[SALT,1,1]")]
    [InlineData("[1,\"/a\",1]")]
    [InlineData("{\"a\":1}")]
    [InlineData("[SALT,\"/a\",{\"b\":1,\"b\":2}]")]
    [InlineData("[SALT,\"/a\",\"\\ud800\"]")]
    [InlineData("[SALT,\"/a\",1e999]")]
    [InlineData("[SALT,\"/a\",01]")]
    [InlineData("[SALT,\"/a\",nul]")]
    public void Another_spelling_of_the_three_parts_is_refused(string json) => AssertRefused(json.Replace("SALT", $"\"{Salt}\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAB")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_salt_is_128_bits_in_one_spelling(string salt) => AssertRefused($"[\"{salt}\",\"/a\",1]");

    [Fact]
    public void The_spelling_that_these_tests_vary_is_itself_read() => Assert.Equal("/a", Disclosure.Parse(Encode($"[\"{Salt}\",\"/a\",1]")).Pointer);

    private static void AssertRefused(string json) => Assert.Throws<FormatException>(() => Disclosure.Parse(Encode(json)));

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}

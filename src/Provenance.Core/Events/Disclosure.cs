using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Provenance.Core.Epcis;

namespace Provenance.Core.Events;

/// <summary>One field of an event with the salt that hides it until it is shown (after RFC 9901 §4.2, named by RFC 6901 pointer; design §3).</summary>
/// <param name="Pointer">JSON Pointer into the stored event.</param>
/// <param name="Value">The field's stored JSON text, compact.</param>
/// <param name="Text">Unpadded base64url of <c>[salt,pointer,value]</c>: what is hashed, in ASCII, and what a proof carries.</param>
public sealed record Disclosure(string Pointer, ReadOnlyMemory<byte> Value, string Text)
{
    /// <summary>Bytes of a salt: 128 bits.</summary>
    public const int SaltSize = 16;

    /// <summary>Base64url of SHA-256 of <see cref="Text"/>: 43 characters.</summary>
    public string Digest { get; } = Core.Digest.Sha256(Encoding.ASCII.GetBytes(Text)).ToBase64Url();

    /// <summary>Makes the disclosure of one field; the same seed makes the same text again.</summary>
    /// <param name="seed">The event's 256 random bits.</param>
    public static Disclosure Make(Digest seed, string pointer, ReadOnlyMemory<byte> value)
    {
        var pointerBytes = Encoding.UTF8.GetByteCount(pointer);
        var input = new byte[Core.Digest.Size + pointerBytes];
        seed.CopyTo(input);
        Encoding.UTF8.GetBytes(pointer, input.AsSpan(Core.Digest.Size));
        Span<byte> hash = stackalloc byte[Core.Digest.Size];
        SHA256.HashData(input, hash);
        return new Disclosure(pointer, value, Spell(Base64Url.EncodeToString(hash[..SaltSize]), pointer, value.Span));
    }

    /// <summary>Reads a disclosure's text, strictly: one spelling only.</summary>
    /// <exception cref="FormatException">Says what is wrong.</exception>
    public static Disclosure Parse(string text)
    {
        var bytes = DecodeBase64Url(text) ?? throw new FormatException($"'{Shorten(text)}' is not unpadded canonical base64url.");
        // The rules of capture again: what no event could hold (half a surrogate pair, 1e999), no disclosure of one can.
        if (!StrictJson.TryParse(bytes, out var document, out var problem))
        {
            throw new FormatException($"The disclosure '{Shorten(text)}' is not JSON as events hold it: {problem}");
        }
        using (document)
        {
            var parts = document.RootElement;
            if (parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() != 3
                || parts[0].ValueKind != JsonValueKind.String || parts[1].ValueKind != JsonValueKind.String)
            {
                throw new FormatException("A disclosure is [salt,pointer,value].");
            }
            var (salt, pointer) = (parts[0].GetString()!, parts[1].GetString()!);
            if (DecodeBase64Url(salt) is not { Length: SaltSize })
            {
                throw new FormatException($"The salt of {pointer} is not 128 bits in base64url.");
            }
            var value = CompactJson.Write(parts[2]);
            return Spell(salt, pointer, value) == text
                ? new Disclosure(pointer, value, text)
                : throw new FormatException($"The disclosure of {pointer} is not spelled as prescribed.");
        }
    }

    /// <summary>Decodes unpadded base64url without stray bits; null on anything else.</summary>
    internal static byte[]? DecodeBase64Url(string text)
    {
        if (!Base64Url.IsValid(text) || text.Contains('=', StringComparison.Ordinal))
        {
            return null;
        }
        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }

    private static string Spell(string salt, string pointer, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>(64 + pointer.Length + value.Length);
        output.Write("["u8);
        Jcs.WriteString(output, salt);
        output.Write(","u8);
        Jcs.WriteString(output, pointer);
        output.Write(","u8);
        output.Write(value);
        output.Write("]"u8);
        return Base64Url.EncodeToString(output.WrittenSpan);
    }

    private static string Shorten(string text) => text.Length <= 24 ? text : text[..24] + "…";
}

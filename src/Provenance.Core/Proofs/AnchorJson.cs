using System.Buffers;
using System.Text.Json;
using Provenance.Core.Ethereum;

namespace Provenance.Core.Proofs;

/// <summary>The JSON of an <see cref="Anchor"/>, canonical like the proof that carries it.</summary>
public static class AnchorJson
{
    internal static readonly string[] Members = ["account", "blockHash", "chainId", "contract", "header", "slots"];

    /// <summary>The canonical bytes, as the member of a bundle.</summary>
    public static byte[] Write(Anchor anchor)
    {
        var output = new ArrayBufferWriter<byte>(8 * 1024);
        using (var json = new Utf8JsonWriter(output))
        {
            Write(json, anchor);
        }
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">Not the one prescribed spelling; the message names the member.</exception>
    public static Anchor Parse(ReadOnlyMemory<byte> utf8) => Read(new StrictObject(Jcs.ParseCanonical(utf8), "", Members));

    internal static void Write(Utf8JsonWriter json, Anchor? anchor)
    {
        if (anchor is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteStartObject("account"u8);
        json.WriteString("balance"u8, Hex.Prefixed(anchor.Account.Balance));
        json.WriteString("codeHash"u8, anchor.Account.CodeHash.ToString());
        json.WriteNumber("nonce"u8, anchor.Account.Nonce);
        ProofJson.WriteAll(json, "proof"u8, anchor.Account.Proof.Select(n => Hex.Prefixed(n)));
        json.WriteString("storageHash"u8, anchor.Account.StorageHash.ToString());
        json.WriteEndObject();
        json.WriteString("blockHash"u8, anchor.BlockHash.ToString());
        json.WriteNumber("chainId"u8, anchor.ChainId);
        json.WriteString("contract"u8, anchor.Contract.ToString());
        ProofJson.WriteAll(json, "header"u8, anchor.Header.Select(f => Hex.Prefixed(f)));
        json.WriteStartArray("slots"u8);
        foreach (var slot in anchor.Slots)
        {
            json.WriteStartObject();
            ProofJson.WriteAll(json, "proof"u8, slot.Proof.Select(n => Hex.Prefixed(n)));
            json.WriteString("slot"u8, slot.Slot.ToString());
            json.WriteString("value"u8, slot.Value.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static Anchor Read(StrictObject json)
    {
        var account = json.Object("account", "balance", "codeHash", "nonce", "proof", "storageHash");
        return new Anchor(
            json.Integer("chainId"),
            json.Address("contract"),
            json.BytesList("header"),
            json.Digest("blockHash"),
            new AnchorAccount(
                account.Integer("nonce"), account.Bytes("balance"), account.Digest("storageHash"), account.Digest("codeHash"), account.BytesList("proof")),
            [.. json.Objects("slots", "proof", "slot", "value").Select(s => new AnchorSlot(s.Digest("slot"), s.Digest("value"), s.BytesList("proof")))]);
    }
}

using System.Text.Json;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;

namespace Provenance.Core.Bundles;

/// <summary><c>keys.json</c>: every key that the proofs rely on, as the newest anchor that speaks of it proves it.</summary>
internal static class KeyHistory
{
    public static byte[] Write(IReadOnlyList<Proof> proofs, IReadOnlyDictionary<ulong, Anchor> anchors)
    {
        var states = anchors.OrderBy(a => a.Key).Select(a => AnchoredState.Read(a.Value).State).OfType<AnchoredState>().ToList();
        return Bundle.Canonical(json =>
        {
            json.WriteStartArray("keys"u8);
            foreach (var (party, key) in ReliedOn(proofs))
            {
                Write(json, party, key, states.Select(s => s.KeyOf(party, key)).LastOrDefault(k => k.Status != KeyStatus.None));
            }
            json.WriteEndArray();
            json.WriteNumber("v"u8, 1);
        });
    }

    private static IEnumerable<(PartyId Party, Address Key)> ReliedOn(IReadOnlyList<Proof> proofs) => proofs
        .SelectMany(Keys)
        .Distinct()
        .OrderBy(k => k.Party.Value).ThenBy(k => k.Key.ToString(), StringComparer.Ordinal);

    private static IEnumerable<(PartyId Party, Address Key)> Keys(Proof proof)
    {
        yield return (new PartyId(proof.LedgerId), proof.Checkpoint.Signer);
        if (proof.Submission is { } submission)
        {
            yield return (submission.Record.Party, submission.Record.Signer);
        }
    }

    private static void Write(Utf8JsonWriter json, PartyId party, Address address, LedgerKey key)
    {
        json.WriteStartObject();
        WriteLeaf(json, "compromisedSince", key.Status == KeyStatus.None ? LedgerKey.Never : key.CompromisedSince);
        json.WriteString("key"u8, address.ToString());
        json.WriteString("party"u8, party.ToString());
        json.WriteString("status"u8, key.Status switch
        {
            KeyStatus.Registered => "registered",
            KeyStatus.Reassigned => "reassigned",
            _ => "not-proven",
        });
        WriteLeaf(json, "validFrom", key.Status == KeyStatus.None ? LedgerKey.Never : key.ValidFrom);
        WriteLeaf(json, "validUntil", key.Status == KeyStatus.None ? LedgerKey.Never : key.ValidUntil);
        json.WriteEndObject();
    }

    private static void WriteLeaf(Utf8JsonWriter json, string name, ulong leaf)
    {
        if (leaf == LedgerKey.Never)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, leaf);
        }
    }
}

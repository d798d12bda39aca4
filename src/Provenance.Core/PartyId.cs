namespace Provenance.Core;

/// <summary>A party of one ledger: 32 random bytes that say nothing of who it is (design §3, Entry).</summary>
public readonly record struct PartyId(Digest Value)
{
    /// <inheritdoc cref="Digest.TryParse"/>
    public static bool TryParse(ReadOnlySpan<char> hex, out PartyId party)
    {
        var read = Digest.TryParse(hex, out var value);
        party = new PartyId(value);
        return read;
    }

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString();
}

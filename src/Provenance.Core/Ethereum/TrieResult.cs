namespace Provenance.Core.Ethereum;

/// <summary>What a trie proof shows.</summary>
public enum TrieOutcome
{
    /// <summary>Nothing: the nodes do not lead from the root to the key, or more were given than that takes.</summary>
    Invalid,

    /// <summary>Under this root the key has no value.</summary>
    Absent,

    /// <summary>Under this root the key has the value given.</summary>
    Present,
}

/// <param name="Value">The value's bytes if it is present, else empty.</param>
public readonly record struct TrieResult(TrieOutcome Outcome, ReadOnlyMemory<byte> Value)
{
    public static TrieResult Invalid => default;

    public static TrieResult Absent => new(TrieOutcome.Absent, default);

    public static TrieResult Present(ReadOnlyMemory<byte> value) => new(TrieOutcome.Present, value);
}

namespace Provenance.Core.Ethereum;

/// <summary>How a party came by a key, as the contract numbers it.</summary>
public enum KeyStatus
{
    /// <summary>Not a key of this party.</summary>
    None = 0,

    /// <summary>The party's first, or added by another of its own.</summary>
    Registered = 1,

    /// <summary>Given by the registrar's word alone: proves no author.</summary>
    Reassigned = 2,
}

/// <summary>The contract's record of one key of one party. It counts in leaves, not in time.</summary>
/// <param name="ValidFrom">The first leaf for which the key speaks.</param>
/// <param name="ValidUntil">The first leaf for which it speaks no more; <see cref="Never"/> until it is revoked.</param>
/// <param name="CompromisedSince">The first leaf that others may have signed, as the party states it; <see cref="Never"/> if none.</param>
public readonly record struct LedgerKey(ulong ValidFrom, ulong ValidUntil, ulong CompromisedSince, KeyStatus Status)
{
    /// <summary>2^64 - 1: a leaf that will not come.</summary>
    public const ulong Never = ulong.MaxValue;

    /// <summary>Whether the key speaks for this leaf at all; what that is worth depends on <see cref="Status"/> and
    /// <see cref="CompromisedSince"/>.</summary>
    public bool IsValidAt(ulong leafIndex) => Status != KeyStatus.None && ValidFrom <= leafIndex && leafIndex < ValidUntil;
}

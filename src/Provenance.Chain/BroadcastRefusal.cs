namespace Provenance.Chain;

/// <summary>Reads a node's words about a transaction it did not take. There is no code for it: every client has its own
/// sentences.</summary>
public static class BroadcastRefusal
{
    // geth, Erigon, Reth, Anvil, Besu, Nethermind. Lower case; a phrase anywhere in the message counts.
    private static readonly (string Phrase, BroadcastOutcome Outcome)[] Phrases =
    [
        ("already known", BroadcastOutcome.AlreadyKnown),
        ("alreadyknown", BroadcastOutcome.AlreadyKnown),
        ("already imported", BroadcastOutcome.AlreadyKnown),
        ("already exists", BroadcastOutcome.AlreadyKnown),
        ("known transaction", BroadcastOutcome.AlreadyKnown),
        ("nonce too low", BroadcastOutcome.NonceTooLow),
        ("nonce_too_low", BroadcastOutcome.NonceTooLow),
        ("oldnonce", BroadcastOutcome.NonceTooLow),
        ("nonce below current", BroadcastOutcome.NonceTooLow),
        ("underpriced", BroadcastOutcome.Underpriced),
        ("feetoolow", BroadcastOutcome.Underpriced),
        ("fee too low", BroadcastOutcome.Underpriced),
        ("fee cap less than block base fee", BroadcastOutcome.Underpriced),
        ("max fee per gas less than block base fee", BroadcastOutcome.Underpriced),
        ("gas price below configured minimum", BroadcastOutcome.Underpriced),
        ("gas price less than block base fee", BroadcastOutcome.Underpriced),
    ];

    /// <summary>The outcome a refusal stands for; <see cref="BroadcastOutcome.Rejected"/> when no phrase is known.</summary>
    public static BroadcastOutcome Sort(string message)
    {
        var lower = message.ToLowerInvariant();
        foreach (var (phrase, outcome) in Phrases)
        {
            if (lower.Contains(phrase, StringComparison.Ordinal))
            {
                return outcome;
            }
        }
        return BroadcastOutcome.Rejected;
    }
}

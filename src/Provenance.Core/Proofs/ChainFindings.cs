using System.Globalization;
using Provenance.Core.Ethereum;

namespace Provenance.Core.Proofs;

/// <summary>Findings 4 and 5: what the anchor shows by itself, and what a node of the verifying person's choice adds.</summary>
internal static class ChainFindings
{
    public static Finding History(Proof proof, AnchoredState? state, string? broken, ChainFacts? facts)
    {
        const Question question = Question.UnchangedHistory;
        if (broken is not null)
        {
            return Verifier.Fails(question, "bad-evidence", $"The evidence from the chain does not fit together: {broken}.");
        }
        if (state is null)
        {
            return Verifier.Unknown(question, "not-yet-anchored", "Recorded, not yet on the chain.");
        }
        if (WhyNotThisLedger(proof, state) is { } contradiction)
        {
            return Verifier.Fails(question, "other-history", contradiction);
        }
        if (!state.IsKnownCode)
        {
            return Verifier.Unknown(question, "unknown-code", "The contract's code is none that this program knows.");
        }
        if (!state.IsFirstContract)
        {
            return Verifier.Unknown(question, "successor", "The contract continues an earlier one, which was not asked.");
        }
        if (facts is null)
        {
            return Verifier.Unknown(question, "offline", $"{InBlock(state)}: the contract accepted this history, if that block is part of the chain.");
        }
        return WhyNotOnline(proof, state, facts) ?? new Finding(question, Verdict.Holds, "accepted",
            $"Contract {state.Anchor.Contract} accepted this history; nothing was changed since its first entry.");
    }

    public static Finding Standing(Proof proof, AnchoredState? state, string? broken, ChainFacts? facts, Finding history)
    {
        const Question question = Question.OnTheChain;
        if (history.Verdict == Verdict.DoesNotHold)
        {
            return broken is not null
                ? Verifier.Fails(question, history.Reason, "The evidence from the chain does not fit together.")
                : Verifier.Fails(question, history.Reason, "The chain does not carry this root for this ledger.");
        }
        if (state is null)
        {
            return Verifier.Unknown(question, "not-yet-anchored", "Recorded, not yet on the chain.");
        }
        if (facts is null || history.Verdict == Verdict.CannotTell)
        {
            return Verifier.Unknown(question, history.Reason, $"{InBlock(state)}, if that block is part of chain {state.Anchor.ChainId}.");
        }
        var since = state.CheckpointOf(proof.Checkpoint.Root).Time;
        var final = facts.FinalBlock >= state.BlockNumber ? "final" : "not yet final";
        return new Finding(question, Verdict.Holds, facts.FinalBlock >= state.BlockNumber ? "final" : "not-final", string.Create(CultureInfo.InvariantCulture,
            $"On chain {facts.ChainId} since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, block {state.BlockNumber}, {final}. Asked: {facts.Source}."));
    }

    private static string? WhyNotThisLedger(Proof proof, AnchoredState state)
    {
        if (state.LedgerId != proof.LedgerId)
        {
            return "The contract keeps another ledger than the proof names.";
        }
        if (!state.Covers(LedgerSlots.CheckpointOf(proof.Checkpoint.Root)))
        {
            return "The evidence says nothing of this root.";
        }
        if (state.CheckpointOf(proof.Checkpoint.Root).Size != proof.Checkpoint.Size)
        {
            return "The contract does not know this root with this size.";
        }
        if (state.CheckpointOf(proof.Checkpoint.Root).Time > state.BlockTime)
        {
            return "The contract is said to have accepted this root after the block that shows it.";
        }
        return !state.IsFirstContract && !state.IsSuccessor
            ? "The contract names no predecessor and is not where this ledger began."
            : null;
    }

    private static Finding? WhyNotOnline(Proof proof, AnchoredState state, ChainFacts facts)
    {
        const Question question = Question.UnchangedHistory;
        if (facts.ChainId != state.Anchor.ChainId || facts.Contract != state.Anchor.Contract)
        {
            return Verifier.Fails(question, "other-contract",
                $"The proof is of contract {state.Anchor.Contract} on chain {state.Anchor.ChainId}, not of {facts.Contract} on chain {facts.ChainId}.");
        }
        if (facts.LedgerId is { } ledger && ledger != proof.LedgerId)
        {
            return Verifier.Fails(question, "other-ledger", $"{facts.Source} says that the contract keeps another ledger.");
        }
        if (facts.Blocks.TryGetValue(state.BlockNumber, out var canonical) && canonical != state.Anchor.BlockHash)
        {
            return Verifier.Fails(question, "not-canonical", $"{facts.Source} knows block {state.BlockNumber} with another hash.");
        }
        if (facts.CodeHash is { } code && code != state.Anchor.Account.CodeHash)
        {
            return Verifier.Fails(question, "other-code", $"{facts.Source} says that the contract has other code.");
        }
        // A node that knows the block knows the contract's state after it: what is not there was never accepted.
        var knowsBlock = facts.Blocks.ContainsKey(state.BlockNumber);
        if (facts.LedgerId is not null && knowsBlock && facts.Checkpoints.GetValueOrDefault(proof.Checkpoint.Root)?.Size != proof.Checkpoint.Size)
        {
            return Verifier.Fails(question, "other-root", $"{facts.Source} says that the contract does not keep this root.");
        }
        return facts.LedgerId is not null && facts.CodeHash is not null && knowsBlock ? null : Verifier.Unknown(question, "no-answer", $"{facts.Source} could not say all that is needed.");
    }

    private static string InBlock(AnchoredState state) => $"In block {state.BlockNumber} ({state.Anchor.BlockHash})";
}

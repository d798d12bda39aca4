namespace Provenance.Core.Proofs;

/// <summary>What can be said of one finding. There is no fourth answer, and never one for all (design §2).</summary>
public enum Verdict
{
    Holds,
    DoesNotHold,
    CannotTell,
}

/// <summary>The separate things that a proof can show, in the order of design §2.</summary>
public enum Question
{
    Content = 1,
    Author,
    Recorded,
    UnchangedHistory,
    OnTheChain,
    Complete,
}

/// <summary>One finding of design §2.</summary>
/// <param name="Reason">A stable word for programs, such as <c>not-yet-anchored</c>.</param>
/// <param name="Words">The same for people, one sentence in English.</param>
public sealed record Finding(Question Question, Verdict Verdict, string Reason, string Words);

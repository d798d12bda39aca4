namespace Provenance.Cli;

/// <summary>Exit codes of every command (design §8).</summary>
internal static class Exit
{
    public const int Holds = 0;
    public const int DoesNotHold = 1;
    public const int CannotTell = 2;
    public const int Usage = 64;
}

/// <summary>The command can't run as it was called; the message says what to change.</summary>
internal sealed class UsageException(string message) : Exception(message);

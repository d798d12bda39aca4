namespace Provenance.Core;

/// <summary>Names in a ledger's data directory that the server and the command line agree on.</summary>
public static class DataDirectory
{
    /// <summary>There in a copy that came from a backup: the server only reads until it is gone. Holds, for people, when the backup was taken and how much it has.</summary>
    public const string RestoredMark = "restored";
}

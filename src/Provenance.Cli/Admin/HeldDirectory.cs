namespace Provenance.Cli.Admin;

/// <summary>The lock that a server holds on its data directory, taken by a command that may not run beside one.</summary>
internal static class HeldDirectory
{
    /// <param name="data">The data directory of a ledger.</param>
    /// <exception cref="UsageException">There is no ledger, or a server has it open.</exception>
    public static FileStream Take(string data) => File.Exists(Path.Combine(data, "ledger.db"))
        ? Lock(data)
        : throw new UsageException($"There is no ledger in '{data}': ledger.db is missing. Name another with --data.");

    /// <summary>As <see cref="Take"/>, of a directory that exists; a ledger may not have begun in it.</summary>
    /// <exception cref="UsageException">A server has it open.</exception>
    public static FileStream Lock(string data)
    {
        try
        {
            return new FileStream(Path.Combine(data, "ledger.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new UsageException($"A server has the ledger in '{data}' open: stop it first.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UsageException($"'{data}' can't be written: {e.Message} Call this as the user that the server runs as.");
        }
    }
}

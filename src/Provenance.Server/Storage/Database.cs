using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.Server.Storage;

/// <summary>The ledger's one file, <c>ledger.db</c> in the data directory: brought up to date and opened for one writer and many readers.</summary>
/// <remarks>
/// SQLite before 3.51.3 can lose a commit when two connections write or checkpoint at the same time. So the writer's connection alone does either,
/// readers are opened read-only, and the writer's is closed last. A lock file keeps other processes out.
/// </remarks>
internal sealed class Database : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _readers;

    /// <exception cref="InvalidOperationException">Another process has the directory, or a newer version of this program wrote it.</exception>
    public Database(LedgerOptions options)
    {
        Directory = options.DataPath;
        MakeDirectory(Directory);
        _lock = Lock(Path.Combine(Directory, "ledger.lock"));
        var file = Path.Combine(Directory, "ledger.db");
        Writer = OpenWriter(file);
        _readers = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString();
        Migrate(Writer);
        RowSums.Keep(Writer);
        Keys = new IndexKeys(Writer);
    }

    /// <summary>Absolute path of the data directory.</summary>
    public string Directory { get; }

    public IndexKeys Keys { get; }

    /// <summary>The one connection that writes. Belongs to <see cref="LedgerWriter"/>'s thread once that has started.</summary>
    internal SqliteConnection Writer { get; }

    /// <summary>An open connection that can only read, and sees each commit group whole or not at all. Dispose it soon: what it can still see, no checkpoint can move.</summary>
    public SqliteConnection Read()
    {
        var connection = new SqliteConnection(_readers);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        using (var readers = new SqliteConnection(_readers))
        {
            SqliteConnection.ClearPool(readers);
        }
        Writer.Dispose();
        _lock.Dispose();
    }

    /// <summary>Runs the scripts in Migrations that this database has not seen, in the order of their names.</summary>
    private static void Migrate(SqliteConnection connection)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS migration(name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID");
        var done = connection.Query<string>("SELECT name FROM migration").ToHashSet(StringComparer.Ordinal);
        var scripts = Migrations().ToList();
        if (done.Except(scripts.Select(s => s.Name), StringComparer.Ordinal).FirstOrDefault() is { } newer)
        {
            throw new InvalidOperationException($"The database has seen '{newer}', which this version does not know: start the version that wrote it.");
        }
        foreach (var (name, sql) in scripts.Where(s => !done.Contains(s.Name)))
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(sql, transaction: transaction);
            connection.Execute("INSERT INTO migration(name) VALUES (@name)", new { name }, transaction);
            transaction.Commit();
        }
    }

    private static IEnumerable<(string Name, string Sql)> Migrations()
    {
        const string folder = "Provenance.Server.Storage.Migrations.";
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (resource[folder.Length..^".sql".Length], reader.ReadToEnd());
        }
    }

    private static SqliteConnection OpenWriter(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        // FULL: a commit is on the disk before it is answered. 4,000 pages of WAL and 64 MiB of cache are the measured balance for this schema.
        connection.Execute("""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = ON;
            PRAGMA cache_size = -65536;
            PRAGMA wal_autocheckpoint = 4000;
            PRAGMA temp_store = MEMORY;
            """);
        return connection;
    }

    /// <summary>Makes a folder, and those above it, that only the owner may open.</summary>
    internal static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(path);
        }
        else
        {
            System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStream Lock(string file)
    {
        const int wouldBlock = 11, wouldBlockOnMac = 35, sharingViolation = unchecked((int)0x80070020);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is wouldBlock or wouldBlockOnMac or sharingViolation)
        {
            throw new InvalidOperationException(
                $"Another process has the ledger in '{Path.GetDirectoryName(file)}' open: two would fork it. Stop that one, or name another folder in Ledger__DataDirectory.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The data directory '{Path.GetDirectoryName(file)}' can't be written: {e.Message} Free space or mend its rights, or name another folder in Ledger__DataDirectory.", e);
        }
    }
}

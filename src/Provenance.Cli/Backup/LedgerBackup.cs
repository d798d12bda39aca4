using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;

namespace Provenance.Cli.Backup;

/// <summary>A ledger as of one moment in one file: database, keys, documents and the embedded chain's state, as <c>tar.gz</c> with a manifest in front.</summary>
/// <remarks>The server goes on: its database is only read, in one transaction. SQLite's log grows meanwhile, by what is recorded.</remarks>
internal static class LedgerBackup
{
    public const string ManifestName = "backup.json";

    private const string Database = "ledger.db";

    /// <summary>How often a moment is looked for at which database and embedded chain fit together, 50 ms apart.</summary>
    private const int MostTries = 600;

    private static readonly string[] ChainFiles = ["chain/chain-id", "chain/state.json"];

    /// <exception cref="UsageException">There is no ledger, or the file is there already.</exception>
    public static BackupManifest Take(string data, string file)
    {
        if (!File.Exists(Path.Combine(data, Database)))
        {
            throw new UsageException($"There is no ledger in '{data}': {Database} is missing. Name another with --data.");
        }
        if (File.Exists(file))
        {
            throw new UsageException($"'{file}' is there already; name a new file, so that no backup is lost for another.");
        }
        // Made in a folder of its own beside the file, and renamed when it is whole: a file of that name is a finished backup.
        var work = Directory.CreateDirectory(file + ".making");
        try
        {
            Guard(work.FullName);
            var contents = new Dictionary<string, string>(StringComparer.Ordinal);
            var state = Copy(data, work.FullName, contents);
            foreach (var other in OtherFiles(data))
            {
                contents[other] = Path.Combine(data, other);
            }
            var manifest = state with { Files = contents.ToDictionary(f => f.Key, f => HashOf(f.Value), StringComparer.Ordinal) };
            var made = Path.Combine(work.FullName, "backup.tar.gz");
            Pack(made, manifest, contents);
            File.Move(made, file);
            return manifest;
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    /// <summary>The database as of one moment, and a state of the embedded chain that knows nothing later than it.</summary>
    private static BackupManifest Copy(string data, string work, Dictionary<string, string> contents)
    {
        using var source = Open(data);
        for (var tries = 0; tries < MostTries; tries++)
        {
            using var moment = source.BeginTransaction(deferred: true);
            var (size, root) = source.QuerySingleOrDefault<(long, byte[]?)>("SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1", transaction: moment);
            var contracts = source.ExecuteScalar<long>("SELECT count(*) FROM contract", transaction: moment);
            foreach (var name in ChainFiles.Where(name => File.Exists(Path.Combine(data, name))))
            {
                contents[name] = Path.Combine(work, Path.GetFileName(name));
                File.Copy(Path.Combine(data, name), contents[name], overwrite: true);
            }
            if (contents.Count > 0 && !IsBefore(data, size, contracts))
            {
                Thread.Sleep(50);
                continue;
            }
            contents[Database] = Path.Combine(work, Database);
            using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = contents[Database], Pooling = false }.ToString());
            // Within the transaction: the copy is of the moment at which the chain was looked at.
            source.BackupDatabase(copy);
            var ledger = source.QuerySingleOrDefault<byte[]>("SELECT ledger_id FROM ledger", transaction: moment);
            return new BackupManifest(1, DateTimeOffset.UtcNow, ledger is null ? null : new Digest(ledger).ToString(), size, root is null ? null : new Digest(root).ToString(),
                new Dictionary<string, string>());
        }
        throw new InvalidOperationException("The embedded chain was written to all the time, so no moment was found at which it and the database fit together. Try again while less is recorded.");
    }

    /// <summary>Whether the chain's copy holds at most what the database's does: else the restored ledger would stand behind its own contract.</summary>
    private static bool IsBefore(string data, long size, long contracts)
    {
        using var now = Open(data);
        return now.ExecuteScalar<long>("SELECT count(*) FROM contract") == contracts
            && now.ExecuteScalar<long>("SELECT coalesce(max(CAST(CAST(payload AS TEXT) AS INTEGER)), 0) FROM chain_write WHERE kind = 'anchor'") <= size;
    }

    private static IEnumerable<string> OtherFiles(string data) => Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(data, path).Replace(Path.DirectorySeparatorChar, '/'))
        .Where(name => !name.StartsWith(Database, StringComparison.Ordinal) && !name.StartsWith("chain/", StringComparison.Ordinal)
            && name is not ("ledger.lock" or DataDirectory.RestoredMark) && Path.GetExtension(name) is not (".new" or ".incoming"))
        .Order(StringComparer.Ordinal);

    private static void Pack(string made, BackupManifest manifest, Dictionary<string, string> contents)
    {
        using var output = new FileStream(made, FileMode.CreateNew, FileAccess.Write);
        Guard(made);
        using (var zip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, ManifestName)
            {
                DataStream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest)),
            });
            foreach (var (name, path) in contents)
            {
                using var stream = File.OpenRead(path);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = stream });
            }
        }
        output.Flush(flushToDisk: true);
    }

    public static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
    }

    /// <summary>For the owner alone: a backup holds the keys.</summary>
    public static void Guard(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            File.SetUnixFileMode(path, Directory.Exists(path) ? file | UnixFileMode.UserExecute : file);
        }
    }

    private static SqliteConnection Open(string data)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, Database), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}

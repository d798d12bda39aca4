using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Provenance.Cli.Check;
using Provenance.Core;

namespace Provenance.Cli.Backup;

/// <summary>Puts a backup back: unpacked beside the data directory, compared with its manifest, checked as a whole ledger, marked, and only then renamed into place.</summary>
internal static class LedgerRestore
{
    /// <returns>Null and what was restored; or the faults.</returns>
    /// <exception cref="UsageException">The data directory is not empty, or the file is no backup.</exception>
    public static (BackupManifest? Restored, IReadOnlyList<string> Faults) Restore(string file, string data)
    {
        if (!File.Exists(file))
        {
            throw new UsageException($"There is no '{file}'.");
        }
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
        {
            throw new UsageException($"'{data}' is not empty; move what is there away, or name another with --data. Nothing is ever restored over a ledger.");
        }
        var work = data.TrimEnd(Path.DirectorySeparatorChar) + ".restoring";
        Directory.CreateDirectory(work);
        try
        {
            LedgerBackup.Guard(work);
            var manifest = Unpack(file, work);
            if (Compare(manifest, work) is { Count: > 0 } faults)
            {
                return (null, faults);
            }
            File.WriteAllText(Path.Combine(work, DataDirectory.RestoredMark),
                string.Create(CultureInfo.InvariantCulture, $"{manifest.Moment}, {manifest.Size} entries\n"));
            if (Directory.Exists(data))
            {
                Directory.Delete(data);
            }
            Directory.Move(work, data);
            return (manifest, []);
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private static BackupManifest Unpack(string file, string work)
    {
        try
        {
            using var zip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            using var tar = new TarReader(zip);
            while (tar.GetNextEntry() is { } entry)
            {
                var path = Path.GetFullPath(Path.Combine(work, entry.Name));
                if (entry.EntryType != TarEntryType.RegularFile || !path.StartsWith(work + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                {
                    throw new InvalidDataException($"it holds '{entry.Name}', which is no file of a ledger");
                }
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                entry.ExtractToFile(path, overwrite: false);
                LedgerBackup.Guard(path);
            }
            zip.CopyTo(Stream.Null); // to the end, where the checksum is
            var manifest = Path.Combine(work, LedgerBackup.ManifestName);
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(manifest), BackupJson.Default.BackupManifest);
            File.Delete(manifest);
            return read is { V: 1 } ? read : throw new InvalidDataException("its manifest is of another version of this program");
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or IOException or FormatException or ArgumentException)
        {
            throw new UsageException($"'{file}' is no whole backup of a ledger: {e.Message.TrimEnd('.')}.");
        }
    }

    private static List<string> Compare(BackupManifest manifest, string work)
    {
        var faults = new List<string>();
        foreach (var (name, hash) in manifest.Files)
        {
            var path = Path.Combine(work, name);
            if (!File.Exists(path))
            {
                faults.Add($"{name}: missing");
            }
            else if (LedgerBackup.HashOf(path) != hash)
            {
                faults.Add($"{name}: was changed since the backup was made");
            }
        }
        if (faults.Count == 0)
        {
            var check = new LedgerCheck(work);
            faults.AddRange(check.Run());
        }
        return faults;
    }
}

using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.Cli.Check;

/// <summary>Every document is there, and is what its name says.</summary>
internal static class DocumentCheck
{
    public static void Compare(SqliteConnection connection, string directory, FaultList faults)
    {
        var rows = connection.Query<(byte[] Sha256, long Size)>("SELECT sha256, size FROM document", buffered: false).Select(row => (Name: Convert.ToHexStringLower(row.Sha256), row.Size));
        foreach (var (name, why) in rows.AsParallel().AsOrdered().Select(row => (row.Name, WhyNot(Path.Combine(directory, "documents", row.Name[..2], row.Name), row.Name, row.Size))))
        {
            if (why is not null)
            {
                faults.Add($"document {name}: {why}");
            }
        }
    }

    private static string? WhyNot(string file, string name, long size)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return stream.Length == size && Convert.ToHexStringLower(SHA256.HashData(stream)) == name ? null : "its file was changed";
        }
        catch (IOException e)
        {
            return e is FileNotFoundException or DirectoryNotFoundException ? "its file is missing" : $"its file can't be read: {e.Message}";
        }
        catch (UnauthorizedAccessException e)
        {
            return $"its file can't be read: {e.Message}";
        }
    }
}

using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Provenance.Tests.Server.Erasing;

/// <summary>What lies in a data directory, byte by byte and row by row.</summary>
internal static class LedgerFiles
{
    /// <summary>Files that hold these bytes anywhere, free pages of the database included.</summary>
    public static List<string> With(string folder, byte[] bytes) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "ledger.lock" && Read(file).AsSpan().IndexOf(bytes) >= 0)];

    /// <summary>Every row of every table.</summary>
    public static List<string> Dump(string folder)
    {
        using var connection = Open(folder);
        var tables = connection.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").ToList();
        return [.. tables.SelectMany(table => connection.Query($"SELECT * FROM {table}").Select(row => table + " " + string.Join(' ', ((IDictionary<string, object>)row).Values.Select(value =>
            value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)))).Order(StringComparer.Ordinal))];
    }

    public static T Row<T>(string folder, string sql)
    {
        using var connection = Open(folder);
        return connection.QuerySingle<T>(sql);
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "ledger.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }
}

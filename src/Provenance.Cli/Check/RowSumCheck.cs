using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;

namespace Provenance.Cli.Check;

/// <summary>Tables that no entry commits to still hold what the server wrote: each against the sum kept beside it (<see cref="RowHash"/>).</summary>
internal static class RowSumCheck
{
    /// <summary>Of ledgers that an older version wrote last, nothing was kept.</summary>
    private const string Since = "017_row_sums";

    public static void Compare(SqliteConnection connection, FaultList faults)
    {
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM migration WHERE name = @Since", new { Since }) == 0)
        {
            return;
        }
        connection.CreateFunction(RowHash.Name, (object?[] values) => RowHash.Xor(values), isDeterministic: true);
        // SQLite reads names in either case; a turned bit is just that.
        var tables = connection.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table'").ToHashSet(StringComparer.Ordinal);
        foreach (var (table, kept) in connection.Query<(string, long)>("SELECT name, sum FROM row_sum ORDER BY name").ToList())
        {
            if (table == "migrations")
            {
                if (kept != connection.ExecuteScalar<long>("SELECT count(*) FROM migration"))
                {
                    faults.Add("row_sum: the number of migrations was changed since it was written");
                }
                continue;
            }
            var columns = table == "sqlite_schema"
                ? ["type", "name", "tbl_name", "sql"]
                : connection.Query<string>("SELECT name FROM pragma_table_info(@table) ORDER BY cid", new { table }).ToList();
            if (table != "sqlite_schema" && !tables.Contains(table))
            {
                faults.Add($"row_sum: '{table}' is no table");
                continue;
            }
            using var rows = new SqlRows(connection, $"SELECT {RowHash.Name}(0, {string.Join(", ", columns.Select(column => $"\"{column}\""))}) FROM {table}");
            var sum = 0L;
            for (var any = rows.Step(); any; any = rows.Step())
            {
                sum ^= rows.Integer(0);
            }
            if (sum != kept)
            {
                faults.Add($"table {table}: a row was changed, added or removed behind the server's back, or its sum in row_sum was");
            }
        }
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM row_sum WHERE name IN ('sqlite_schema', 'party', 'migrations')") != 3)
        {
            faults.Add("row_sum: rows are missing");
        }
    }
}

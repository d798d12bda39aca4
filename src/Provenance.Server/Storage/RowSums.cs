using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;

namespace Provenance.Server.Storage;

/// <summary>Keeps the sums of <see cref="RowHash"/>: what no entry of the log commits to (parties, keys, products, files as they came, the chain's queue) shows a turned bit as well.</summary>
/// <remarks>Temporary triggers of the writer's connection, so that columns that a migration adds are taken in by themselves, and nobody else's tools need the function.</remarks>
internal static class RowSums
{
    /// <summary>What the log commits to, and what is made again from it: each has a check of its own.</summary>
    private static readonly HashSet<string> Apart = new(StringComparer.Ordinal)
    {
        "row_sum", "entry", "meta", "event", "seed", "submission", "tile", "ix_eid", "ix_hash", "ix_party", "ix_time", "ix_item", "ix_term", "item", "vocabulary",
    };

    /// <summary>Stands for the number of migrations whose rows the sums count: after one more, what is there is right.</summary>
    private const string Migrations = "migrations";

    public static void Keep(SqliteConnection writer)
    {
        writer.CreateFunction(RowHash.Name, (object?[] values) => RowHash.Xor(values), isDeterministic: true);
        var tables = writer.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Where(table => !Apart.Contains(table))
            .Select(table => (Name: table, Columns: writer.Query<string>("SELECT name FROM pragma_table_info(@table) ORDER BY cid", new { table }).ToList())).ToList();
        var migrations = writer.ExecuteScalar<long>("SELECT count(*) FROM migration");
        if (writer.ExecuteScalar<long?>("SELECT sum FROM row_sum WHERE name = @Migrations", new { Migrations }) != migrations)
        {
            using var transaction = writer.BeginTransaction();
            writer.Execute("DELETE FROM row_sum");
            tables.ForEach(table => Count(writer, table.Name, table.Columns));
            Count(writer, "sqlite_schema", ["type", "name", "tbl_name", "sql"]);
            writer.Execute("INSERT INTO row_sum(name, sum) VALUES (@Migrations, @migrations)", new { Migrations, migrations });
            transaction.Commit();
        }
        tables.ForEach(table => Watch(writer, table.Name, table.Columns));
    }

    private static void Count(SqliteConnection writer, string table, IReadOnlyList<string> columns)
    {
        var sum = writer.Query<long>($"SELECT {RowHash.Name}(0, {List(columns, "")}) FROM {table}").Aggregate(0L, (sum, row) => sum ^ row);
        writer.Execute("INSERT INTO row_sum(name, sum) VALUES (@table, @sum)", new { table, sum });
    }

    private static void Watch(SqliteConnection writer, string table, IReadOnlyList<string> columns)
    {
        var (before, after) = (List(columns, "OLD."), List(columns, "NEW."));
        Trigger("insert", $"{RowHash.Name}(sum, {after})");
        Trigger("delete", $"{RowHash.Name}(sum, {before})");
        Trigger("update", $"{RowHash.Name}({RowHash.Name}(sum, {before}), {after})");

        void Trigger(string change, string sum) => writer.Execute($"""
            CREATE TEMP TRIGGER row_sum_{table}_{change} AFTER {change} ON main.{table}
            BEGIN
              UPDATE row_sum SET sum = {sum} WHERE name = '{table}';
            END
            """);
    }

    private static string List(IEnumerable<string> columns, string of) => string.Join(", ", columns.Select(column => $"{of}\"{column}\""));
}

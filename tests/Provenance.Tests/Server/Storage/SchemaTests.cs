using System.Text;
using Dapper;

namespace Provenance.Tests.Server.Storage;

/// <summary><c>schema.sql</c> is the agreement between the server, <c>provenance check</c> and whoever reads the file: a change to it must show as a diff.</summary>
public sealed class SchemaTests(TestLedger ledger) : IClassFixture<TestLedger>
{
    [Fact]
    public void The_checked_in_schema_is_what_the_migrations_make()
    {
        var file = Path.Combine(Root(), "src", "Provenance.Server", "Storage", "schema.sql");
        var schema = Schema();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, schema);
        }

        Assert.Equal(File.ReadAllText(file), schema);
    }

    [Fact]
    public void Only_the_writer_writes()
    {
        using var reader = ledger.Read();

        Assert.ThrowsAny<Exception>(() => reader.Execute("DELETE FROM party"));
    }

    private string Schema()
    {
        using var connection = ledger.Read();
        var schema = new StringBuilder("-- The full schema after all of Migrations/. Made by SchemaTests with UPDATE_SNAPSHOTS=1; change it by adding a migration.\n");
        foreach (var sql in connection.Query<string>("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"))
        {
            schema.Append('\n').Append(sql).Append(";\n");
        }
        return schema.ToString();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Provenance.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the repository.");
    }
}

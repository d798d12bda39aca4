using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Tests.Server;

namespace Provenance.Tests.Cli;

/// <summary>A copy of a ledger's database in a folder of its own, for somebody to have his fingers in.</summary>
internal sealed class CopiedLedger : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("provenance-check-");

    public CopiedLedger(TestLedger ledger)
    {
        using var whole = ledger.Read();
        whole.Execute("VACUUM INTO @file", new { file = Path.Combine(Folder, "ledger.db") });
    }

    public string Folder => _folder.FullName;

    public void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "ledger.db")};Pooling=False;Foreign Keys=False");
        connection.Open();
        connection.Execute(sql);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Provenance.Cli.Check;

/// <summary>One prepared query, read without boxing or copying: some run over every row of a ledger.</summary>
/// <remarks>Parameters from 1, columns from 0. Not safe across threads.</remarks>
internal sealed class SqlRows : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqlRows(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
    }

    /// <summary>Begins again with these.</summary>
    public SqlRows With(params ReadOnlySpan<long> parameters)
    {
        raw.sqlite3_reset(_statement);
        for (var i = 0; i < parameters.Length; i++)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_bind_int64(_statement, i + 1, parameters[i]), _database);
        }
        return this;
    }

    /// <summary>True on a row, false at the end.</summary>
    public bool Step()
    {
        var rc = raw.sqlite3_step(_statement);
        if (rc == raw.SQLITE_ROW)
        {
            return true;
        }
        raw.sqlite3_reset(_statement);
        if (rc != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(rc, _database);
        }
        return false;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>0 for NULL.</summary>
    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    public void Dispose() => _statement.Dispose();
}

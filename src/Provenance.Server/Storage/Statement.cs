using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Provenance.Server.Storage;

/// <summary>One prepared statement of the writer's connection, bound without boxing or copying: it runs a dozen times for every event.</summary>
/// <remarks>Parameters and columns by position: parameters from 1, columns from 0. Not safe across threads.</remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
    }

    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, parameter, number) : raw.sqlite3_bind_null(_statement, parameter));
        return this;
    }

    public Statement Bind(int parameter, ReadOnlySpan<byte> blob)
    {
        Check(raw.sqlite3_bind_blob(_statement, parameter, blob));
        return this;
    }

    public Statement Bind(int parameter, Core.Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Core.Digest.Size];
        digest.CopyTo(bytes);
        return Bind(parameter, bytes);
    }

    public Statement BindText(int parameter, string text)
    {
        Check(raw.sqlite3_bind_text(_statement, parameter, Encoding.UTF8.GetBytes(text)));
        return this;
    }

    /// <summary>Runs it to its end; answers the rows changed.</summary>
    public int Execute()
    {
        while (Step())
        {
        }
        return raw.sqlite3_changes(_database);
    }

    /// <summary>True on a row; false at the end, after which it can be bound and run again.</summary>
    public bool Step()
    {
        var rc = raw.sqlite3_step(_statement);
        if (rc == raw.SQLITE_ROW)
        {
            return true;
        }
        Reset();
        if (rc != raw.SQLITE_DONE)
        {
            Check(rc);
        }
        return false;
    }

    /// <summary>Leaves the rows that were not read.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int rc) => SqliteException.ThrowExceptionForRC(rc, _database);
}

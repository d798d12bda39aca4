using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Portal.Import;

/// <summary>
/// Spreadsheets that parties record from. A file goes <c>columns → checking → checked → recording → done</c>; what it says of itself is written down before it is done,
/// so that a restart goes on where it was. Once done, the file is gone and only the rows stay that were not recorded.
/// </summary>
internal sealed class ImportStore(Database database, LedgerWriter writer, TimeProvider clock)
{
    /// <summary>What a party leaves lying is taken away after that long.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int Listed = 20;

    /// <summary>Takes a file in, and takes away what is too old.</summary>
    public async Task<long> AddAsync(Caller caller, ImportKind kind, string fileName, byte[] file, Columns columns, int rows)
    {
        var now = clock.GetUtcNow();
        return await writer.RunAsync(connection =>
        {
            const string old = "created_at < @old AND state NOT IN ('checking', 'recording')";
            Delete(connection, old, new { old = (now - Kept).ToUnixTimeMilliseconds() });
            var id = connection.QuerySingle<long>("""
                INSERT INTO import(party, api_key, kind, file_name, file_hash, columns, state, rows, created_at)
                VALUES (@party, @KeyId, @kind, @fileName, @hash, @columns, 'columns', @rows, @now) RETURNING id
                """, new { party = caller.Party.Row, caller.KeyId, kind = kind.Word, fileName, hash = Digest.Sha256(file).ToArray(), columns = Print(columns), rows, now = now.ToUnixTimeMilliseconds() });
            connection.Execute("INSERT INTO import_file(import, file) VALUES (@id, @file)", new { id, file });
            return id;
        });
    }

    /// <summary>Null where the party has none of that number.</summary>
    public Import? Find(long party, long id)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<Row>(Select + " WHERE id = @id AND party = @party", new { id, party })?.ToImport();
    }

    /// <summary>The newest.</summary>
    public IReadOnlyList<Import> List(long party)
    {
        using var connection = database.Read();
        return [.. connection.Query<Row>($"{Select} WHERE party = @party ORDER BY id DESC LIMIT {Listed}", new { party }).Select(row => row.ToImport())];
    }

    /// <summary>What a start has to go on with.</summary>
    public IReadOnlyList<(long Party, long Id)> Unfinished()
    {
        using var connection = database.Read();
        return [.. connection.Query<(long, long)>("SELECT party, id FROM import WHERE state IN ('checking', 'recording') AND stopped IS NULL ORDER BY id")];
    }

    /// <exception cref="InvalidOperationException">It is done, and the file gone.</exception>
    public byte[] FileOf(Import import)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<byte[]>("SELECT file FROM import_file WHERE import = @Id", new { import.Id }) ?? throw new InvalidOperationException($"The file of import {import.Id} is gone.");
    }

    /// <summary>What the party took columns of these names for, by <see cref="Columns.KeyOf"/>.</summary>
    public IReadOnlyDictionary<string, string> Known(long party, ImportKind kind)
    {
        using var connection = database.Read();
        return connection.Query<(string Header, string Field)>("SELECT header, field FROM import_column WHERE party = @party AND kind = @Word", new { party, kind.Word })
            .ToDictionary(column => column.Header, column => column.Field, StringComparer.Ordinal);
    }

    /// <summary>Begins to go through the rows, with these columns, which are remembered. False when the file is not where a check can begin.</summary>
    public Task<bool> CheckAsync(Import import, Columns columns) => writer.RunAsync(connection =>
    {
        if (connection.Execute("UPDATE import SET state = 'checking', columns = @columns, seen = 0, good = 0, stopped = NULL WHERE id = @Id AND state IN ('columns', 'checked')",
            new { import.Id, columns = Print(columns) }) == 0)
        {
            return false;
        }
        connection.Execute("DELETE FROM import_row WHERE import = @Id", new { import.Id });
        foreach (var (header, field) in columns.Headers.Select(Columns.KeyOf).Zip(columns.Fields))
        {
            connection.Execute("""
                INSERT INTO import_column(party, kind, header, field) VALUES (@Party, @kind, @header, @field)
                ON CONFLICT DO UPDATE SET field = excluded.field
                """, new { import.Party, kind = import.Kind.Word, header, field });
        }
        return true;
    });

    /// <summary>From one state to the next; at the end of all the file goes. False when it is in another one.</summary>
    public Task<bool> MoveAsync(Import import, string from, string to) => writer.RunAsync(connection =>
    {
        var moved = connection.Execute("""
            UPDATE import SET state = @to, stopped = NULL, seen = CASE WHEN @to = 'recording' THEN 0 ELSE seen END, good = CASE WHEN @to = 'recording' THEN 0 ELSE good END
            WHERE id = @Id AND state = @from
            """, new { import.Id, from, to }) == 1;
        if (moved && to == "done")
        {
            connection.Execute("DELETE FROM import_file WHERE import = @Id", new { import.Id });
        }
        return moved;
    });

    /// <summary>So far it came: counts and rows of one go, together.</summary>
    public Task ProgressAsync(Import import, int seen, int good, IReadOnlyList<ImportRow> rows) => writer.RunAsync(connection =>
    {
        connection.Execute("UPDATE import SET seen = @seen, good = @good WHERE id = @Id", new { import.Id, seen, good });
        foreach (var row in rows)
        {
            connection.Execute("""
                INSERT INTO import_row(import, row, is_held, cells, faults) VALUES (@Id, @Number, @IsHeld, @cells, @faults)
                ON CONFLICT DO UPDATE SET is_held = excluded.is_held, faults = excluded.faults
                """, new { import.Id, row.Number, row.IsHeld, cells = Print(row.Cells), faults = Print(row.Faults) });
        }
        return rows.Count;
    });

    /// <param name="why">Null to go on.</param>
    public Task StopAsync(Import import, string? why) => writer.RunAsync(connection => connection.Execute("UPDATE import SET stopped = @why WHERE id = @Id", new { import.Id, why }));

    /// <summary>Takes a file away that nothing works on.</summary>
    public Task DeleteAsync(Import import) => writer.RunAsync(connection => Delete(connection, "id = @Id", new { import.Id }));

    /// <summary>The rows that were not recorded, in their order.</summary>
    public IReadOnlyList<ImportRow> Rows(Import import, bool areHeld, int most = Sheet.MostRows)
    {
        using var connection = database.Read();
        return [.. connection.Query<(long Number, string Cells, string Faults)>(
            "SELECT row, cells, faults FROM import_row WHERE import = @Id AND is_held = @areHeld ORDER BY row LIMIT @most", new { import.Id, areHeld, most })
            .Select(row => new ImportRow((int)row.Number, areHeld, Read<List<string>>(row.Cells), Read<List<RowFault>>(row.Faults)))];
    }

    /// <summary>Numbers of the rows that the check left out.</summary>
    public HashSet<int> LeftOut(Import import)
    {
        using var connection = database.Read();
        return [.. connection.Query<int>("SELECT row FROM import_row WHERE import = @Id", new { import.Id })];
    }

    /// <summary>Rows of this very file that were recorded before, whatever it was called, and where in the log.</summary>
    public IReadOnlyDictionary<string, long> Recorded(Import import)
    {
        using var connection = database.Read();
        var prefix = import.KeyOf(null);
        return connection.Query<(string Key, long Leaf)>("SELECT key, leaf FROM idempotency WHERE party = @Party AND key >= @prefix AND key < @after",
            new { import.Party, prefix, after = prefix + "\uFFFF" }).ToDictionary(row => row.Key, row => row.Leaf, StringComparer.Ordinal);
    }

    private static int Delete(SqliteConnection connection, string which, object values) => connection.Execute($"""
        DELETE FROM import_row WHERE import IN (SELECT id FROM import WHERE {which});
        DELETE FROM import_file WHERE import IN (SELECT id FROM import WHERE {which});
        DELETE FROM import WHERE {which};
        """, values);

    private const string Select = """
        SELECT id, party, api_key AS ApiKey, kind, file_name AS FileName, file_hash AS FileHash, columns, state, rows, seen, good, stopped, created_at AS CreatedAt,
          (SELECT count(*) FROM import_row WHERE import = id AND is_held = 1) AS Held, (SELECT count(*) FROM import_row WHERE import = id AND is_held = 0) AS Bad
        FROM import
        """;

    private static string Print<T>(T value) => JsonSerializer.Serialize(value);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json)!;

    // With properties, as the counts have no type of their own until there is a row.
    private sealed record Row
    {
        public long Id { get; init; }
        public long Party { get; init; }
        public long ApiKey { get; init; }
        public string Kind { get; init; } = "";
        public string FileName { get; init; } = "";
        public byte[] FileHash { get; init; } = [];
        public string Columns { get; init; } = "";
        public string State { get; init; } = "";
        public int Rows { get; init; }
        public int Seen { get; init; }
        public int Good { get; init; }
        public string? Stopped { get; init; }
        public long CreatedAt { get; init; }
        public int Held { get; init; }
        public int Bad { get; init; }

        public Import ToImport() => new(Id, Party, ApiKey, ImportKind.Find(Kind)!, FileName, new Digest(FileHash), Read<Columns>(Columns), State, Rows, Seen, Good, Held, Bad, Stopped,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
    }
}

/// <summary>A spreadsheet and how far it came.</summary>
/// <param name="Seen">Rows gone through in this state.</param>
/// <param name="Good">Of them right, or recorded.</param>
/// <param name="Held">Rows that the ledger has already.</param>
/// <param name="Bad">Rows with faults.</param>
/// <param name="Stopped">Why it does not go on.</param>
internal sealed record Import(
    long Id, long Party, long ApiKey, ImportKind Kind, string FileName, Digest FileHash, Columns Columns, string State, int Rows, int Seen, int Good, int Held, int Bad, string? Stopped, DateTimeOffset CreatedAt)
{
    public bool IsWorking => State is "checking" or "recording" && Stopped is null;

    /// <summary>Names a row as <c>Idempotency-Key</c> does a request: by the file's content, so the same file again records nothing twice.</summary>
    /// <param name="row">Null for what the keys of all rows begin with.</param>
    public string KeyOf(int? row) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"import:{FileHash}:{row}");
}

/// <param name="Number">As the spreadsheet counts.</param>
/// <param name="IsHeld">The ledger has it already.</param>
internal sealed record ImportRow(int Number, bool IsHeld, IReadOnlyList<string> Cells, IReadOnlyList<RowFault> Faults);

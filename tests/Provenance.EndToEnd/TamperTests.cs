using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Cli.Check;

namespace Provenance.EndToEnd;

/// <summary>One changed byte in anything stored, and <c>provenance check</c> names it.</summary>
public sealed class TamperTests : IAsyncLifetime
{
    private const int BytesEach = 3;

    // Which columns, and how the fault names the row: a seed and a digest show in their event.
    private static readonly (string Table, string Key, string Column, string Says)[] Columns =
    [
        ("event", "leaf", "body", "event {0}:"),
        ("seed", "leaf", "seed", "event {0}:"),
        ("entry", "leaf", "event_digest", "event {0}:"),
        ("entry", "leaf", "meta", "meta {0}:"),
        ("meta", "leaf", "salt", "meta {0}:"),
        ("tile", "id", "hashes", "node tile {0} of level 0:"),
        ("checkpoint", "size", "root", "checkpoint {0}:"),
        ("checkpoint", "size", "signature", "checkpoint {0}:"),
    ];

    private readonly Random _random = new(20261121);
    private RunningServer? _ledger;

    public async Task InitializeAsync()
    {
        if (Programs.Anvil is null)
        {
            return;
        }
        _ledger = await RunningServer.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await _ledger.MustRegisterAsync($"L-{i}");
        }
        await _ledger.AnchorAsync();
        await _ledger.MustRegisterAsync("not anchored yet");
        await _ledger.StopAsync();
    }

    public async Task DisposeAsync()
    {
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
        }
    }

    [LedgerFact]
    public void Any_changed_byte_of_any_row_is_named_by_table_and_row()
    {
        Assert.Empty(Faults());
        using var connection = Open();
        var tried = 0;
        foreach (var (table, key, column, says) in Columns)
        {
            foreach (var (row, bytes) in connection.Query<(long, byte[])>($"SELECT {key}, {column} FROM {table}").ToList())
            {
                foreach (var position in Enumerable.Range(0, BytesEach).Select(_ => _random.Next(bytes.Length)))
                {
                    var changed = (byte[])bytes.Clone();
                    changed[position] ^= (byte)(1 << _random.Next(8));
                    var update = $"UPDATE {table} SET {column} = @bytes WHERE {key} = @row";
                    Assert.Equal(1, connection.Execute(update, new { bytes = changed, row }));

                    var faults = Faults();

                    var named = string.Format(System.Globalization.CultureInfo.InvariantCulture, says, row);
                    Assert.True(faults.Any(fault => fault.StartsWith(named, StringComparison.Ordinal)),
                        $"{table}.{column} of {row}, byte {position}: {string.Join(" | ", faults)}");
                    connection.Execute(update, new { bytes, row });
                    tried++;
                }
            }
        }
        Assert.Empty(Faults());
        Assert.True(tried > 6 * Columns.Length, $"only {tried} changes were tried");
    }

    [LedgerFact]
    public async Task Check_exits_0_on_an_untouched_ledger_and_1_on_a_changed_one()
    {
        Assert.Equal((0, "6 entries: all fits together\n"), await Programs.ProvenanceAsync("check", "--data", _ledger!.Directory));

        using (var connection = Open())
        {
            connection.Execute("UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'Rye flour', 'Rye glour') AS BLOB) WHERE leaf = 3");
        }
        var (exit, output) = await Programs.ProvenanceAsync("check", "--data", _ledger.Directory);

        Assert.Equal(1, exit);
        Assert.Contains("event 3: ", output, StringComparison.Ordinal);
        Assert.Contains("1 fault", output, StringComparison.Ordinal);
    }

    [LedgerFact]
    public async Task Check_of_a_folder_without_a_ledger_is_a_usage_error() =>
        Assert.Equal(64, (await Programs.ProvenanceAsync("check", "--data", Path.Combine(_ledger!.Directory, "nothing-here"))).Exit);

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_ledger!.Directory, "ledger.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private IReadOnlyList<string> Faults()
    {
        var check = new LedgerCheck(_ledger!.Directory);
        return check.Run();
    }
}

using System.Net;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Server.Anchoring;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Anchoring;

/// <summary>What was changed since it was committed is found before its root goes to the chain.</summary>
public sealed class RehashTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    public async Task InitializeAsync()
    {
        _ledger = await TestLedger.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            var answer = await _ledger.Admin.PostAsync("/api/batches", new StringContent(
                $$$"""{"product":{"sku":"RYE","name":"Rye flour"},"lot":"L{{{i}}}","quantity":25,"uom":"kg","at":"2026-11-20T08:00:00Z","origin":{"country":"AT"}}""", Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
    }

    public Task DisposeAsync() => _ledger.DisposeAsync();

    [Fact]
    public void A_ledger_that_nobody_changed_is_whole()
    {
        Assert.True(Rehash().IsWhole(5));
    }

    [Theory]
    [InlineData("UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '25', '26') AS BLOB) WHERE leaf = 3", "Entry 3")]
    [InlineData("UPDATE seed SET seed = zeroblob(32) WHERE leaf = 3", "Entry 3")]
    [InlineData("DELETE FROM event WHERE leaf = 3", "Entry 3")]
    [InlineData("DELETE FROM event WHERE leaf = 3; DELETE FROM seed WHERE leaf = 3", "Entry 3")]
    [InlineData("UPDATE meta SET recorded_at = recorded_at + 1 WHERE leaf = 3", "Entry 3")]
    [InlineData("UPDATE meta SET seq = seq + 1 WHERE leaf = 3", "Entry 3")]
    [InlineData("DELETE FROM entry WHERE leaf = 3", "Entry 3")]
    [InlineData("DELETE FROM entry WHERE leaf = 4", "Entry 4")]
    [InlineData("UPDATE tile SET hashes = zeroblob(length(hashes))", "do not have the root")]
    [InlineData("UPDATE checkpoint SET root = zeroblob(32) WHERE size = 5", "do not have the root")]
    [InlineData("DELETE FROM checkpoint WHERE size = 5", "checkpoint of size 5 is gone")]
    public async Task What_was_changed_since_is_found_named_and_stays_found(string sql, string named)
    {
        var rehash = Rehash();
        await _ledger.Services.GetRequiredService<LedgerWriter>().RunAsync(connection => connection.Execute(sql));

        Assert.False(rehash.IsWhole(5));
        Assert.False(rehash.IsWhole(5));
        Assert.Contains(named, rehash.Fault, StringComparison.Ordinal);
        Assert.Contains("provenance check", rehash.Fault, StringComparison.Ordinal);
    }

    private Rehash Rehash() => new(_ledger.Services.GetRequiredService<Database>());
}

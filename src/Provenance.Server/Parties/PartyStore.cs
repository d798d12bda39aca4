using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Server.Storage;

namespace Provenance.Server.Parties;

/// <summary>The parties of this ledger. All in memory: every request asks for one.</summary>
internal sealed class PartyStore(Database database, LedgerWriter writer, Authority authority, PublicViews views, TimeProvider clock)
{
    private readonly ConcurrentDictionary<long, Party> _byRow = [];

    /// <exception cref="KeyNotFoundException">No such row.</exception>
    public Party Get(long row) => _byRow[row];

    public Party? Find(PartyId id) => _byRow.Values.FirstOrDefault(party => party.Id == id);

    public Party? FindBySlug(string slug) => _byRow.Values.FirstOrDefault(party => party.Slug == slug);

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<Party> List() => [.. _byRow.Values.OrderBy(party => party.Row)];

    /// <summary>Adds a party with the GS1 keys that the admin gives it. Null when the slug is taken; else who has one of the keys already, if anybody has.</summary>
    public async Task<(Party? Added, AuthorityKey? Taken)> AddAsync(string slug, string name, string country, string? domain, IReadOnlyList<AuthorityKey> given)
    {
        var id = new PartyId(new Digest(RandomNumberGenerator.GetBytes(Digest.Size)));
        if (given.FirstOrDefault(key => authority.FindHolder(key) is not null) is { } taken)
        {
            return (null, taken);
        }
        var row = await writer.RunAsync(connection =>
        {
            var added = connection.QuerySingleOrDefault<long?>("""
                INSERT INTO party(party_id, slug, name, country, domain, created_at)
                VALUES (@id, @slug, @name, @country, @domain, @now)
                ON CONFLICT (slug) DO NOTHING
                RETURNING id
                """, new { id = id.Value.ToArray(), slug, name, country, domain, now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            if (added is { } party)
            {
                Authority.Write(connection, party, given);
            }
            return added;
        });
        if (row is not { } held)
        {
            return (null, null);
        }
        authority.Give(held, given);
        return (_byRow[held] = new Party(held, id, slug, name, country, domain, false), null);
    }

    /// <summary>Whether the party is named as author of its public events: its own choice.</summary>
    public async Task<Party> NameAsync(Party party, bool isNamed)
    {
        await writer.RunAsync(connection => connection.Execute("UPDATE party SET is_named = @isNamed WHERE id = @Row", new { isNamed, party.Row }));
        return _byRow[party.Row] = party with { IsNamed = isNamed };
    }

    /// <summary>At start: takes up the parties, the operator's own being there from the first.</summary>
    public async Task StartAsync(LedgerOptions options)
    {
        await writer.RunAsync(connection => connection.Execute("""
            INSERT INTO party(id, party_id, slug, name, country, created_at)
            VALUES (@OperatorRow, @id, @OperatorSlug, @OperatorName, @OperatorCountry, @now)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country
            """, new
        {
            Party.OperatorRow,
            id = RandomNumberGenerator.GetBytes(Digest.Size),
            options.OperatorSlug,
            options.OperatorName,
            options.OperatorCountry,
            now = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        }));
        using var connection = database.Read();
        foreach (var row in connection.Query<Row>("SELECT id, party_id AS PartyId, slug, name, country, domain, is_named AS IsNamed FROM party"))
        {
            _byRow[row.Id] = new Party(row.Id, new PartyId(new Digest(row.PartyId)), row.Slug, row.Name, row.Country, row.Domain, row.IsNamed == 1);
        }
        authority.Load(connection);
        views.Load(connection);
    }

    private sealed record Row(long Id, byte[] PartyId, string Slug, string Name, string Country, string? Domain, long IsNamed);
}

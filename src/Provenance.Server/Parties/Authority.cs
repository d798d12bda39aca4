using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Gs1;

namespace Provenance.Server.Parties;

/// <summary>Which party the admin gave a product or place to (design §7, Authority). All in memory: every capture asks.</summary>
internal sealed class Authority
{
    private readonly ConcurrentDictionary<AuthorityKey, long> _holders = [];

    /// <summary>Row of the party whose product, container or place this is; null when it was given to nobody.</summary>
    /// <remarks>An id of our own carries its party's slug, which the caller compares.</remarks>
    public long? FindHolder(ItemId item) => item switch
    {
        { Gtin: { } gtin } => FindHolder(new AuthorityKey("gtin", gtin)) ?? FindByPrefix(gtin[1..]),
        { Gln: { } gln } => FindHolder(new AuthorityKey("gln", gln)) ?? FindByPrefix(gln),
        { Sscc: { } sscc } => FindByPrefix(sscc[1..]),
        _ => null,
    };

    /// <summary>Row of the party that was given exactly this key.</summary>
    public long? FindHolder(AuthorityKey key) => _holders.TryGetValue(key, out var party) ? party : null;

    /// <summary>The GLNs given to a party: they name it in events, so they open those to it.</summary>
    public IReadOnlyList<string> GlnsOf(long party) => [.. _holders.Where(held => held.Key.Kind == "gln" && held.Value == party).Select(held => held.Key.Key)];

    /// <summary>All keys given to a party.</summary>
    public IReadOnlyList<AuthorityKey> KeysOf(long party) => [.. _holders.Where(held => held.Value == party).Select(held => held.Key)];

    /// <summary>Within the transaction that makes the party, product or place; <see cref="Give"/> follows its commit.</summary>
    public static void Write(SqliteConnection connection, long party, IEnumerable<AuthorityKey> given)
    {
        foreach (var key in given)
        {
            connection.Execute("INSERT INTO authority(kind, key, party) VALUES (@Kind, @Key, @party)", new { key.Kind, key.Key, party });
        }
    }

    public void Give(long party, IEnumerable<AuthorityKey> given)
    {
        foreach (var key in given)
        {
            _holders[key] = party;
        }
    }

    public void Load(SqliteConnection connection)
    {
        foreach (var (kind, key, party) in connection.Query<(string, string, long)>("SELECT kind, key, party FROM authority"))
        {
            _holders[new AuthorityKey(kind, key)] = party;
        }
    }

    /// <summary>The GS1 company prefix that these digits start with, as the admin gave it to a party; null where none was given.</summary>
    /// <remarks>It has 4 to 12 digits; one may have been given within another, and the longer says more.</remarks>
    public string? FindPrefix(string digits)
    {
        for (var length = Math.Min(12, digits.Length); length >= 4; length--)
        {
            if (FindHolder(new AuthorityKey("gcp", digits[..length])) is not null)
            {
                return digits[..length];
            }
        }
        return null;
    }

    private long? FindByPrefix(string digits) => FindPrefix(digits) is { } prefix ? FindHolder(new AuthorityKey("gcp", prefix)) : null;
}

/// <summary>A GS1 key that the admin can give to a party.</summary>
/// <param name="Kind"><c>gcp</c>, <c>gtin</c> or <c>gln</c>.</param>
/// <param name="Key">Digits; a GTIN as 14.</param>
internal sealed record AuthorityKey(string Kind, string Key);

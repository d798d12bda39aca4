using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Server.Storage;

namespace Provenance.Server.Parties;

/// <summary>The keys that open the API. A key is shown once; kept is its SHA-256, which suffices because a key of ours is random.</summary>
internal sealed class ApiKeys(Database database, LedgerWriter writer, PartyStore parties, TimeProvider clock)
{
    /// <summary>Being used is written down no more often than that: a question should not be a write.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromDays(1);

    // When each key's use was last written down, or is about to be.
    private readonly ConcurrentDictionary<long, long> _used = [];

    // All that are valid, so that a request asks no table. Filled at start, changed after each commit.
    private readonly ConcurrentDictionary<Digest, ApiKey> _valid = [];

    /// <summary>Null for a key that is unknown or withdrawn.</summary>
    public Caller? Find(string key) => _valid.TryGetValue(HashOf(key), out var held) ? new Caller(parties.Get(held.Party), held.Role, held.Id) : null;

    /// <param name="id"><see cref="ApiKey.Id"/>.</param>
    public Caller? Find(long id) => _valid.Values.FirstOrDefault(key => key.Id == id) is { } held ? new Caller(parties.Get(held.Party), held.Role, held.Id) : null;

    /// <summary>Whether the party holds a valid key of that role: work that goes on without a request stops with its last one.</summary>
    /// <param name="party">Its row.</param>
    public bool IsHeld(long party, Role role) => _valid.Values.Any(key => key.Party == party && key.Role == role);

    /// <summary>Makes a key; what comes back is not kept anywhere.</summary>
    /// <param name="name">Whose it is to be; null where nobody says.</param>
    public async Task<(long Id, string Key)> MakeAsync(Party party, Role role, string? name = null)
    {
        var key = NewKey();
        return (await AddAsync(key, party, role, isSetting: false, name), key);
    }

    /// <summary>Notes that a key opened something, once a day. Nobody waits for it, and nothing fails for it.</summary>
    public void Used(long id)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (id == 0 || (_used.TryGetValue(id, out var noted) && now - noted < (long)Seldom.TotalMilliseconds))
        {
            return;
        }
        _used[id] = now;
        _ = NoteAsync();

        async Task NoteAsync()
        {
            try
            {
                await writer.RunAsync(connection => connection.Execute("UPDATE api_key SET used_at = @now WHERE id = @id", new { now, id }));
            }
            catch (Exception e) when (e is SqliteException or System.Threading.Channels.ChannelClosedException)
            {
                // A full disk, or the server stops: the next start notes it.
            }
        }
    }

    /// <summary>All keys of a party, withdrawn ones too, oldest first.</summary>
    public IReadOnlyList<ApiKey> Of(Party party)
    {
        using var connection = database.Read();
        return [.. connection.Query<Row>(Select + " WHERE party = @Row ORDER BY id", new { party.Row }).Select(row => row.ToKey())];
    }

    /// <summary>From the answer on, the key opens nothing. False when the party has no such key.</summary>
    public async Task<bool> WithdrawAsync(Party party, long id)
    {
        var hash = await writer.RunAsync(connection => connection.QuerySingleOrDefault<byte[]>("""
            UPDATE api_key SET withdrawn_at = coalesce(withdrawn_at, @now)
            WHERE id = @id AND party = @Row
            RETURNING hash
            """, new { id, party.Row, now = clock.GetUtcNow().ToUnixTimeMilliseconds() }));
        if (hash is not null)
        {
            _valid.TryRemove(new Digest(hash), out _);
        }
        return hash is not null;
    }

    /// <summary>At start: takes up the keys held, and sees that there is one for the admin.</summary>
    /// <param name="setting"><c>Ledger__AdminKey</c>; it replaces the one set before.</param>
    /// <returns>A key made now, to be shown once; null when there was one.</returns>
    public async Task<string?> StartAsync(string? setting)
    {
        await writer.RunAsync(connection => connection.Execute(
            "UPDATE api_key SET withdrawn_at = @now WHERE is_setting = 1 AND withdrawn_at IS NULL AND hash <> @hash",
            new { now = clock.GetUtcNow().ToUnixTimeMilliseconds(), hash = setting is null ? [] : HashOf(setting).ToArray() }));
        Load();
        var @operator = parties.Get(Party.OperatorRow);
        if (setting is not null)
        {
            if (!_valid.ContainsKey(HashOf(setting)))
            {
                await AddAsync(setting, @operator, Role.Admin, isSetting: true);
            }
            return null;
        }
        return _valid.Values.Any(key => key.Role == Role.Admin) ? null : (await MakeAsync(@operator, Role.Admin)).Key;
    }

    private void Load()
    {
        using var connection = database.Read();
        foreach (var row in connection.Query<Row>(Select + " WHERE withdrawn_at IS NULL"))
        {
            _valid[new Digest(row.Hash)] = row.ToKey();
        }
    }

    private async Task<long> AddAsync(string key, Party party, Role role, bool isSetting, string? name = null)
    {
        var hash = HashOf(key);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var id = await writer.RunAsync(connection => connection.QuerySingle<long>("""
            INSERT INTO api_key(hash, id, party, role, is_setting, created_at, name)
            VALUES (@hash, (SELECT coalesce(max(id), 0) + 1 FROM api_key), @Row, @role, @isSetting, @now, @name)
            ON CONFLICT (hash) DO UPDATE SET party = excluded.party, role = excluded.role, is_setting = excluded.is_setting, withdrawn_at = NULL
            RETURNING id
            """, new { hash = hash.ToArray(), party.Row, role = role.Word(), isSetting, now, name }));
        _valid[hash] = new ApiKey(id, party.Row, role, DateTimeOffset.FromUnixTimeMilliseconds(now), null, name, null);
        return id;
    }

    private const string Select = "SELECT hash, id, party, role, created_at AS CreatedAt, withdrawn_at AS WithdrawnAt, name, used_at AS UsedAt FROM api_key";

    private static Digest HashOf(string key) => Digest.Sha256(Encoding.UTF8.GetBytes(key));

    /// <summary>The prefix lets tools that look for leaked secrets know one of ours.</summary>
    private static string NewKey() => "prov_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Digest.Size));

    private sealed record Row(byte[] Hash, long Id, long Party, string Role, long CreatedAt, long? WithdrawnAt, string? Name, long? UsedAt)
    {
        public ApiKey ToKey() => new(Id, Party, RoleWords.Find(Role)!.Value, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), Time(WithdrawnAt), Name, Time(UsedAt));

        private static DateTimeOffset? Time(long? at) => at is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
    }
}

/// <summary>A key as far as it may be shown again.</summary>
/// <param name="Party"><see cref="Party.Row"/> of whom it belongs to.</param>
/// <param name="Name">Whose it is; null where nobody said.</param>
/// <param name="UsedAt">To a day; null where it never was.</param>
internal sealed record ApiKey(long Id, long Party, Role Role, DateTimeOffset CreatedAt, DateTimeOffset? WithdrawnAt, string? Name, DateTimeOffset? UsedAt);

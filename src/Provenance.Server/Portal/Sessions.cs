using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Provenance.Core;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Portal;

/// <summary>Who is signed in to the portal, and from how many browsers. Kept is the SHA-256 of what a browser holds, so the database lets nobody in.</summary>
internal sealed class Sessions(Database database, LedgerWriter writer, ApiKeys keys, TimeProvider clock)
{
    /// <summary>Without a page asked for, a session ends: over a long weekend it does not.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(4);

    /// <summary>However busy, after that long one signs in again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Being seen is written down no more often than that: a page read should not be a write.</summary>
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(10);

    /// <summary>Opens a session of the key's holder; what comes back goes into the cookie and is kept nowhere. Takes away what has ended by itself.</summary>
    public async Task<string> OpenAsync(Caller caller)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Digest.Size));
        var now = Now;
        keys.Used(caller.KeyId);
        await writer.RunAsync(connection => connection.Execute("""
            DELETE FROM portal_session WHERE seen_at <= @idleSince OR created_at <= @longestSince;
            INSERT INTO portal_session(hash, api_key, created_at, seen_at) VALUES (@hash, @KeyId, @now, @now);
            """, new { hash = HashOf(id).ToArray(), caller.KeyId, now, idleSince = now - Milliseconds(Idle), longestSince = now - Milliseconds(Longest) }));
        return id;
    }

    /// <summary>Null when there is no such session, it has ended, or its key was withdrawn.</summary>
    public async Task<Session?> FindAsync(string id)
    {
        var hash = HashOf(id).ToArray();
        var now = Now;
        using var connection = database.Read();
        var row = connection.QuerySingleOrDefault<Row>("SELECT api_key AS Key, created_at AS CreatedAt, seen_at AS SeenAt FROM portal_session WHERE hash = @hash", new { hash });
        if (row is null || now - row.SeenAt >= Milliseconds(Idle) || now - row.CreatedAt >= Milliseconds(Longest) || keys.Find(row.Key) is not { } caller)
        {
            return null;
        }
        if (now - row.SeenAt >= Milliseconds(Seldom))
        {
            await writer.RunAsync(write => write.Execute("UPDATE portal_session SET seen_at = @now WHERE hash = @hash", new { now, hash }));
        }
        keys.Used(caller.KeyId);
        return new Session(caller, id);
    }

    /// <summary>How many browsers are signed in with the session's key, this one among them.</summary>
    public int CountOf(Session session)
    {
        var now = Now;
        using var connection = database.Read();
        return connection.QuerySingle<int>("SELECT count(*) FROM portal_session WHERE api_key = @KeyId AND seen_at > @idleSince AND created_at > @longestSince",
            new { session.Caller.KeyId, idleSince = now - Milliseconds(Idle), longestSince = now - Milliseconds(Longest) });
    }

    public Task CloseAsync(Session session) =>
        writer.RunAsync(connection => connection.Execute("DELETE FROM portal_session WHERE hash = @hash", new { hash = HashOf(session.Id).ToArray() }));

    /// <summary>Ends every session of the key, in whichever browser.</summary>
    public Task CloseAllAsync(Session session) =>
        writer.RunAsync(connection => connection.Execute("DELETE FROM portal_session WHERE api_key = @KeyId", new { session.Caller.KeyId }));

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static Digest HashOf(string id) => Digest.Sha256(Encoding.UTF8.GetBytes(id));

    private sealed record Row(long Key, long CreatedAt, long SeenAt);
}

/// <summary>A browser that is signed in.</summary>
/// <param name="Caller">By the key it was signed in with.</param>
/// <param name="Id">What its cookie holds.</param>
internal sealed record Session(Caller Caller, string Id)
{
    /// <summary>Stands in every form of this browser and no other: a page elsewhere can send a form here, and cannot know it.</summary>
    public string FormToken { get; } = Digest.Sha256(Encoding.UTF8.GetBytes("form " + Id)).ToString();

    public bool Holds(string? formToken) =>
        formToken is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(formToken), Encoding.UTF8.GetBytes(FormToken));

    public static ValueTask<Session?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Session>());
}

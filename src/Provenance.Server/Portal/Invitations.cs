using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Provenance.Core;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Portal;

/// <summary>Links that let one person in, once: opening one gives them a key of their own, which can be withdrawn without anybody else's.</summary>
internal sealed class Invitations(Database database, LedgerWriter writer, PartyStore parties, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>The token of a new link: shown once, kept nowhere.</summary>
    public async Task<string> MakeAsync(Party party, Role role)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Digest.Size));
        var now = clock.GetUtcNow();
        await writer.RunAsync(connection => connection.Execute("""
            DELETE FROM invitation WHERE expires_at <= @now;
            INSERT INTO invitation(hash, party, role, created_at, expires_at) VALUES (@hash, @Row, @role, @now, @expires);
            """, new
        {
            hash = HashOf(token),
            party.Row,
            role = role.Word(),
            now = now.ToUnixTimeMilliseconds(),
            expires = (now + Lifetime).ToUnixTimeMilliseconds(),
        }));
        return token;
    }

    /// <summary>Into which party a link leads; null when it is unknown, used or too old. Looking uses nothing up: programs that preview links look, too.</summary>
    public Party? Find(string token)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<long?>(
            "SELECT party FROM invitation WHERE hash = @hash AND used_at IS NULL AND expires_at > @now", new { hash = HashOf(token), now = Now }) is { } party ? parties.Get(party) : null;
    }

    /// <summary>Uses the link up. Null when somebody was faster.</summary>
    public async Task<(Party Party, Role Role)?> UseAsync(string token)
    {
        var row = await writer.RunAsync(connection => connection.QuerySingleOrDefault<Row>("""
            UPDATE invitation SET used_at = @now WHERE hash = @hash AND used_at IS NULL AND expires_at > @now
            RETURNING party, role
            """, new { hash = HashOf(token), now = Now }));
        return row is null ? null : (parties.Get(row.Party), RoleWords.Find(row.Role)!.Value);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static byte[] HashOf(string token) => Digest.Sha256(Encoding.UTF8.GetBytes(token)).ToArray();

    private sealed record Row(long Party, string Role);
}

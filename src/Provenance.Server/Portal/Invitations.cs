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
    /// <param name="name">For whom; null where nobody says.</param>
    public async Task<string> MakeAsync(Party party, Role role, string? name = null)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Digest.Size));
        var now = clock.GetUtcNow();
        await writer.RunAsync(connection => connection.Execute("""
            DELETE FROM invitation WHERE expires_at <= @now;
            INSERT INTO invitation(hash, party, role, created_at, expires_at, name) VALUES (@hash, @Row, @role, @now, @expires, @name);
            """, new
        {
            hash = HashOf(token),
            party.Row,
            role = role.Word(),
            now = now.ToUnixTimeMilliseconds(),
            expires = (now + Lifetime).ToUnixTimeMilliseconds(),
            name,
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
    public async Task<(Party Party, Role Role, string? Name)?> UseAsync(string token)
    {
        var row = await writer.RunAsync(connection => connection.QuerySingleOrDefault<Row>("""
            UPDATE invitation SET used_at = @now WHERE hash = @hash AND used_at IS NULL AND expires_at > @now
            RETURNING party, role, name
            """, new { hash = HashOf(token), now = Now }));
        return row is null ? null : (parties.Get(row.Party), RoleWords.Find(row.Role)!.Value, row.Name);
    }

    /// <summary>Links into a party that nobody opened yet, the newest first.</summary>
    public IReadOnlyList<OpenInvitation> Open(Party party)
    {
        using var connection = database.Read();
        return [.. connection.Query<(byte[] Hash, string Role, long At, long Until, string? Name)>(
            "SELECT hash, role, created_at, expires_at, name FROM invitation WHERE party = @Row AND used_at IS NULL AND expires_at > @now ORDER BY created_at DESC", new { party.Row, now = Now })
            .Select(row => new OpenInvitation(Convert.ToHexStringLower(row.Hash), RoleWords.Find(row.Role)!.Value, row.Name, DateTimeOffset.FromUnixTimeMilliseconds(row.At), DateTimeOffset.FromUnixTimeMilliseconds(row.Until)))];
    }

    /// <summary>From the answer on, the link leads nowhere.</summary>
    /// <param name="id">As <see cref="Open"/> has it; any other text names none.</param>
    public Task WithdrawAsync(Party party, string id) => writer.RunAsync(connection =>
        connection.Execute("DELETE FROM invitation WHERE party = @Row AND lower(hex(hash)) = @id AND used_at IS NULL", new { party.Row, id }));

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static byte[] HashOf(string token) => Digest.Sha256(Encoding.UTF8.GetBytes(token)).ToArray();

    private sealed record Row(long Party, string Role, string? Name);
}

/// <param name="Id">Hash of the link's token: names it, and opens nothing.</param>
/// <param name="Name">For whom; null where nobody said.</param>
internal sealed record OpenInvitation(string Id, Role Role, string? Name, DateTimeOffset MadeAt, DateTimeOffset Until);

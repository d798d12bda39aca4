using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Lists what the events that a caller sees name.</summary>
internal sealed class VocabularyStore(Database database, Authority authority, OwnIds own)
{
    /// <summary>Keys and names of one kind behind a key, in the order of keys.</summary>
    public IReadOnlyList<(string Key, string Name)> Read(string kind, Caller caller, string after, int most)
    {
        using var connection = database.Read();
        var scopes = caller.SeesEverything ? [""] : ScopesOf(connection, caller.Party);
        return
        [
            .. scopes.SelectMany(scope => connection.Query<(string Key, string Name)>(
                    "SELECT key, name FROM vocabulary WHERE scope = @scope AND kind = @kind AND key > @after ORDER BY key LIMIT @most", new { scope, kind, after, most }))
                .OrderBy(element => element.Key, StringComparer.Ordinal).DistinctBy(element => element.Key).Take(most),
        ];
    }

    /// <summary>The scopes of events that the party recorded, or that name it. One number may lie in the range of another party's, so each is looked up.</summary>
    private List<string> ScopesOf(SqliteConnection connection, Party party)
    {
        var starts = authority.KeysOf(party.Row).Where(given => given.Kind is "gln" or "gcp")
            .SelectMany(given => new[] { "417", "414", "415" }.Select(ai => $"https://id.gs1.org/{ai}/{given.Key}")).Append("/id/" + party.Slug);
        return
        [
            VocabularyElement.ScopeOf(party.Row),
            .. starts.SelectMany(start => connection.Query<string>("SELECT DISTINCT scope FROM vocabulary WHERE scope >= @start AND scope < @end", new { start, end = start + "~" }))
                .Distinct(StringComparer.Ordinal).Where(scope => IsOf(scope, party)),
        ];
    }

    private bool IsOf(string scope, Party party) => ItemId.TryParse(scope, own, out var partner, out _)
        && (partner.Own is { } id ? id.Slug == party.Slug : authority.FindHolder(partner) == party.Row);
}

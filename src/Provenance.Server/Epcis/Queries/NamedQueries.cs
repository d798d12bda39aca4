using System.Text.Json;
using Dapper;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <param name="Body">The query's JSON as it was sent.</param>
internal sealed record NamedQuery(string Name, string Body);

/// <summary>The queries that each party has given a name.</summary>
internal sealed class NamedQueries(Database database, LedgerWriter writer, MasterDataStore masterData, OwnIds own, TimeProvider clock)
{
    private const int LongestName = 100;

    /// <summary>Understands a query in JSON.</summary>
    /// <param name="body">An object of parameters, perhaps with <c>@context</c>.</param>
    /// <param name="query">Null with a problem.</param>
    public Problem? Read(JsonElement body, Caller caller, out EventQuery? query)
    {
        query = null;
        if (body.ValueKind != JsonValueKind.Object)
        {
            return QueryProblems.Invalid("query", body.GetRawText(), "The query is an object whose members are parameters.");
        }
        var arguments = new List<QueryArgument>();
        foreach (var member in body.EnumerateObject().Where(member => member.Name != "@context"))
        {
            if (QueryArgument.OfJson(member.Name, member.Value) is not { } argument)
            {
                return QueryProblems.Parameter(member.Name, member.Value.GetRawText(), "The value is neither a text, a number, true, false nor a list of these.");
            }
            arguments.Add(argument);
        }
        var namespaces = body.TryGetProperty("@context", out var context) ? EventContext.Namespaces(context) : [];
        return new QueryReader(namespaces, new StatedData(masterData, caller, own), own, database.Keys).Read(arguments, out query);
    }

    /// <summary>Gives a query its name. Null when the party has one of that name.</summary>
    public async Task<Problem?> AddAsync(Party party, NamedQuery query)
    {
        if (query.Name.Length is 0 or > LongestName || query.Name.Any(char.IsControl))
        {
            return QueryProblems.Invalid("name", query.Name, $"A name has 1 to {LongestName} characters, none of them a control character.");
        }
        var added = await writer.RunAsync(connection => connection.Execute("""
            INSERT INTO named_query(party, name, query, created_at) VALUES (@Row, @Name, @Body, @now) ON CONFLICT DO NOTHING
            """, new { party.Row, query.Name, query.Body, now = clock.GetUtcNow().ToUnixTimeMilliseconds() }));
        return added == 1 ? null : Problem.Conflict("already-named", "The name is taken", "There is a query of this name; take another, or delete that one first.") with
        {
            Field = "name",
            Value = query.Name,
            Location = LocationOf(query.Name),
        };
    }

    public NamedQuery? Find(Party party, string name)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<NamedQuery>("SELECT name, query AS Body FROM named_query WHERE party = @Row AND name = @name", new { party.Row, name });
    }

    /// <summary>In the order of names, behind one.</summary>
    public IReadOnlyList<NamedQuery> Of(Party party, string after, int most)
    {
        using var connection = database.Read();
        return [.. connection.Query<NamedQuery>(
            "SELECT name, query AS Body FROM named_query WHERE party = @Row AND name > @after ORDER BY name LIMIT @most", new { party.Row, after, most })];
    }

    /// <summary>With its subscriptions. False when there is none.</summary>
    public async Task<bool> RemoveAsync(Party party, string name) => await writer.RunAsync(connection =>
    {
        connection.Execute("DELETE FROM subscription WHERE party = @Row AND query = @name", new { party.Row, name });
        return connection.Execute("DELETE FROM named_query WHERE party = @Row AND name = @name", new { party.Row, name });
    }) == 1;

    public static string LocationOf(string name) => "/queries/" + Uri.EscapeDataString(name);
}

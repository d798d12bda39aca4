using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Http;

namespace Provenance.Server.Parties;

internal static class PartiesApi
{
    public static void MapParties(this IEndpointRouteBuilder app)
    {
        var parties = app.MapGroup("/api/parties").WithTags("Parties");

        parties.MapPost("/", Add).RequireRole(Role.Admin).WithSummary("Add a party");
        parties.MapGet("/", List).RequireKey().WithSummary("All parties for admin and auditor; a supplier's own");
        parties.MapGet("/{id}", Show).RequireKey().WithSummary("One party");
        parties.MapPatch("/{id}", Change).RequireRecorder().WithSummary("Choose to be named as author of public events, or not");
        parties.MapPost("/{id}/keys", AddKey).RequireRecorder().WithSummary("Make a key; it is shown once");
        parties.MapGet("/{id}/keys", ListKeys).RequireRecorder().WithSummary("The keys of a party, without the keys themselves");
        parties.MapDelete("/{id}/keys/{key:long}", WithdrawKey).RequireRecorder().WithSummary("Withdraw a key, at once");
    }

    private static async Task<Results<Created<PartyAnswer>, Problem>> Add(NewParty asked, PartyStore parties)
    {
        if (asked.WhyNot() is { } problem)
        {
            return problem;
        }
        var (added, taken) = await parties.AddAsync(asked.Slug, asked.Name, asked.Country, asked.Domain, asked.Given);
        return (added, taken) switch
        {
            ({ } party, _) => TypedResults.Created($"/api/parties/{party.Id}", PartyAnswer.Of(party)),
            (_, { } key) => Problem.Conflict("taken", "Given to another", $"The {key.Kind} {key.Key} was given to another party.") with { Field = key.Kind, Value = key.Key },
            _ => Problem.Conflict("taken", "Given to another", $"The slug '{asked.Slug}' is another party's; slugs are never reused.") with { Field = "slug", Value = asked.Slug },
        };
    }

    // Who else takes part is not every supplier's to know.
    private static Ok<List<PartyAnswer>> List(Caller caller, PartyStore parties) =>
        TypedResults.Ok(parties.List().Where(party => caller.SeesEverything || party.Row == caller.Party.Row).Select(PartyAnswer.Of).ToList());

    private static Results<Ok<PartyAnswer>, Problem> Show(string id, Caller caller, PartyStore parties) =>
        Find(id, caller, parties, out var party) is { } problem ? problem : TypedResults.Ok(PartyAnswer.Of(party));

    private static async Task<Results<Ok<PartyAnswer>, Problem>> Change(string id, PartyChange asked, Caller caller, PartyStore parties) =>
        Find(id, caller, parties, out var party) is { } problem ? problem : TypedResults.Ok(PartyAnswer.Of(await parties.NameAsync(party, asked.Named)));

    private static async Task<Results<Created<NewKeyAnswer>, Problem>> AddKey(string id, NewKey asked, Caller caller, PartyStore parties, ApiKeys keys)
    {
        if (Find(id, caller, parties, out var party) is { } problem)
        {
            return problem;
        }
        if (RoleWords.Find(asked.Role) is not { } role)
        {
            return Problem.Invalid("role", asked.Role, $"The role '{asked.Role}' is none of admin, supplier, auditor.");
        }
        if (role != Role.Supplier && caller.Role != Role.Admin)
        {
            return Problem.Forbidden($"Only an admin makes keys with the role {asked.Role}.") with { Field = "role", Value = asked.Role };
        }
        if (role == Role.Admin && party.Row != Party.OperatorRow)
        {
            return Problem.Invalid("role", asked.Role, "An admin records as the operator's own party, so admin keys belong to that one.");
        }
        var (number, key) = await keys.MakeAsync(party, role);
        return TypedResults.Created($"/api/parties/{party.Id}/keys/{number}", new NewKeyAnswer(number, key));
    }

    private static Results<Ok<List<KeyAnswer>>, Problem> ListKeys(string id, Caller caller, PartyStore parties, ApiKeys keys) =>
        Find(id, caller, parties, out var party) is { } problem ? problem : TypedResults.Ok(keys.Of(party).Select(KeyAnswer.Of).ToList());

    private static async Task<Results<NoContent, Problem>> WithdrawKey(string id, long key, Caller caller, PartyStore parties, ApiKeys keys)
    {
        if (Find(id, caller, parties, out var party) is { } problem)
        {
            return problem;
        }
        if (caller.Role != Role.Admin && keys.Of(party).Any(held => held.Id == key && held.Role != Role.Supplier))
        {
            return Problem.Forbidden("Only an admin withdraws the keys of admins and auditors.");
        }
        return await keys.WithdrawAsync(party, key)
            ? TypedResults.NoContent()
            : Problem.NotFound("key", key.ToString(System.Globalization.CultureInfo.InvariantCulture), $"{party.Name} has no key {key}.");
    }

    /// <summary>The party of that id or slug, if the caller may see it; others are not found rather than forbidden.</summary>
    private static Problem? Find(string id, Caller caller, PartyStore parties, out Party party)
    {
        var found = PartyId.TryParse(id, out var read) ? parties.Find(read) : parties.FindBySlug(id);
        party = found!;
        return found is not null && (caller.SeesEverything || found.Row == caller.Party.Row) ? null : Problem.NotFound("id", id, $"There is no party '{id}' that this key may see.");
    }
}

/// <param name="Slug">Its part of item URIs, for ever: a-z, 0-9, inner hyphens.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Gln">13 digits: its own location number. Events that name it become visible to the party.</param>
/// <param name="Gcp">GS1 company prefix, 4 to 12 digits: products, places and containers below it are its own.</param>
/// <param name="Domain">A host name it says is its own.</param>
internal sealed record NewParty(string Name, string Slug, string Country, string? Gln = null, string? Gcp = null, string? Domain = null)
{
    /// <summary>GS1 keys that become the party's.</summary>
    public IReadOnlyList<AuthorityKey> Given =>
    [
        .. new[] { ("gln", Gln), ("gcp", Gcp) }.Where(key => key.Item2 is not null).Select(key => new AuthorityKey(key.Item1, key.Item2!)),
    ];

    public Problem? WhyNot() => Fields.WhyNotName(Name) ?? (OwnId.SlugFault(Slug) is { } fault ? Problem.Invalid("slug", Slug, $"The {fault}.") : null)
        ?? Fields.WhyNotCountry(Country) ?? Fields.WhyNotGln(Gln)
        ?? (Gcp is not null && (Gcp.Length is < 4 or > 12 || !Gcp.All(char.IsAsciiDigit)) ? Problem.Invalid("gcp", Gcp, $"The GS1 company prefix '{Gcp}' is not 4 to 12 digits.") : null)
        ?? (Domain is not null && Uri.CheckHostName(Domain) != UriHostNameType.Dns ? Problem.Invalid("domain", Domain, $"'{Domain}' is no host name.") : null);
}

/// <param name="Named">True: proofs of its public events name it as author, and show how many it records.</param>
internal sealed record PartyChange(bool Named);

/// <param name="Role"><c>supplier</c>, <c>auditor</c> or <c>admin</c>.</param>
internal sealed record NewKey(string Role);

/// <param name="Id">Names the key when it is withdrawn.</param>
/// <param name="Key">The key itself: shown here and never again.</param>
internal sealed record NewKeyAnswer(long Id, string Key);

internal sealed record KeyAnswer(long Id, string Role, DateTimeOffset CreatedAt, DateTimeOffset? WithdrawnAt)
{
    public static KeyAnswer Of(ApiKey key) => new(key.Id, key.Role.Word(), key.CreatedAt, key.WithdrawnAt);
}

/// <param name="Id">Opaque and random: what entries of the log hold.</param>
internal sealed record PartyAnswer(string Id, string Slug, string Name, string Country, string? Domain, bool Named)
{
    public static PartyAnswer Of(Party party) => new(party.Id.ToString(), party.Slug, party.Name, party.Country, party.Domain, party.IsNamed);
}

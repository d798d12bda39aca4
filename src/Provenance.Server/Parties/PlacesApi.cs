using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;

namespace Provenance.Server.Parties;

internal static class PlacesApi
{
    public static void MapPlaces(this IEndpointRouteBuilder app)
    {
        var places = app.MapGroup("/api/places").WithTags("Places");

        places.MapPost("/", Add).RequireRecorder().WithSummary("Add a place of one's own; an admin for any party");
        places.MapGet("/", List).RequireKey().WithSummary("All places for admin and auditor; a supplier's own");
        places.MapPost("/{id}/approve", Approve).RequireRole(Role.Admin).WithSummary("Confirm that a place's GLN is its party's");
    }

    private static async Task<Results<Created<PlaceAnswer>, Problem>> Add(NewPlace asked, Caller caller, PartyStore parties, PlaceStore places, OwnIds own)
    {
        if (asked.WhyNot() is { } problem)
        {
            return problem;
        }
        var owner = asked.Party is null ? caller.Party : parties.FindBySlug(asked.Party);
        if (owner is null)
        {
            return Problem.Invalid("party", asked.Party, $"There is no party '{asked.Party}'.");
        }
        if (!caller.MayActFor(owner))
        {
            return Problem.Forbidden("Only an admin adds places for another party.") with { Field = "party", Value = asked.Party };
        }
        var added = new Place(owner.Row, asked.Id, asked.Name, asked.City, asked.Country, asked.Gln, asked.Geo, asked.TimeZone);
        return await places.AddAsync(added, caller) is { } why ? why : TypedResults.Created((string?)null, Answer(added, owner, places, own));
    }

    private static Ok<List<PlaceAnswer>> List(Caller caller, PlaceStore places, PartyStore parties, OwnIds own) => TypedResults.Ok(
        places.List(caller.SeesEverything ? null : caller.Party.Row).Select(place => Answer(place, parties.Get(place.Party), places, own)).ToList());

    private static async Task<Results<Ok<PlaceAnswer>, Problem>> Approve(string id, PlaceApproval asked, PlaceStore places, PartyStore parties, OwnIds own)
    {
        if (parties.FindBySlug(asked.Party) is not { } owner || places.Find(owner.Row, id) is not { Gln: not null } place)
        {
            return Problem.NotFound("id", id, $"'{asked.Party}' has no place '{id}' with a GLN.");
        }
        return await places.ApproveAsync(place) is { } why ? why : TypedResults.Ok(Answer(place, owner, places, own));
    }

    private static PlaceAnswer Answer(Place place, Party owner, PlaceStore places, OwnIds own) => new(
        place.Id, place.ItemOf(owner, own).Uri, place.Name, place.City, place.Country, place.Gln, place.Gln is null ? null : places.IsApproved(place), place.Geo, place.TimeZone, owner.Slug);
}

/// <param name="Id">The firm's own word for it, part of its URI for ever.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Gln">13 digits. Counts as the party's own, and opens events to it, once an admin approved it.</param>
/// <param name="TimeZone">IANA name, such as Europe/Vienna: dates without a time are noon there.</param>
/// <param name="Party">Slug; an admin may name any party. Default the caller's own.</param>
internal sealed record NewPlace(string Id, string Name, string City, string Country, string? Gln = null, Geo? Geo = null, string? TimeZone = null, string? Party = null)
{
    public Problem? WhyNot() => (OwnId.PartFault("place id", Id) is { } fault ? Problem.Invalid("id", Id, $"The {fault}.") : null)
        ?? Fields.WhyNotName(Name)
        ?? (string.IsNullOrWhiteSpace(City) || City.Length > 100 ? Problem.Invalid("city", City, "The city should have 1 to 100 characters.") : null)
        ?? Fields.WhyNotCountry(Country) ?? Fields.WhyNotGln(Gln)
        ?? (Geo is { } geo && (Math.Abs(geo.Latitude) > 90 || Math.Abs(geo.Longitude) > 180) ? Problem.Invalid("geo", $"{geo.Latitude}, {geo.Longitude}", "Latitude lies within ±90, longitude within ±180 degrees.") : null)
        ?? (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) ? Problem.Invalid("timeZone", TimeZone, $"'{TimeZone}' is no IANA time zone, such as Europe/Vienna.") : null);
}

/// <summary>WGS 84, in degrees.</summary>
internal sealed record Geo(double Latitude, double Longitude);

/// <param name="Party">Slug of the party whose place it is.</param>
internal sealed record PlaceApproval(string Party);

/// <param name="Item">URI of the place: its GLN's where it has one.</param>
/// <param name="GlnApproved">Null where there is no GLN.</param>
internal sealed record PlaceAnswer(
    string Id, string Item, string Name, string City, string Country, string? Gln, bool? GlnApproved, Geo? Geo, string? TimeZone, string Party);

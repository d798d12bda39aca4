using Dapper;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Storage;

namespace Provenance.Server.Parties;

/// <summary>A place of a party.</summary>
/// <param name="Party">Row of whose it is.</param>
/// <param name="Id">The party's own word for it.</param>
internal sealed record Place(long Party, string Id, string Name, string City, string Country, string? Gln, Geo? Geo, string? TimeZone)
{
    /// <summary>As events name it: by GLN (AI 414) where it has one.</summary>
    public ItemId ItemOf(Party owner, OwnIds own) =>
        Gln is not null && ItemId.TryParse($"(414){Gln}", own, out var item, out _) ? item : ItemId.Of(own, OwnId.OfPlace(owner.Slug, Id));
}

/// <summary>Places and to whom their GLNs belong.</summary>
internal sealed class PlaceStore(Database database, LedgerWriter writer, Authority authority, TimeProvider clock)
{
    /// <summary>Whether the admin gave its GLN, or the prefix above it, to the place's party.</summary>
    public bool IsApproved(Place place) => place.Gln is { } gln && Holder(gln) == place.Party;

    /// <summary>Adds a place; from an admin its GLN counts at once. Null when done.</summary>
    public async Task<Problem?> AddAsync(Place added, Caller caller)
    {
        if (WhyNotGln(added) is { } problem)
        {
            return problem;
        }
        var given = caller.Role == Role.Admin ? NewlyGiven(added) : [];
        var isNew = await writer.RunAsync(connection =>
        {
            var rows = connection.Execute("""
                INSERT INTO place(party, place_id, name, city, country, gln, latitude, longitude, time_zone, created_at)
                VALUES (@Party, @Id, @Name, @City, @Country, @Gln, @Latitude, @Longitude, @TimeZone, @now)
                ON CONFLICT DO NOTHING
                """, new
            {
                added.Party,
                added.Id,
                added.Name,
                added.City,
                added.Country,
                added.Gln,
                added.Geo?.Latitude,
                added.Geo?.Longitude,
                added.TimeZone,
                now = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            });
            Authority.Write(connection, added.Party, rows == 1 ? given : []);
            return rows == 1;
        });
        if (isNew)
        {
            authority.Give(added.Party, given);
            return null;
        }
        return Problem.Conflict("taken", "Already here", $"There is a place '{added.Id}' already.") with { Field = "id", Value = added.Id };
    }

    /// <summary>Changes what a place is called and where it lies; its id and a GLN that it has stay, as events name it by them. Null when done.</summary>
    public async Task<Problem?> ChangeAsync(Place changed, Caller caller)
    {
        if (WhyNotGln(changed) is { } problem)
        {
            return problem;
        }
        var given = caller.Role == Role.Admin ? NewlyGiven(changed) : [];
        var isHere = await writer.RunAsync(connection =>
        {
            var rows = connection.Execute("""
                UPDATE place SET name = @Name, city = @City, country = @Country, gln = coalesce(gln, @Gln), latitude = @Latitude, longitude = @Longitude, time_zone = @TimeZone
                WHERE party = @Party AND place_id = @Id
                """, new { changed.Party, changed.Id, changed.Name, changed.City, changed.Country, changed.Gln, changed.Geo?.Latitude, changed.Geo?.Longitude, changed.TimeZone });
            Authority.Write(connection, changed.Party, rows == 1 ? given : []);
            return rows == 1;
        });
        if (isHere)
        {
            authority.Give(changed.Party, given);
        }
        return isHere ? null : Problem.NotFound("id", changed.Id, $"There is no place '{changed.Id}'.");
    }

    /// <summary>Gives the place's GLN to its party. Null when done.</summary>
    public async Task<Problem?> ApproveAsync(Place place)
    {
        if (WhyNotGln(place) is { } problem)
        {
            return problem;
        }
        var given = NewlyGiven(place);
        await writer.RunAsync(connection =>
        {
            Authority.Write(connection, place.Party, given);
            return given.Length;
        });
        authority.Give(place.Party, given);
        return null;
    }

    /// <param name="party">Row of a party; null for everybody's.</param>
    public IReadOnlyList<Place> List(long? party)
    {
        using var connection = database.Read();
        return [.. connection.Query<Row>(Select + " WHERE @party IS NULL OR party = @party ORDER BY id", new { party }).Select(row => row.ToPlace())];
    }

    public Place? Find(long party, string id)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<Row>(Select + " WHERE party = @party AND place_id = @id", new { party, id })?.ToPlace();
    }

    /// <summary>Where a place lies that an event names; null where that is not on record.</summary>
    public Geo? FindGeo(ItemId place)
    {
        using var connection = database.Read();
        return connection.QueryFirstOrDefault<Row>(
            $"{Select} WHERE latitude IS NOT NULL AND (gln = @gln OR (party = (SELECT id FROM party WHERE slug = @slug) AND place_id = @id))",
            new { gln = place.Gln, slug = place.Own?.Slug, id = place.Own?.Place })?.ToPlace().Geo;
    }

    private const string Select =
        "SELECT party, place_id AS PlaceId, name, city, country, gln, latitude, longitude, time_zone AS TimeZone FROM place";

    private Problem? WhyNotGln(Place place) => place.Gln is { } gln && Holder(gln) is { } holder && holder != place.Party
        ? Problem.Forbidden($"The GLN {gln} belongs to another party.") with { Field = "gln", Value = gln }
        : null;

    private AuthorityKey[] NewlyGiven(Place place) => place.Gln is { } gln && Holder(gln) is null ? [new AuthorityKey("gln", gln)] : [];

    private long? Holder(string gln) => ItemId.TryParse($"(414){gln}", OwnIds.None, out var item, out _) ? authority.FindHolder(item) : null;

    private sealed record Row(
        long Party, string PlaceId, string Name, string City, string Country, string? Gln, double? Latitude, double? Longitude, string? TimeZone)
    {
        public Place ToPlace() => new(Party, PlaceId, Name, City, Country, Gln,
            Latitude is { } latitude && Longitude is { } longitude ? new Geo(latitude, longitude) : null, TimeZone);
    }
}

using System.Text;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;

namespace Provenance.Server.Batches;

/// <summary>Turns what a sender calls a place or a partner into the URI that the event carries.</summary>
internal sealed class PlaceResolver(BatchDirectory directory, OwnIds ids, Party party, Faults faults)
{
    /// <summary>The step's place, the party's own where none is given; and its time zone, if known.</summary>
    public (StepPlace? Place, TimeZoneInfo? Zone) Resolve(GivenPlace? given)
    {
        if (given?.Details is { } details)
        {
            return (Describe(details, party, given.Field), Zone(details.TimeZone));
        }
        var known = given is null ? directory.FindOwnPlace(party) : directory.FindPlace(party, given.Id!);
        if (known is null && given is not null)
        {
            faults.Add(given.Field, given.Id, "You have no place of this id. Register it, or send name, city and country.");
        }
        if (known is not null && given is not null && directory.IsAnothers(known))
        {
            faults.Forbid(given.Field, given.Id, $"The GLN {known.Gln} of this place belongs to another party of this ledger. Name another place, or ask the operator.");
            return (null, null);
        }
        return known is null ? (null, null) : (Of(known, party), Zone(known.TimeZone));
    }

    /// <summary>Who the goods go to or come from, and where there.</summary>
    public StepPartner? Resolve(GivenPartner given)
    {
        var known = directory.FindParty(given.Party);
        var uri = known is null ? Outside(given) : directory.UriOf(known).Uri;
        if (uri is null)
        {
            return null;
        }
        var place = given.Place switch
        {
            null => null,
            { Details: { } details } => Describe(details, known ?? party, given.Place.Field)?.Uri,
            { Id: { } id } when known is not null && directory.FindPlace(known, id) is { } theirs => Of(theirs, known).Uri,
            { Id: var id } => NoPlace(given.Place.Field, id),
        };
        return new StepPartner(uri, place);
    }

    private string? NoPlace(string field, string? id)
    {
        faults.Add(field, id, "That party has no place of this id here. Leave it out, or send name, city and country.");
        return null;
    }

    /// <summary>A party that is not on this ledger: by its GLN or by a URI.</summary>
    private string? Outside(GivenPartner given)
    {
        var text = given.Party.Length == 13 && given.Party.All(char.IsAsciiDigit) ? $"(417){given.Party}" : given.Party;
        if (ItemId.TryParse(text, ids, out var item, out var error) && item.Kind is ItemKind.Party or ItemKind.Location or ItemKind.Other)
        {
            return item.Uri;
        }
        faults.Add($"{given.Field}.party", given.Party, text.Contains(':') || text.StartsWith('(')
            ? $"This names no party: {error ?? "it is the id of something else"}."
            : "No party here has this slug. Send the slug of one that has, its 13-digit GLN, or a URI.");
        return null;
    }

    /// <param name="owner">Whose GLN it may be. An id of our own stands below the sender's address in any case.</param>
    private StepPlace? Describe(GivenPlaceDetails details, Party owner, string field)
    {
        if (details.Gln is { } gln)
        {
            if (!ItemId.TryParse($"(414){gln}", ids, out var location, out var error))
            {
                faults.Add($"{field}.gln", gln, $"This is no GLN: {error}.");
                return null;
            }
            if (directory.FindHolder(location) is { } holder && holder.Row != owner.Row)
            {
                faults.Forbid($"{field}.gln", gln, "This GLN belongs to another party of this ledger. Leave it out, or check the number.");
                return null;
            }
            return new StepPlace(location.Uri, details.Name, details.City, details.Country);
        }
        var place = ItemId.Of(ids, OwnId.OfPlace(party.Slug, PlaceIdOf($"{details.Name} {details.City} {details.Country}")));
        return new StepPlace(place.Uri, details.Name, details.City, details.Country);
    }

    private StepPlace Of(Place known, Party owner) => new(known.ItemOf(owner, ids).Uri, known.Name, known.City, known.Country);

    /// <summary>One id for one description, so that the same place described twice is the same place.</summary>
    private static string PlaceIdOf(string description)
    {
        var id = new StringBuilder();
        foreach (var c in description.Normalize().ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c))
            {
                id.Append(c);
            }
            else if (id.Length > 0 && id[^1] != '-')
            {
                id.Append('-');
            }
        }
        var text = id.ToString().Trim('-');
        return text.Length <= OwnId.MaxPartLength ? text : text[..OwnId.MaxPartLength].TrimEnd('-');
    }

    private static TimeZoneInfo? Zone(string? id) => id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
}

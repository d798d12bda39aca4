using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Resolver;

/// <summary>The links that a party keeps for its products, lots, units and places.</summary>
internal static class LinksApi
{
    public static void MapLinks(this IEndpointRouteBuilder app)
    {
        var links = app.MapGroup("/api/links").WithTags("Links");

        links.MapPost("/", Add).RequireRecorder().WithSummary("Keep a link for an item of one's own: the resolver hands it out");
        links.MapGet("/", List).RequireKey().WithSummary("The links that the asking party keeps; everybody's for admin and auditor");
        links.MapDelete("/{id}", Remove).RequireRecorder().WithSummary("Take a link away");
    }

    private static async Task<Results<Created<LinkAnswer>, Problem>> Add(NewLink asked, Caller caller, LinkStore links, PartyStore parties, Authority authority, OwnIds own)
    {
        if (!TryReadItem(asked.Item, own, out var item, out var problem) || !asked.TryRead(own, out var link, out problem))
        {
            return problem;
        }
        var holder = authority.FindHolder(ItemId.Of(item));
        if (caller.Role != Role.Admin && holder != caller.Party.Row)
        {
            return Problem.Forbidden(holder is null
                ? "The admin has given this item's number to nobody, so nobody but the admin keeps links for it."
                : "This item's number belongs to another party.") with
            { Field = "item", Value = asked.Item };
        }
        var kept = await links.AddAsync(new KeptLink(0, holder ?? caller.Party.Row, item.ToString(""), link));
        return kept is not null
            ? TypedResults.Created($"/api/links/{kept.Id}", LinkAnswer.Of(kept, parties))
            : Problem.Conflict("taken", "Already here", $"This item has this link already, or {LinkStore.MostOfAnItem} others; take one away first.") with { Field = "href", Value = asked.Href };
    }

    private static Results<Ok<List<LinkAnswer>>, Problem> List(Caller caller, LinkStore links, PartyStore parties, OwnIds own, string? item = null)
    {
        DigitalLink? of = null;
        if (item is not null && !TryReadItem(item, own, out of, out var problem))
        {
            return problem;
        }
        return TypedResults.Ok(links.List(caller.SeesEverything ? null : caller.Party.Row, of?.ToString("")).Select(kept => LinkAnswer.Of(kept, parties)).ToList());
    }

    private static async Task<Results<NoContent, Problem>> Remove(long id, Caller caller, LinkStore links) =>
        await links.RemoveAsync(id, caller.Role == Role.Admin ? null : caller.Party.Row)
            ? TypedResults.NoContent()
            : Problem.NotFound("id", id.ToString(CultureInfo.InvariantCulture), $"There is no link {id} that this key may take away.");

    /// <summary>The variant (22) is part of what a link is for, though not of an item's name, so the link is read as it was sent.</summary>
    private static bool TryReadItem(string text, OwnIds own, [NotNullWhen(true)] out DigitalLink? item, [NotNullWhen(false)] out Problem? problem)
    {
        item = null;
        string? fault = null;
        var isRead = ElementString.LooksLikeOne(text)
            ? ElementString.TryParse(text, out var values, out fault) && DigitalLink.TryIdentify(values, out item, out fault)
            : DigitalLink.TryParse(text, out item, out _, acceptsShortGtin: true)
                || (ItemId.TryParse(text, own, out var id, out fault) && DigitalLink.TryParse(id.Uri, out item, out fault));
        problem = isRead ? null : Problem.Invalid("item", text, fault is null ? "Only GS1 keys are resolved." : $"Only GS1 keys are resolved: {fault}.");
        return isRead;
    }
}

/// <param name="Item">A Digital Link, an element string, a GTIN: the product, lot, unit or place that the link is for. Lots inherit their product's links.</param>
/// <param name="Type">A link type of the GS1 Web Vocabulary, such as <c>gs1:instructions</c>, or another vocabulary's URI.</param>
/// <param name="Href">Where it leads: http or https.</param>
/// <param name="MediaType">Of what is there, such as application/pdf.</param>
/// <param name="Hreflang">Languages of what is there: de, or de-AT.</param>
/// <param name="Context">For whom it is meant, typically a country.</param>
/// <param name="Default">True leads scans there that ask for nothing in particular. Several in different languages are chosen from by the reader's.</param>
/// <param name="KeepsQuery">False drops the query of the request.</param>
internal sealed record NewLink(
    string Item, string Type, string Href, string Title, string? MediaType = null, IReadOnlyList<string>? Hreflang = null, IReadOnlyList<string>? Context = null,
    bool Default = false, bool KeepsQuery = true)
{
    public bool TryRead(OwnIds own, [NotNullWhen(true)] out Link? link, [NotNullWhen(false)] out Problem? problem)
    {
        link = null;
        if (!LinkType.TryParse(Type, out var type, out var fault))
        {
            problem = Problem.Invalid("type", Type, fault);
            return false;
        }
        problem = type == LinkType.Default || type == LinkType.DefaultMulti
            ? Problem.Invalid("type", Type, "Say what is there, such as gs1:pip, and send \"default\": true with it: a default is always something besides.")
            : type == LinkType.RecallStatus ? Problem.Invalid("type", Type, "Whether an item is recalled is told from the record; nobody keeps a link for it.")
            : WhyNotHref(own) ?? WhyNotTitle() ?? WhyNotMediaType() ?? WhyNotLanguages() ?? WhyNotContexts();
        link = new Link(type, Href, Title)
        {
            MediaType = MediaType,
            Languages = Hreflang?.Distinct().ToList() ?? [],
            Contexts = Context?.Distinct().ToList() ?? [],
            IsDefault = Default,
            KeepsQuery = KeepsQuery,
        };
        return problem is null;
    }

    private Problem? WhyNotHref(OwnIds own)
    {
        if (Href.Length > 2000 || !Uri.TryCreate(Href, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0
            || !Uri.IsWellFormedUriString(Href, UriKind.Absolute))
        {
            return Problem.Invalid("href", Href, "Send an absolute http or https URL of at most 2000 characters, without a user's name.");
        }
        // It would lead back to the resolver, and round again.
        return Href.StartsWith(own.PublicUrl + "/", StringComparison.OrdinalIgnoreCase) && DigitalLink.TryParse(Href, out _, out _)
            ? Problem.Invalid("href", Href, "This is a Digital Link on this very server; name the page it should lead to.") : null;
    }

    private Problem? WhyNotTitle() => string.IsNullOrWhiteSpace(Title) || Title.Length > 200 || Title.Any(char.IsControl)
        ? Problem.Invalid("title", Title, "The title should have 1 to 200 characters, without control characters.") : null;

    private Problem? WhyNotMediaType() => MediaType is null
        || (MediaTypeHeaderValue.TryParse(MediaType, out var type) && type.Parameters.Count == 0 && MediaType.Length <= 100 && !type.MatchesAllSubTypes
            && type.Type.Value is "application" or "audio" or "font" or "haptics" or "image" or "message" or "model" or "multipart" or "text" or "video")
        ? null : Problem.Invalid("mediaType", MediaType, "Send a media type of IANA's list, such as text/html or application/pdf.");

    private Problem? WhyNotLanguages() => Hreflang?.FirstOrDefault(language => !IsLanguage(language)) is { } wrong
        ? Problem.Invalid("hreflang", wrong, "Send languages as two letters, with a country's where needed: de, de-AT.") : null;

    private Problem? WhyNotContexts() => Context?.FirstOrDefault(context => context.Length is 0 or > 40 || context.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) is { } wrong
        ? Problem.Invalid("context", wrong, "Send words of 1 to 40 characters without blanks, such as AT.") : null;

    private static bool IsLanguage(string text) => text.Length is 2 or 5 && char.IsAsciiLetterLower(text[0]) && char.IsAsciiLetterLower(text[1])
        && (text.Length == 2 || (text[2] == '-' && char.IsAsciiLetterUpper(text[3]) && char.IsAsciiLetterUpper(text[4])));
}

/// <param name="Item">Digital Link of what it is for.</param>
/// <param name="Party">Slug of the party that keeps it.</param>
internal sealed record LinkAnswer(
    long Id, string Item, string Party, string Type, string Href, string Title, string? MediaType, IReadOnlyList<string> Hreflang, IReadOnlyList<string> Context, bool Default, bool KeepsQuery)
{
    public static LinkAnswer Of(KeptLink kept, PartyStore parties) => new(
        kept.Id, DigitalLink.CanonicalStem + kept.Item, parties.Get(kept.Party).Slug, kept.Link.Type.ToString(), kept.Link.Href, kept.Link.Title, kept.Link.MediaType,
        kept.Link.Languages, kept.Link.Contexts, kept.Link.IsDefault, kept.Link.KeepsQuery);
}

using Provenance.Core.Gs1;
using Provenance.Server.Pages;
using Provenance.Server.Parties;

namespace Provenance.Server.Resolver;

/// <summary>The links of one item, or of what stands above it: the links of a lot, of its product.</summary>
/// <param name="Path">Of the item's Digital Link.</param>
/// <param name="Description">The item in words.</param>
/// <param name="Default">Where a scan leads that asks for nothing in particular. One of <paramref name="Links"/>.</param>
public sealed record LinkLevel(string Path, string Description, Link Default, IReadOnlyList<Link> Links);

/// <summary>Finds what the public may be led to from an item, level by level: its own links first, then those of what stands above it.</summary>
internal sealed class LinkTree(LinkStore kept, FindBuyerPage findPage, Authority authority)
{
    /// <summary>Where a scan leads. Whether there is a record of the item is for the page to say, alike for the unknown and the private.</summary>
    public Link DefaultOf(DigitalLink link, Wishes wishes)
    {
        var item = ItemId.Of(link);
        var chosen = NearestDefaults(link, LinksOf(link));
        return chosen.Count == 0 || IsRecalled(findPage(item)) ? Page(item) : wishes.Narrow(chosen)[0];
    }

    /// <summary>Every level of which the public may know something: the item's own first, then up to its product and the company that makes it. Found one by one, as they are asked for.</summary>
    public IEnumerable<LinkLevel> Of(DigitalLink link)
    {
        var company = CompanyOf(link);
        var all = LinksOf([link, .. company]);
        foreach (var level in link.Levels().Concat(company))
        {
            var (item, path) = (ItemId.Of(level), level.ToString(""));
            // A variant has no page of its own: that of its lot or product is found further up.
            var page = item.Uri == DigitalLink.CanonicalStem + path ? findPage(item) : null;
            List<Link> links = [.. all[path]];
            if (page is { Subject: not BuyerSubject.UnknownLot })
            {
                links.AddRange(OfPage(page, item).Where(ours => !links.Exists(theirs => theirs.Type == ours.Type)));
            }
            if (links.Count == 0)
            {
                continue;
            }
            var first = IsRecalled(page) ? Page(item) : NearestDefaults(level, all).FirstOrDefault() ?? Page(item);
            if (!links.Exists(one => one.Href == first.Href))
            {
                links.Add(first);
            }
            yield return new LinkLevel(path, page is null ? ElementString.Print([level.Key, .. level.Qualifiers]) : Describe(page), first, links);
        }
    }

    private ILookup<string, Link> LinksOf(params IEnumerable<DigitalLink> links) =>
        kept.Of([.. links.SelectMany(link => link.Levels()).Select(level => level.ToString(""))]).ToLookup(one => one.Item, one => one.Link);

    /// <summary>The party GLNs of whoever the item's number belongs to: what a company links to once holds for all that it makes.</summary>
    private IReadOnlyList<DigitalLink> CompanyOf(DigitalLink link) => link.Key.Ai.Code != "417" && authority.FindHolder(ItemId.Of(link)) is { } party
        ? [.. authority.GlnsOf(party).Order(StringComparer.Ordinal).Select(gln => DigitalLink.TryParse($"{DigitalLink.CanonicalStem}/417/{gln}", out var company, out _) ? company : null).OfType<DigitalLink>()]
        : [];

    /// <summary>What the maker chose for the item or, failing that, for what stands above it: one, or several to choose from by language.</summary>
    private static List<Link> NearestDefaults(DigitalLink level, ILookup<string, Link> links) =>
        level.Levels().Select(above => links[above.ToString("")].Where(link => link.IsDefault).ToList()).FirstOrDefault(chosen => chosen.Count > 0) ?? [];

    // A recall is told before anything else that the maker has to say.
    private static bool IsRecalled(BuyerPage? page) => page is { Condition.State: LotState.Recalled };

    /// <summary>What this server itself has about an item that the public may know.</summary>
    private static IEnumerable<Link> OfPage(BuyerPage page, ItemId item)
    {
        var uri = Uri.EscapeDataString(item.Uri);
        var isLot = page.Subject != BuyerSubject.Product; // events speak of lots and units, never of a product as such
        yield return Page(item);
        yield return Page(item) with { Type = LinkType.Gs1("traceability"), Title = "Where it comes from and what happened to it" };
        yield return new Link(LinkType.Gs1("masterData"), PagePath(item) + "?format=jsonld", "The same for programs") { MediaType = ProductJsonLd.MediaType };
        yield return new Link(LinkType.Gs1("verificationService"), "/verify", "Check a proof in your browser") { MediaType = "text/html", Languages = PageLanguages.All };
        if (isLot)
        {
            yield return new Link(LinkType.Gs1("epcis"), $"/events?{(item.Kind == ItemKind.Lot ? "MATCH_anyEPCClass" : "MATCH_anyEPC")}={uri}", "EPCIS events, for partners with a key")
            {
                MediaType = "application/json",
            };
            yield return new Link(LinkType.RecallStatus, $"/api/items?item={uri}", "Whether it was recalled") { MediaType = "application/json" };
        }
        if (page.Certificates.Count > 0)
        {
            yield return Page(item) with { Type = LinkType.Gs1("certificationInfo"), Href = PagePath(item) + "#certificates", Title = "Certificates" };
        }
    }

    private static Link Page(ItemId item) => new(LinkType.Gs1("pip"), PagePath(item), "What is on record about it") { MediaType = "text/html", Languages = PageLanguages.All };

    // Every key of a Digital Link has one.
    private static string PagePath(ItemId item) => PagesApi.PathOf(item)!;

    private static string Describe(BuyerPage page) => string.Join(", ", new[]
    {
        page.ProductName?.Value ?? page.StatedProductName?.Value ?? page.Printed,
        page.Lot is { } lot ? (page.Subject == BuyerSubject.Unit ? $"unit {lot}" : $"lot {lot}") : null,
    }.OfType<string>());
}

/// <summary>The languages that pages are in.</summary>
internal static class PageLanguages
{
    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(PageLanguages).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("words/", StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name)).Order(StringComparer.Ordinal),
    ];
}

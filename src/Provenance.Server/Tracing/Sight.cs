using Provenance.Core.Gs1;
using Provenance.Server.Parties;

namespace Provenance.Server.Tracing;

/// <summary>What one asker may see of a trace (design §7, Private by default). Made for one answer and thrown away with its tokens.</summary>
/// <param name="caller">Null for the public.</param>
/// <param name="about">The item asked for: whoever holds its name may know what its pack says.</param>
internal sealed class Sight(Caller? caller, ItemId about, Makers makers, Privacy privacy)
{
    private readonly Dictionary<ItemId, string> _tokens = [];
    private readonly HashSet<ItemId> _learned = [];
    private readonly Party? _maker = makers.Find(about);

    /// <summary>Admin and auditor.</summary>
    public bool SeesEverything => caller is { SeesEverything: true };

    /// <summary>Everything of the event: the asker's own, one that names it as partner, or any for admin and auditor.</summary>
    public bool IsWhole(TracedEvent e) => privacy.SeesWhole(caller, e.Party, e.Facts);

    /// <summary>How much of an item the event speaks of: to whoever sees it whole; to the public what a maker lets it see.</summary>
    public bool IsAmountKnown(TracedEvent e, ItemMention mention) => IsWhole(e) || privacy.ShowsAmount(e.Party, e.Facts, mention);

    /// <summary>The item by name. The public knows what it holds, and what firms make that are the same or chose to be named.</summary>
    public bool IsNamed(ItemId item) => item == about || caller is { SeesEverything: true } || makers.Find(item) switch
    {
        null => false,
        var maker => maker.IsNamed || maker.Row == _maker?.Row || maker.Row == caller?.Party.Row,
    };

    /// <summary>Which event it is: one that speaks of something the asker knows by name. Others happened, and that is all that is told.</summary>
    public bool IsKnown(TracedEvent e) => IsWhole(e) || e.Facts.Items.Any(mention => IsNamed(mention.Item) || _learned.Contains(mention.Item));

    /// <summary>A move whose amount the asker may know.</summary>
    public bool Knows(Move move, Func<ItemId, History> historyOf) => caller is not null && move.IsKnownTo(caller.Party.Row, IsWhole, historyOf);

    /// <summary>The items that whole events name besides are known from there.</summary>
    public void Learn(IEnumerable<TracedEvent> events)
    {
        foreach (var mention in events.Where(IsWhole).SelectMany(e => e.Facts.Items))
        {
            _learned.Add(mention.Item);
        }
    }

    /// <summary>The item's URI, or a random word that stands for it in this answer only.</summary>
    public string Print(ItemId item)
    {
        if (!_tokens.TryGetValue(item, out var text))
        {
            text = IsNamed(item) || _learned.Contains(item) ? item.Uri : "hidden:" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
            _tokens.Add(item, text);
        }
        return text;
    }

    public bool IsHidden(ItemId item) => Print(item) != item.Uri;
}

/// <summary>Who makes an item: the party that the admin gave its number to, else the one whose slug is in it, else whoever first recorded that it was made, or filled.</summary>
internal sealed class Makers(Func<ItemId, History> historyOf, PartyStore parties, Authority authority)
{
    private readonly Dictionary<ItemId, Party?> _known = [];

    public Party? Find(ItemId item)
    {
        if (!_known.TryGetValue(item, out var maker))
        {
            maker = item.Own is { } id ? parties.FindBySlug(id.Slug)
                : authority.FindHolder(item) is { } holder ? parties.Get(holder)
                : FindRecorder(item);
            _known.Add(item, maker);
        }
        return maker;
    }

    /// <summary>The admin has said whose it is; else a maker is only who says so first.</summary>
    public bool IsConfirmed(ItemId item) => item.Own is not null || authority.FindHolder(item) is not null;

    // By the place in the log: when something was made is what its recorder says, and anybody could say an earlier time.
    private Party? FindRecorder(ItemId item) => historyOf(item).Events.Where(e => e.Makes(item) || e.Fills(item)).MinBy(e => e.Leaf) is { } made
        ? parties.Get(made.Party) : null;
}

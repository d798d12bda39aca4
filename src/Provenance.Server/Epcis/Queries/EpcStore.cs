using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Lists the EPCs in the events that a caller sees, in the order in which the log first names them.</summary>
internal sealed class EpcStore(Database database, Visibility visibility, IndexKeys keys, OwnIds own, TimeProvider clock)
{
    private static readonly string[] Lists = ["parentID", "epcList", "childEPCs", "inputEPCList", "outputEPCList"];

    /// <summary>EPCs as their first event writes them, and where the next page goes on.</summary>
    /// <param name="mark">Of the resource.</param>
    public (IReadOnlyList<string> Epcs, PageToken? Next) Read(Caller caller, int most, PageToken? token, long mark)
    {
        using var look = new LogLook(database);
        var page = new Page(look, caller, visibility, keys, own);
        var size = Math.Min(token?.Size ?? look.Size, look.Size);
        // The place in a page's token is how many EPCs of its last event were looked at.
        var (leaf, done) = token is { After: var after } ? (after.Leaf, (int)Math.Clamp(after.At, 0, int.MaxValue)) : (0, 0);
        var (epcs, looked) = (new List<string>(), 0);
        foreach (var at in look.Walk(visibility.Source(caller), new LeafRange(leaf, size), isDescending: false))
        {
            var named = page.EpcsOf(at);
            for (var i = at == leaf ? done : 0; i < named.Count; i++)
            {
                if (epcs.Count == most || looked++ == EventSearch.MostLooked)
                {
                    return (epcs, new PageToken(mark, size, new TimedLeaf(i, at), false, -1, clock.GetUtcNow() + PageToken.Lifetime));
                }
                if (!page.WasNamedBefore(named[i], at))
                {
                    epcs.Add(named[i].Text);
                }
            }
            if (looked++ >= EventSearch.MostLooked)
            {
                return (epcs, new PageToken(mark, size, new TimedLeaf(named.Count, at), false, -1, clock.GetUtcNow() + PageToken.Lifetime));
            }
        }
        return (epcs, null);
    }

    private sealed class Page(LogLook look, Caller caller, Visibility visibility, IndexKeys keys, OwnIds own)
    {
        private const int MostKept = 1_000;

        private readonly Dictionary<long, IReadOnlyList<(ItemId Item, string Text)>> _read = [];

        /// <summary>The EPCs of an event, each once; none where the caller does not see it.</summary>
        public IReadOnlyList<(ItemId Item, string Text)> EpcsOf(long leaf)
        {
            if (!_read.TryGetValue(leaf, out var epcs))
            {
                if (_read.Count == MostKept)
                {
                    _read.Clear();
                }
                _read.Add(leaf, epcs = Find(leaf));
            }
            return epcs;
        }

        public bool WasNamedBefore((ItemId Item, string Text) epc, long leaf) => look
            .Walk([new IndexKey(LeafIndex.Item, keys.OfItem(epc.Item.Key))], new LeafRange(0, leaf), isDescending: false)
            .Any(earlier => EpcsOf(earlier).Any(other => other.Item == epc.Item));

        private IReadOnlyList<(ItemId Item, string Text)> Find(long leaf)
        {
            if (look.Find(leaf) is not var (party, _, body))
            {
                return [];
            }
            var json = JsonElement.Parse(body);
            var e = new QueriedEvent(json, own);
            return !visibility.Sees(caller, party, json) ? [] :
            [
                .. Lists.SelectMany(list => e.TextsAt(list))
                    .Select(text => (IsOne: ItemId.TryParseEventUri(text, own, out var item, out _), Item: item, Text: text))
                    .Where(epc => epc.IsOne).DistinctBy(epc => epc.Item).Select(epc => (epc.Item, epc.Text)),
            ];
        }
    }
}

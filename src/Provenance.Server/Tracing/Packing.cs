using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>A stretch inside something, and the part of it that concerns the item asked for: a box on a pallet travels with it.</summary>
/// <param name="Root">The stretch directly around, or directly inside, what was asked for; <paramref name="Stay"/> itself where nothing lies between.</param>
internal sealed record Nested(Stay Stay, Moment From, Moment? Until, Stay Root)
{
    /// <summary>The events at both ends belong to it.</summary>
    public bool Covers(Moment moment) => Stay.Covers(From, moment, Until);
}

/// <summary>What was inside what, through any number of boxes, by one look at the events.</summary>
internal sealed class Packing(Func<ItemId, History> historyOf)
{
    /// <summary>Stretches that are followed for one item. More of them is no logistics but an attack, or a record gone wrong.</summary>
    public const int MostStretches = 5_000;

    private readonly Dictionary<ItemId, IReadOnlyList<Stay>> _around = [];
    private readonly Dictionary<ItemId, IReadOnlyList<Stay>> _inside = [];

    /// <summary>Some item had more than <see cref="MostStretches"/>.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Every stretch that an item spent inside something, each before those around it.</summary>
    public IReadOnlyList<Nested> Around(ItemId item)
    {
        var found = new List<Nested>();
        foreach (var stay in DirectlyAround(item))
        {
            Follow(new Nested(stay, stay.From, stay.Until, stay), DirectlyAround, outer => outer.Container, [item], found);
        }
        return found;
    }

    /// <summary>Everything that was ever inside a container, each before what was inside that.</summary>
    public IReadOnlyList<Nested> Inside(ItemId container)
    {
        var found = new List<Nested>();
        foreach (var stay in DirectlyInside(container))
        {
            Follow(new Nested(stay, stay.From, stay.Until, stay), DirectlyInside, inner => inner.Item, [container], found);
        }
        return found;
    }

    /// <summary>Everything that was inside a container at a moment.</summary>
    public IReadOnlyList<Nested> Inside(ItemId container, Moment at)
    {
        var found = new List<Nested>();
        foreach (var stay in DirectlyInside(container).Where(stay => stay.Covers(at)))
        {
            Follow(new Nested(stay, at, at, stay), DirectlyInside, inner => inner.Item, [container], found);
        }
        return found;
    }

    private void Follow(Nested one, Func<ItemId, IReadOnlyList<Stay>> next, Func<Stay, ItemId> end, List<ItemId> path, List<Nested> found)
    {
        var reached = end(one.Stay);
        // Nothing is inside itself: a record that says so is followed once around.
        if (path.Contains(reached))
        {
            return;
        }
        if (found.Count == MostStretches)
        {
            IsCut = true;
            return;
        }
        found.Add(one);
        path.Add(reached);
        foreach (var stay in next(reached))
        {
            if (stay.Overlap(one.From, one.Until) is var (from, until))
            {
                Follow(new Nested(stay, from, until, one.Root), next, end, path, found);
            }
        }
        path.RemoveAt(path.Count - 1);
    }

    private IReadOnlyList<Stay> DirectlyAround(ItemId item)
    {
        if (!_around.TryGetValue(item, out var stays))
        {
            _around[item] = stays = Stay.Of(item, historyOf(item), historyOf);
        }
        return stays;
    }

    private IReadOnlyList<Stay> DirectlyInside(ItemId container)
    {
        if (!_inside.TryGetValue(container, out var stays))
        {
            _inside[container] = stays = Stay.InsideOf(container, historyOf(container));
        }
        return stays;
    }
}

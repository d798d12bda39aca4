namespace Provenance.Tests.Server.Tracing;

/// <summary>
/// What a trace, a balance and a state should be, worked out the slow way: everything is replayed from the beginning, and the whole world is looked at after each event.
/// Shares no code and no idea with production, which works with stretches of time.
/// </summary>
internal sealed class NaiveTrace
{
    private readonly IReadOnlyList<Told> _told;
    private readonly List<(int Leaf, Told Event)> _valid;
    private readonly List<(int Leaf, Told Event)> _withdrawn;

    /// <summary>What is inside what after each event, the empty world first; with kilograms where they are known.</summary>
    private readonly List<NaiveWorld> _worlds = [NaiveWorld.Empty];

    public NaiveTrace(IReadOnlyList<Told> told)
    {
        _told = told;
        var declared = told.Where(e => e.IsDeclaration).Select(e => (e.Party, e.Id)).ToHashSet();
        var events = told.Select((e, leaf) => (Leaf: leaf, Event: e)).Where(one => !one.Event.IsDeclaration).OrderBy(one => one.Event.Hour).ThenBy(one => one.Leaf).ToList();
        _valid = events.FindAll(one => !declared.Contains((one.Event.Party, one.Event.Id)));
        _withdrawn = events.FindAll(one => declared.Contains((one.Event.Party, one.Event.Id)));
        foreach (var (_, e) in _valid)
        {
            _worlds.Add(_worlds[^1].After(e));
        }
    }

    public SortedSet<string> Nodes { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Edges { get; } = new(StringComparer.Ordinal);

    public SortedSet<int> Events { get; } = [];

    public SortedSet<int> Withdrawn { get; } = [];

    public SortedSet<string> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>Fills the properties with the trace of one item one way.</summary>
    /// <returns>The items on the way.</returns>
    public Dictionary<string, int> Trace(string item, bool isBack, int depth, bool onlyNow = false)
    {
        var seen = new Dictionary<string, int>();
        var around = new Dictionary<string, int>();
        var links = new List<(string Item, string Further, string Edge)>();
        var worlds = onlyNow ? [_worlds[^1]] : _worlds.Distinct().ToList();
        var level = new HashSet<string>([item, .. worlds.SelectMany(world => world.Inside(item))]);
        foreach (var world in worlds)
        {
            NoteLinks(NaiveWorld.Links(item, one => world.Contents(one)));
        }
        for (var steps = 0; steps <= depth; steps++)
        {
            var next = new HashSet<string>();
            foreach (var one in level.Where(one => seen.TryAdd(one, steps)))
            {
                Visit(one, steps, next);
            }
            level = next;
        }
        foreach (var (from, further, edge) in links)
        {
            (seen.ContainsKey(further) ? Edges : Open).Add(seen.ContainsKey(further) ? edge : from);
        }
        foreach (var node in seen.Keys.Union(around.Keys))
        {
            Nodes.Add($"{node} {Math.Min(seen.GetValueOrDefault(node, 99), around.GetValueOrDefault(node, 99))} {(seen.ContainsKey(node) ? "way" : "around")}");
        }
        Edges.RemoveWhere(edge => edge.Contains(" in ", StringComparison.Ordinal) && edge.Split(" in ").Any(end => !seen.ContainsKey(end) && !around.ContainsKey(end)));
        return seen;

        void Visit(string one, int steps, HashSet<string> next)
        {
            Events.UnionWith(_valid.Where(v => v.Event.Mentions(one)).Select(v => v.Leaf));
            Withdrawn.UnionWith(_withdrawn.Where(v => v.Event.Mentions(one)).Select(v => v.Leaf));
            for (var i = 0; i < _valid.Count; i++)
            {
                var e = _valid[i].Event;
                if (isBack && e.Has("output", one))
                {
                    Back(one, e, next);
                }
                if (!isBack && e.Has("input", one))
                {
                    Forward(one, e, next);
                }
            }
            foreach (var world in _worlds.Distinct())
            {
                foreach (var container in world.Around(one))
                {
                    around[container] = Math.Min(around.GetValueOrDefault(container, 99), steps);
                }
                NoteLinks(NaiveWorld.Links(one, inner => world.ContainersOf(inner)).Select(link => (link.One, link.Further)));
            }
            for (var i = 0; i < _valid.Count; i++)
            {
                foreach (var container in _worlds[i].Around(one).Union(_worlds[i + 1].Around(one)).Where(container => IsStoryOf(_valid[i].Event, container)))
                {
                    Events.Add(_valid[i].Leaf);
                    if (!isBack && _valid[i].Event.Has("input", container))
                    {
                        Forward(container, _valid[i].Event, next);
                    }
                }
            }
            foreach (var (leaf, e) in _withdrawn)
            {
                // It stood between these two worlds that differ in nothing of its own.
                var place = _valid.FindIndex(v => (v.Event.Hour, v.Leaf).CompareTo((e.Hour, leaf)) > 0);
                var world = _worlds[place < 0 ? _valid.Count : place];
                if (world.Around(one).Any(container => IsStoryOf(e, container)))
                {
                    Withdrawn.Add(leaf);
                }
            }
        }

        void Back(string one, Told e, HashSet<string> next)
        {
            var joined = Joined(e);
            foreach (var input in joined.SelectMany(j => j.Event.Items).Where(m => m.Role == "input").GroupBy(m => m.Item))
            {
                links.Add((one, input.Key, $"{input.Key} into {one} {Sum(input)}"));
                next.Add(input.Key);
                foreach (var (_, part) in joined.Where(j => j.Event.Has("input", input.Key)))
                {
                    var world = _worlds[_valid.FindIndex(v => ReferenceEquals(v.Event, part))];
                    next.UnionWith(world.Inside(input.Key));
                    NoteLinks(NaiveWorld.Links(input.Key, outer => world.Contents(outer)));
                }
            }
        }

        void Forward(string one, Told e, HashSet<string> next)
        {
            var joined = Joined(e);
            var used = Sum(joined.SelectMany(j => j.Event.Items).Where(m => m.Role == "input" && m.Item == one));
            foreach (var output in joined.SelectMany(j => j.Event.Items).Where(m => m.Role == "output").Select(m => m.Item).Distinct())
            {
                links.Add((one, output, $"{one} into {output} {used}"));
                next.Add(output);
            }
        }

        List<(int Leaf, Told Event)> Joined(Told e)
        {
            var joined = _valid.FindAll(v => ReferenceEquals(v.Event, e) || (e.Transformation is not null && v.Event.Transformation == e.Transformation && v.Event.Party == e.Party));
            Events.UnionWith(joined.Select(j => j.Leaf));
            return joined;
        }

        void NoteLinks(IEnumerable<(string Further, string One)> packings) => Edges.UnionWith(packings.Select(one => $"{one.Further} in {one.One}"));
    }

    /// <summary>What a party holds of a lot, in kilograms.</summary>
    public decimal Balance(string lot, int party) => Moves(lot).Where(move => move.Party == party).Sum(move => move.Kilograms);

    /// <summary>The condition in the API's words, as far as stories tell of it.</summary>
    public string State(string lot)
    {
        var maker = Maker(lot);
        if (IsSet(lot, maker, "recalled"))
        {
            return "recalled";
        }
        var moves = Moves(lot).Where(move => move.Party == maker).ToList();
        var made = moves.Where(move => move.Kind == "made").Sum(move => move.Kilograms);
        var destroyed = moves.Where(move => move.Kind == "destroying").ToList();
        if (destroyed.Count > 0 && made > 0 && -destroyed.Sum(move => move.Kilograms) >= made)
        {
            return "destroyed";
        }
        if (IsSet(lot, maker, "non_sellable_other"))
        {
            return "onHold";
        }
        var ancestors = new NaiveTrace(_told).Trace(lot, isBack: true, depth: 50, onlyNow: true).Keys.Where(one => one != lot);
        return ancestors.Any(one => IsSet(one, Maker(one), "recalled") && !IsAnswered(lot, maker, one)) ? "ingredientRecalled" : "inOrder";
    }

    private bool IsAnswered(string lot, int? maker, string recalled)
    {
        var recall = _valid.FindLast(v => v.Event.Party == Maker(recalled) && v.Event.Mentions(recalled) && v.Event.Set == "recalled");
        return _valid.Exists(v => v.Event.Party == maker && v.Event.Mentions(lot) && v.Event.Step == "inspecting" && v.Event.Concerns == recalled
            && (v.Leaf > recall.Leaf || _valid.IndexOf(v) > _valid.IndexOf(recall)));
    }

    private int? Maker(string item) => _valid.Where(v => v.Event.Has("output", item)
            || (v.Event is { Type: "ObjectEvent", Action: "ADD" } && v.Event.Has("subject", item)) || (v.Event is { IsNesting: true, Action: "ADD" } && v.Event.Has("parent", item)))
        .OrderBy(v => v.Leaf).Select(v => (int?)v.Event.Party).FirstOrDefault();

    private bool IsSet(string item, int? party, string disposition) =>
        _valid.Where(v => v.Event.Party == party && v.Event.Mentions(item) && (v.Event.Set == disposition || v.Event.Unset == disposition)).LastOrDefault().Event?.Set == disposition;

    private IEnumerable<(int Party, string Kind, decimal Kilograms)> Moves(string lot)
    {
        for (var i = 0; i < _valid.Count; i++)
        {
            var e = _valid[i].Event;
            foreach (var one in e.Items.Where(one => one.Item == lot && one.Kilograms is not null && Kind(e, one.Role) is not null))
            {
                yield return (e.Party, Kind(e, one.Role)!, Sign(Kind(e, one.Role)!) * one.Kilograms!.Value);
            }
            foreach (var direct in RandomHistory.Containers.Where(container => Amount(i, lot, container) is not null))
            {
                var moved = new[] { direct }.Concat(_worlds[i].Around(direct)).Concat(_worlds[i + 1].Around(direct))
                    .SelectMany(container => e.Items.Where(one => one.Item == container)).Select(one => Kind(e, one.Role))
                    .FirstOrDefault(kind => kind is not null and not "made" && e.Step != "decommissioning");
                if (moved is not null && !(e.IsNesting && e.Mentions(lot)))
                {
                    yield return (e.Party, moved, Sign(moved) * Amount(i, lot, direct)!.Value);
                }
            }
        }
    }

    private decimal? Amount(int i, string lot, string container) =>
        _worlds[i].Kilograms(lot, container) ?? _worlds[i + 1].Kilograms(lot, container);

    private static string? Kind(Told e, string role) => (role, e.Type, e.Action) switch
    {
        ("output", _, _) or ("subject", "ObjectEvent", "ADD") => "made",
        ("input", _, _) => "used",
        ("subject", "ObjectEvent", "DELETE") => e.Step,
        (_, "ObjectEvent" or "AggregationEvent", "OBSERVE") when e.Step is "receiving" or "shipping" or "void_shipping" or "retail_selling" => e.Step,
        _ => null,
    };

    private static int Sign(string kind) => kind is "made" or "receiving" or "void_shipping" ? 1 : -1;

    private static bool IsStoryOf(Told e, string container) => e.Mentions(container)
        && (e.Items.Any(one => one.Item == container && one.Role != "parent") || e.Action == "OBSERVE" || (e.Action == "DELETE" && e.IsNesting && e.Items.Count == 1));

    private static string Sum(IEnumerable<ToldItem> items) =>
        items.ToList() is var all && all.TrueForAll(one => one.Kilograms is not null) ? all.Sum(one => one.Kilograms!.Value).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) : "?";
}

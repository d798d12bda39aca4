namespace Provenance.Tests.Server.Tracing;

/// <summary>What is inside what at one moment, with kilograms where they are known. Never changes.</summary>
internal sealed class NaiveWorld
{
    private readonly Dictionary<(string Item, string Container), decimal?> _inside;

    private NaiveWorld(Dictionary<(string Item, string Container), decimal?> inside) => _inside = inside;

    public static NaiveWorld Empty { get; } = new([]);

    public NaiveWorld After(Told e)
    {
        if (!e.IsNesting)
        {
            return this;
        }
        var inside = new Dictionary<(string Item, string Container), decimal?>(_inside);
        var parent = e.Items.Single(one => one.Role == "parent").Item;
        if (e.Action == "DELETE" && e.Items.Count == 1)
        {
            foreach (var key in inside.Keys.Where(key => key.Container == parent).ToList())
            {
                inside.Remove(key);
            }
        }
        foreach (var child in e.Items.Where(one => one.Role == "child" && one.Item != parent))
        {
            var key = (child.Item, parent);
            var isInside = inside.TryGetValue(key, out var before);
            if (e.Action == "ADD" || (e.Action == "OBSERVE" && !isInside))
            {
                inside[key] = isInside ? before + child.Kilograms : child.Kilograms;
            }
            else if (e.Action == "DELETE" && isInside)
            {
                inside[key] = before - child.Kilograms;
                if (child.Kilograms is null || inside[key] <= 0)
                {
                    inside.Remove(key);
                }
            }
        }
        return new NaiveWorld(inside);
    }

    /// <summary>Null where it is not directly inside, or where nobody knows how much is.</summary>
    public decimal? Kilograms(string item, string container) => _inside.GetValueOrDefault((item, container));

    /// <summary>Everything inside a container, however deep.</summary>
    public HashSet<string> Inside(string container) => Reach(container, Contents);

    /// <summary>Everything that an item is inside of, however far out.</summary>
    public HashSet<string> Around(string item) => Reach(item, ContainersOf);

    public IEnumerable<string> Contents(string container) => _inside.Keys.Where(key => key.Container == container).Select(key => key.Item);

    public IEnumerable<string> ContainersOf(string item) => _inside.Keys.Where(key => key.Item == item).Select(key => key.Container);

    /// <summary>Every step of every way from a start that meets nothing twice.</summary>
    public static HashSet<(string Further, string One)> Links(string start, Func<string, IEnumerable<string>> next)
    {
        var links = new HashSet<(string, string)>();
        Go([start]);
        return links;

        void Go(List<string> way)
        {
            foreach (var further in next(way[^1]).Where(further => !way.Contains(further)))
            {
                links.Add((further, way[^1]));
                Go([.. way, further]);
            }
        }
    }

    private static HashSet<string> Reach(string start, Func<string, IEnumerable<string>> next)
    {
        var reached = new HashSet<string>();
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var one))
        {
            foreach (var further in next(one).Where(further => further != start && reached.Add(further)).ToList())
            {
                queue.Enqueue(further);
            }
        }
        return reached;
    }
}

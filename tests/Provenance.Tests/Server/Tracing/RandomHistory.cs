namespace Provenance.Tests.Server.Tracing;

/// <summary>
/// Goods of three firms, at random: made, split, mixed and reworked, packed into boxes on pallets on a truck, moved, recalled; told late and out of order, with errors
/// declared by whoever may and whoever may not. Much of it makes no sense, as much of real history does not.
/// </summary>
internal sealed class RandomHistory
{
    public static readonly string[] Lots = ["L0", "L1", "L2", "L3", "L4", "L5"];
    public static readonly string[] Containers = ["B0", "B1", "P0", "P1", "T0"];

    private readonly Random _chance;
    private readonly List<Told> _told = [];

    private RandomHistory(int seed) => _chance = new Random(seed);

    public static IReadOnlyList<Told> Of(int seed)
    {
        var history = new RandomHistory(seed);
        var length = history._chance.Next(8, 34);
        while (history._told.Count < length)
        {
            history.Tell();
        }
        return history._told;
    }

    private void Tell()
    {
        switch (_chance.Next(22))
        {
            case 0 or 1 or 2:
                Object("ADD", "commissioning", [Portion("subject", Some(Lots), isOpen: false)]);
                break;
            case 3 or 4 or 5 or 6:
                Transform();
                break;
            case 7 or 8 or 9 or 10:
                Pack("ADD");
                break;
            case 11 or 12:
                Pack("DELETE");
                break;
            case 13:
                Pack("OBSERVE");
                break;
            case 14 or 15:
                Object("OBSERVE", Some("shipping", "receiving", "void_shipping", "retail_selling", "storing"), Handled());
                break;
            case 16:
                Object("DELETE", Some("destroying", "destroying", "sampling", "decommissioning"), Handled());
                break;
            case 17 or 18:
                State();
                break;
            case 19:
                Answer();
                break;
            default:
                Declare();
                break;
        }
    }

    private void Object(string action, string? step, IReadOnlyList<ToldItem> items) =>
        Add(new Told(_chance.Next(3), "", 0, "ObjectEvent", action, step, items));

    private IReadOnlyList<ToldItem> Handled() => _chance.Next(3) switch
    {
        0 => [Portion("subject", Some(Lots), isOpen: _chance.Next(6) == 0)],
        1 => [new("subject", Some(Containers), null)],
        _ => [new("subject", Some(Containers), null), Portion("subject", Some(Lots), isOpen: false)],
    };

    private void Transform()
    {
        List<ToldItem> inputs = [.. Sample(Lots, _chance.Next(1, 4)).Select(lot => Portion("input", lot, isOpen: _chance.Next(8) == 0))];
        if (_chance.Next(4) == 0)
        {
            inputs.Add(new ToldItem("input", Some(Containers), null));
        }
        var outputs = Sample(Lots, _chance.Next(1, 3)).Select(lot => Portion("output", lot, isOpen: false)).ToList();
        var party = _chance.Next(3);
        if (_chance.Next(3) > 0)
        {
            Add(new Told(party, "", 0, "TransformationEvent", null, "commissioning", [.. inputs, .. outputs]));
            return;
        }
        // Few ids, so that one is used twice, also by different firms: ids are each firm's own.
        var id = "urn:x:t" + _chance.Next(3);
        Add(new Told(party, "", 0, "TransformationEvent", null, "commissioning", inputs) { Transformation = id });
        Add(new Told(_chance.Next(4) == 0 ? _chance.Next(3) : party, "", 0, "TransformationEvent", null, "commissioning", outputs) { Transformation = id });
    }

    private void Pack(string action)
    {
        var parent = _chance.Next(Containers.Length);
        var items = new List<ToldItem> { new("parent", Containers[parent], null) };
        if (action != "DELETE" || _chance.Next(3) > 0)
        {
            var smaller = _chance.Next(20) == 0 ? Containers : Containers[..parent];
            if (smaller.Length > 0 && _chance.Next(3) == 0)
            {
                items.Add(new ToldItem("child", Some(smaller), null));
            }
            else
            {
                items.AddRange(Sample(Lots, _chance.Next(1, 3)).Select(lot => Portion("child", lot, isOpen: _chance.Next(5) == 0)));
            }
        }
        var step = action switch { "ADD" => "packing", "DELETE" => "unpacking", _ => Some("receiving", "shipping", "inspecting") };
        Add(new Told(_chance.Next(3), "", 0, "AggregationEvent", action, step, items));
    }

    private void State()
    {
        var about = new ToldItem[] { new("subject", Some(Lots), null) };
        var told = new Told(_chance.Next(3), "", 0, "ObjectEvent", "OBSERVE", null, about);
        Add(_chance.Next(6) switch
        {
            0 or 1 => told with { Set = "recalled" },
            2 => told with { Unset = "recalled" },
            3 => told with { Set = "non_sellable_other" },
            4 => told with { Unset = "non_sellable_other" },
            _ => told with { Step = "inspecting", Concerns = Some(Lots) },
        });
    }

    /// <summary>Who made one of two lots inspects it, often for a recall of the other.</summary>
    private void Answer()
    {
        var makings = _told.Where(one => one.Items.Any(item => item.Role == "output" || (item.Role == "subject" && one.Action == "ADD"))).ToArray();
        var recalls = _told.Where(one => one.Set == "recalled").ToArray();
        if (makings.Length > 0 && recalls.Length > 0)
        {
            var making = Some(makings);
            Add(new Told(making.Party, "", 0, "ObjectEvent", "OBSERVE", "inspecting", [new("subject", making.Items[^1].Item, null)]) { Concerns = Some(recalls).Items[0].Item });
        }
    }

    /// <summary>An error is declared by who made it, or in vain by another; half the time the right event follows.</summary>
    private void Declare()
    {
        if (_told.Where(one => !one.IsDeclaration).ToArray() is not { Length: > 0 } events)
        {
            return;
        }
        var wrong = Some(events);
        var declaration = wrong with { IsDeclaration = true, Party = _chance.Next(5) == 0 ? (wrong.Party + 1) % 3 : wrong.Party };
        if (_told.Exists(one => one.IsDeclaration && one.Id == wrong.Id && one.Party == declaration.Party))
        {
            return;
        }
        _told.Add(declaration);
        if (_chance.Next(2) == 0)
        {
            Add(wrong with { Items = [.. wrong.Items.Select(one => one.Kilograms is { } before ? one with { Kilograms = before + 1.5m } : one)] });
        }
    }

    private void Add(Told told) => _told.Add(told with { Id = $"urn:x:{_told.Count}", Hour = _chance.Next(40) });

    private ToldItem Portion(string role, string lot, bool isOpen) => new(role, lot, isOpen ? null : _chance.Next(1, 4001) / 4m);

    private T Some<T>(params T[] from) => from[_chance.Next(from.Length)];

    private string[] Sample(string[] from, int count) => [.. from.OrderBy(_ => _chance.Next()).Take(count)];
}

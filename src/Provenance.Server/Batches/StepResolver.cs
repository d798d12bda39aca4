using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>
/// Looks up what a request names. Reads one state of the log and of what the parties told it; notes faults and warnings, writes nothing.
/// </summary>
internal sealed class StepResolver
{
    public StepResolver(LogReading log, BatchDirectory directory, Party party, DateTimeOffset now, Faults faults, List<string> warnings)
    {
        (Log, Directory, Party, Now, Faults, Warnings) = (log, directory, party, now, faults, warnings);
        Items = new ItemResolver(log, directory, party, faults, warnings);
        Places = new PlaceResolver(directory, log.Own, party, faults);
    }

    public LogReading Log { get; }

    public BatchDirectory Directory { get; }

    /// <summary>Who records.</summary>
    public Party Party { get; }

    public DateTimeOffset Now { get; }

    public Faults Faults { get; }

    public List<string> Warnings { get; }

    public ItemResolver Items { get; }

    public PlaceResolver Places { get; }

    /// <summary>Null when anything is wrong; then the faults say what.</summary>
    public ResolvedRequest? Resolve(StepRequest request)
    {
        var common = Common(request.Common);
        var resolved = common is null ? null : request.Resolve(this, common);
        return Faults.None ? resolved : null;
    }

    /// <summary>Null when the time is wrong.</summary>
    public StepCommon? Common(CommonFields given) => new CommonResolver(Directory, Places, Log.Own, Party, Now, Faults, Warnings).Resolve(given);

    /// <summary>Null when one of them failed. Naming one item twice is a fault: the event could not tell the two amounts apart.</summary>
    public List<StepPortion>? Each(IReadOnlyList<GivenPortion> given, Func<GivenPortion, ItemId, StepPortion?> resolve)
    {
        var known = given.Select(portion => (Given: portion, Item: Items.Resolve(portion.Item))).Where(pair => pair.Item is not null).ToList();
        RefuseTwice([.. known.Select(pair => pair.Item!.Value)], i => known[i].Given.Item.Field);
        var portions = known.Select(pair => resolve(pair.Given, pair.Item!.Value)).OfType<StepPortion>().ToList();
        return portions.Count == given.Count ? portions : null;
    }

    public void RefuseTwice(List<ItemId> items, Func<int, string> fieldOf)
    {
        for (var i = 1; i < items.Count; i++)
        {
            if (items.Take(i).Contains(items[i]))
            {
                Faults.Add(fieldOf(i), items[i].Uri, "This item stands here twice. Send it once, with the quantities added up.");
            }
        }
    }

    /// <summary>False with a fault. A pallet may be filled by somebody who does not record here; what is on it then is not known, and not claimed.</summary>
    public bool IsOnRecord(GivenPortion given, ItemId item)
    {
        if (item.Kind == ItemKind.Sscc || Items.IsOnRecord(item))
        {
            return true;
        }
        Faults.Add(given.Item.Field, given.Item.Text ?? item.Uri, "Not on record here. Register it first, or record its receipt.");
        return false;
    }

    /// <summary>Null, with the fault that papers would mend.</summary>
    public StepPortion? NotOnRecord(GivenPortion given, ItemId item)
    {
        Faults.Add(given.Item.Field, given.Item.Text ?? item.Uri,
            $"Not on record here. Add {ItemResolver.Under(given.Field, "supplier")} with name and country to record it from your papers.");
        return null;
    }

    /// <summary>Who makes it: its number's holder, else whoever first recorded that it was made. Null when nobody did.</summary>
    public Party? MakerOf(ItemId item) => Directory.MakersIn(Log).Find(item);

    /// <summary>False with a fault where the item's number was given to another party (design §7, Authority).</summary>
    public bool MayMake(ItemId item, GivenItem given)
    {
        var holder = Directory.FindHolder(item);
        if (holder is null || holder.Row == Party.Row)
        {
            return true;
        }
        Faults.Forbid(given.Field, given.Text ?? item.Uri, "This number belongs to another party of this ledger; only it can record that more of it comes into being.");
        return false;
    }

    /// <summary>A lot that a step makes; null with a fault where its number is another's or its name is not known.</summary>
    public StepOutput? Output(GivenOutput given)
    {
        var field = ItemResolver.Under(given.Field, "product");
        var item = Items.ResolveLot(given.Product, given.Lot, field);
        var amount = Items.AmountOf(given.Quantity);
        var netContent = given.Product.NetContent is { } net ? Items.AmountOf(net) : null;
        if (item is not { } lot || amount is not { } quantity || (given.Product.NetContent is not null && netContent is null))
        {
            return null;
        }
        Directory.Documents.CheckPhoto(Party, $"{field}.image", given.Product.Image, Faults);
        if (lot.Gtin is { } gtin)
        {
            var holder = Directory.FindHolder(lot);
            if (holder is not null && holder.Row != Party.Row)
            {
                Faults.Forbid($"{field}.gtin", given.Product.Gtin, "This GTIN belongs to another party of this ledger; only it can register batches of it.");
                return null;
            }
            if (holder is null)
            {
                Warnings.Add($"Nobody has confirmed that GTIN {gtin} is yours: its pages say \"maker not confirmed\" until the operator does.");
            }
        }
        if (Items.NameOf(lot, given.Product) is not { } name)
        {
            Faults.Add($"{field}.name", null, "Send the product's name: it is not on the list of products.");
            return null;
        }
        return new StepOutput(new StepPortion(lot, quantity, name), given.BestBefore, given.UseBy, given.Origin, netContent, given.Product.Image, given.Attributes);
    }
}

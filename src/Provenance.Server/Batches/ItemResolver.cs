using System.Globalization;
using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Core.Units;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>Turns what a sender calls an item, and how much of it, into the item and an amount with its unit.</summary>
internal sealed class ItemResolver(LogReading log, BatchDirectory directory, Party party, Faults faults, List<string> warnings)
{
    /// <summary>A batch, a serial or a logistic unit by any of its names; null with a fault otherwise.</summary>
    public ItemId? Resolve(GivenItem given)
    {
        if (given.Product is { } product)
        {
            return ResolveLot(product, given.Lot!, given.Field);
        }
        if (!ItemId.TryParse(given.Text!, log.Own, out var item, out var error))
        {
            faults.Add(given.Field, given.Text, $"{Sentence(error)} Send the item's URI, its element string such as (01)…(10)…, or product and lot.");
            return null;
        }
        if (item.Kind is ItemKind.Class)
        {
            faults.Add(given.Field, given.Text, "This names a product, not a batch of it: add the lot, (10)… or /10/…, or the serial.");
            return null;
        }
        if (item.Kind is ItemKind.Party or ItemKind.Location or ItemKind.Document)
        {
            faults.Add(given.Field, given.Text, "This names no goods. Send a batch, a serial or an SSCC.");
            return null;
        }
        return item;
    }

    /// <summary>A lot by product and lot number: of a GTIN, or of this party's own SKU.</summary>
    public ItemId? ResolveLot(GivenProduct product, string lot, string field)
    {
        if (product.Gtin is { } gtin)
        {
            if (CheckDigit.Gtin14(gtin) is not { } full)
            {
                faults.Add($"{product.Field}.gtin", gtin, GtinFault(gtin));
                return null;
            }
            var elements = $"(01){full}(10){lot.Replace("(", "\\(", StringComparison.Ordinal)}";
            if (ItemId.TryParse(elements, log.Own, out var item, out var error))
            {
                return item;
            }
            faults.Add(LotField(field), lot, $"{Sentence(error)} Send the lot number as it is printed on the pack.");
            return null;
        }
        var fault = OwnId.SkuFault(product.Sku!);
        if (fault is not null)
        {
            faults.Add($"{product.Field}.sku", product.Sku, $"{Sentence(fault)} Send your own article number.");
        }
        else if ((fault = OwnId.PartFault("lot", lot)) is not null)
        {
            faults.Add(LotField(field), lot, $"{Sentence(fault)} Send the lot number as it is printed on the pack.");
        }
        return fault is null ? ItemId.Of(log.Own, OwnId.OfBatch(party.Slug, product.Sku!, lot)) : null;
    }

    public bool IsOnRecord(ItemId item) => log.HistoryOf(item).Events.Count > 0;

    /// <summary>What this party still holds of it.</summary>
    public Balance BalanceOf(ItemId item)
    {
        var names = new[] { directory.UriOf(party), directory.OwnUriOf(party) };
        return Balance.Of(item, party.Row, log.HistoryOf, NetContentOf(item), e => e.Party == party.Row || e.Facts.Partners.Any(names.Contains));
    }

    /// <summary>How a sender's number and unit are written in an event; null with a fault otherwise.</summary>
    /// <param name="mayBeNone">Zero is an amount: a count that found nothing.</param>
    public Amount? AmountOf(GivenQuantity given, bool mayBeNone = false)
    {
        var unit = Unit.Piece;
        if (given.Uom is not null && !Unit.TryParse(given.Uom, out unit, out var unknown))
        {
            faults.Add(UomField(given.Field), given.Uom, $"{Sentence(unknown)} Send one of these, or another code of UN/ECE Rec 20.");
            return null;
        }
        var text = given.Value.ToString(CultureInfo.InvariantCulture);
        if (given.Value < 0 || (given.Value == 0 && !mayBeNone))
        {
            faults.Add(given.Field, text, mayBeNone ? "Send what was found: 0 or more." : "Send more than 0.");
            return null;
        }
        if (!Quantity.TryParse(text, unit, out var quantity, out var error))
        {
            faults.Add(given.Field, text, $"{Sentence(error)} Send at most {Quantity.MaxDigits} digits, {Quantity.MaxDecimals} of them decimals; pieces and cases are whole.");
            return null;
        }
        return Amount.Of(quantity);
    }

    /// <summary>Something that leaves the party's hands or its free stock: all that is held where no quantity is given, and a warning where more goes than is there.</summary>
    public StepPortion? Leaving(GivenPortion given, ItemId item)
    {
        if (IsOneThing(item))
        {
            return One(given, item);
        }
        var held = BalanceOf(item);
        if (given.Quantity is null)
        {
            return AllHeld(given, item, held);
        }
        if (AmountOf(given.Quantity) is not { } amount)
        {
            return null;
        }
        WarnOfMore(item, amount, held);
        return new StepPortion(item, amount, NameOf(item, given.Item.Product));
    }

    /// <summary>Something that arrives, or whose amount the sender has to know.</summary>
    public StepPortion? Arriving(GivenPortion given, ItemId item)
    {
        if (IsOneThing(item))
        {
            return One(given, item);
        }
        if (given.Quantity is null)
        {
            faults.Add(Under(given.Field, "quantity"), null, "Send how much arrived.");
            return null;
        }
        return Stated(given, given.Quantity, item);
    }

    /// <summary>Something that stays with the party: all of it where no quantity is given.</summary>
    public StepPortion? Staying(GivenPortion given, ItemId item) =>
        IsOneThing(item) ? One(given, item) : given.Quantity is null ? AllHeld(given, item, BalanceOf(item)) : Stated(given, given.Quantity, item);

    /// <summary>Something that is spoken of wherever it is: where no quantity is given, all that the party holds, or the lot as such.</summary>
    /// <param name="isAboutAllOfIt">Of the lot as such in any case.</param>
    public StepPortion? Concerning(GivenPortion given, ItemId item, bool isAboutAllOfIt)
    {
        if (IsOneThing(item))
        {
            return One(given, item);
        }
        if (given.Quantity is not null)
        {
            return Stated(given, given.Quantity, item);
        }
        Amount? held = !isAboutAllOfIt && BalanceOf(item) is { IsKnown: true, Amounts: [{ Value: > 0 } all] } ? all : null;
        return new StepPortion(item, held, NameOf(item, given.Item.Product), IsOpen: held is null);
    }

    /// <summary>What a count found: a difference from the record is a warning.</summary>
    public StepPortion? Counted(GivenPortion given, ItemId item)
    {
        if (IsOneThing(item))
        {
            return One(given, item);
        }
        if (given.Quantity is null)
        {
            faults.Add(Under(given.Field, "quantity"), null, "Send how much was found; 0 where nothing was.");
            return null;
        }
        if (AmountOf(given.Quantity, mayBeNone: true) is not { } found)
        {
            return null;
        }
        var (held, netContent) = (BalanceOf(item), NetContentOf(item));
        var recorded = held.Amounts.FirstOrDefault(sum => found.In(sum.Uom, netContent) is not null);
        if (!held.IsKnown)
        {
            warnings.Add($"{item} was neither made nor received by you on this record; {found} was found.");
        }
        else if (found.In(recorded.Uom, netContent) != recorded.Value)
        {
            warnings.Add($"{found} of {item} was found, and {string.Join(" and ", held.Amounts)} is on record.");
        }
        return new StepPortion(item, found, NameOf(item, given.Item.Product));
    }

    /// <summary>What an ObjectEvent is about.</summary>
    public List<StepPortion> SubjectsOf(TracedEvent e) =>
        [.. e.Facts.Items.Where(mention => mention.Role == ItemRole.Subject).Select(mention => StepPortion.Of(mention, NameOf(mention.Item, null), IsOneThing(mention.Item)))];

    /// <summary>The name as sent, as the list of products has it, or as the event that made the item gives it.</summary>
    public string? NameOf(ItemId item, GivenProduct? given) =>
        given?.Name ?? directory.FindProduct(item)?.Name ?? log.HistoryOf(item).Events
            .Where(e => e.MentionsOf(item).Any())
            .Select(e => EventFacts.Text(e.Body, Core.Events.ProvTerms.ProductName))
            .FirstOrDefault(name => name is not null);

    public static string Under(string field, string member) => field.Length == 0 ? member : $"{field}.{member}";

    /// <summary>A thing with a number of its own. What some other URI names, the events about it tell.</summary>
    private bool IsOneThing(ItemId item) => item.Kind is ItemKind.Instance or ItemKind.Sscc
        || (item.Kind == ItemKind.Other && log.HistoryOf(item).Events.SelectMany(e => e.MentionsOf(item)).ToList() is { Count: > 0 } mentions
            && mentions.TrueForAll(mention => mention.Value is null));

    private StepPortion? Stated(GivenPortion given, GivenQuantity quantity, ItemId item) =>
        AmountOf(quantity) is { } amount ? new StepPortion(item, amount, NameOf(item, given.Item.Product)) : null;

    private StepPortion? One(GivenPortion given, ItemId item)
    {
        if (given.Quantity is null or { Value: 1, Uom: null or "piece" })
        {
            return new StepPortion(item, null, NameOf(item, given.Item.Product));
        }
        faults.Add(given.Quantity.Field, given.Quantity.Value.ToString(CultureInfo.InvariantCulture),
            "This is one thing with its own number: leave the quantity out.");
        return null;
    }

    private StepPortion? AllHeld(GivenPortion given, ItemId item, Balance held)
    {
        var field = Under(given.Field, "quantity");
        if (!held.IsKnown)
        {
            faults.Add(field, null, "Send the quantity: nothing on record says how much of it you hold.");
            return null;
        }
        if (held.Amounts is not [var all])
        {
            faults.Add(field, null, $"Send the quantity: it is on record in {string.Join(" and ", held.Amounts)}.");
            return null;
        }
        if (all.Value <= 0)
        {
            faults.Add(field, null, $"By the record you hold nothing of it any more ({all}). Send the quantity if the record is wrong.");
            return null;
        }
        return new StepPortion(item, all, NameOf(item, given.Item.Product));
    }

    private void WarnOfMore(ItemId item, Amount amount, Balance held)
    {
        var netContent = NetContentOf(item);
        var counted = held.Amounts.FirstOrDefault(sum => amount.In(sum.Uom, netContent) is not null);
        if (!held.IsKnown)
        {
            warnings.Add($"{item} was neither made nor received by you on this record.");
        }
        else if (!held.Amounts.Contains(counted) || amount.In(counted.Uom, netContent) is not { } comparable)
        {
            warnings.Add($"{item} is on record in {string.Join(" and ", held.Amounts)}; {amount} can't be compared with that.");
        }
        else if (comparable > counted.Value)
        {
            warnings.Add($"More of {item} goes out than is on record: {amount} of {counted}.");
        }
    }

    /// <summary>By the list of products, else by the event that made the lot.</summary>
    private Amount? NetContentOf(ItemId item)
    {
        if (directory.FindProduct(item)?.NetContent is { } stated)
        {
            return new Amount(stated.Value, stated.Uom);
        }
        foreach (var e in log.HistoryOf(item).Events)
        {
            if (e.Body.TryGetProperty("ilmd", out var ilmd) && ilmd.ValueKind == JsonValueKind.Object && ilmd.TryGetProperty("gs1:netContent", out var net)
                && net.ValueKind == JsonValueKind.Object && net.TryGetProperty("gs1:value", out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetDecimal(out var number))
            {
                return new Amount(number, EventFacts.Text(net, "gs1:unitCode"));
            }
        }
        return null;
    }

    private static string GtinFault(string gtin)
    {
        if (gtin.Length is not (8 or 12 or 13 or 14) || !gtin.All(char.IsAsciiDigit))
        {
            return "Send a GTIN: 8, 12, 13 or 14 digits.";
        }
        return $"The last digit should be {CheckDigit.Of(gtin.AsSpan(0, gtin.Length - 1))}. Check the number on the pack.";
    }

    // Where the lot stood: beside the product, in the same object.
    private static string LotField(string productField) =>
        productField.EndsWith("product", StringComparison.Ordinal) ? productField[..^"product".Length] + "lot" : "lot";

    // The unit stands beside its number.
    private static string UomField(string quantityField) =>
        quantityField[..(quantityField.LastIndexOf('.') + 1)] + "uom";

    private static string Sentence(string error) => char.ToUpperInvariant(error[0]) + error[1..] + (error.EndsWith('.') ? "" : ".");
}

using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

// What the event is about.
internal sealed partial class Replacement
{
    private static readonly string[] AboutMade = ["product", "lot", "quantity", "uom", "bestBefore", "useBy", "origin", "attributes"];

    private void ReadGoods()
    {
        if (_facts.Type == "TransformationEvent")
        {
            if (given.Has("inputs"))
            {
                Tell("inputEPCList", "inputQuantityList", Portions(GoodsReader.ReadPortions(given, "inputs"), "inputs"));
            }
            ReadMade(ItemRole.Output, "outputEPCList", "outputQuantityList");
        }
        else if (_facts is { Type: "ObjectEvent", Action: "ADD" })
        {
            ReadMade(ItemRole.Subject, "epcList", "quantityList");
        }
        else if (recorded.IsNesting)
        {
            ReadNesting();
        }
        else if (ReadItems() is { } items)
        {
            Tell("epcList", "quantityList", items);
        }
    }

    private void Tell(string instances, string amounts, IReadOnlyList<StepPortion>? portions)
    {
        portions ??= [];
        _members.UnionWith([instances, amounts]);
        _lists.Add((instances, amounts, portions));
        // Of the same goods the name stays, which may be on record nowhere else.
        if (!instances.StartsWith("input", StringComparison.Ordinal) && portions.Any(portion => _facts.Items.All(mention => mention.Item != portion.Item)))
        {
            _members.Add(ProvTerms.ProductName);
        }
    }

    /// <summary><c>items</c> or <c>item</c>; of one item also its quantity alone.</summary>
    private List<StepPortion>? ReadItems()
    {
        if (!given.Has("item") && !given.Has("items") && !given.Has("product") && given.Has("quantity"))
        {
            var quantity = GoodsReader.ReadQuantity(given, "quantity");
            if (_facts.Items is [var only])
            {
                return Portions([new GivenPortion(given.Path, new GivenItem(given.At("item"), only.Item.Uri, null, null), quantity, null)], "items");
            }
            look.Faults.Add(given.At("items"), null, $"The event is about {_facts.Items.Count} items: send items, each with its quantity.");
            return null;
        }
        var items = GoodsReader.ReadItems(given, areRequired: false);
        return given.Has("item") || given.Has("items") || given.Has("product") ? Portions(items, "items") : null;
    }

    private void ReadNesting()
    {
        var words = NestingSteps.WordsOf(_facts.Type, _facts.Action);
        var before = _facts.Items.FirstOrDefault(mention => mention.Role == ItemRole.Parent)?.Item;
        var parent = Replaces(words.Parent, "parentID") && GoodsReader.ReadItem(given, words.Parent, words.WhatParent) is { } named ? look.Items.Resolve(named) : before;
        _texts.Add(("parentID", parent?.Uri));
        var contents = words.Contents == "items" ? ReadNestedItems() : given.Has(words.Contents) ? Portions(GoodsReader.ReadPortions(given, words.Contents), words.Contents) : null;
        if (contents is null)
        {
            return;
        }
        if (contents.Count == 0 && words.IsAdding)
        {
            look.Faults.Add(given.At(words.Contents), "[]", "Send at least one item that was packed; if none was, send step void.");
        }
        if (contents.Exists(content => content.Item == parent))
        {
            look.Faults.Add(given.At(words.Contents), parent?.Uri, "Nothing goes into itself. Name two different things.");
        }
        Tell("childEPCs", "childQuantityList", contents);

        List<StepPortion>? ReadNestedItems() => given.Has("items") || given.Has("item") ? Portions(GoodsReader.ReadItems(given, areRequired: false), "items") : null;
    }

    /// <summary>The whole of <c>outputs</c>; or, of the one batch that the event made, any of its members.</summary>
    private void ReadMade(ItemRole role, string instances, string amounts)
    {
        if (role == ItemRole.Output && given.Has("outputs"))
        {
            ReadOutputs(instances, amounts);
            return;
        }
        if (!AboutMade.Any(given.Has))
        {
            return;
        }
        var made = _facts.Items.Where(mention => mention.Role == role).ToList();
        var product = given.Has("product") ? GoodsReader.ReadProduct(given) : null;
        var lot = given.FindText("lot", longest: 20);
        var quantity = GoodsReader.ReadQuantity(given, "quantity");
        var (bestBefore, useBy) = (given.FindDate("bestBefore"), given.FindDate("useBy"));
        var origin = CommonReader.ReadOrigin(given, isRequired: false);
        var attributes = given.OwnFields("attributes");
        if (made is not [var one])
        {
            look.Faults.Add(given.At("outputs"), null, $"The event made {made.Count} batches: send outputs, with all of them as they should be.");
            return;
        }
        var portion = product is null && lot is null ? SameLot(one, quantity) : OtherLot(one, product, lot, quantity);
        if (portion is null)
        {
            return;
        }
        if (given.Has("product") || given.Has("lot") || given.Has("quantity"))
        {
            Tell(instances, amounts, [portion]);
        }
        var netContent = product?.NetContent is { } net ? look.Items.AmountOf(net) : null;
        _output = new StepOutput(portion, bestBefore, useBy, origin, netContent, product?.Image, attributes);
        ReplaceMasterData();
    }

    private void ReadOutputs(string instances, string amounts)
    {
        var outputs = given.Objects("outputs").Select(one => GoodsReader.ReadOutput(one, withOrigin: false)).OfType<GivenOutput>().Select(look.Output).OfType<StepOutput>().ToList();
        if (!look.Faults.None)
        {
            return;
        }
        if (outputs.Count == 0 || outputs.Select(Transform.IlmdOf).Distinct().Count() > 1)
        {
            look.Faults.Add(given.At("outputs"), null, "One event holds batches of one product with one set of dates. Send step void for this event, and then the right transform.");
            return;
        }
        look.RefuseTwice([.. outputs.Select(output => output.Portion.Item)], i => $"{given.At("outputs")}[{i}]");
        Tell(instances, amounts, [.. outputs.Select(output => output.Portion)]);
        _output = outputs[0];
        _members.UnionWith(["ilmd", ProvTerms.ProductName]);
    }

    private StepPortion? SameLot(ItemMention one, GivenQuantity? quantity)
    {
        var amount = quantity is not null ? look.Items.AmountOf(quantity) : one.Value is { } value ? new Amount(value, one.Uom) : null;
        return quantity is not null && amount is null ? null
            : new StepPortion(one.Item, amount, EventFacts.Text(recorded.Body, ProvTerms.ProductName), IsOpen: amount is null && one.Item.Kind == ItemKind.Lot);
    }

    private StepPortion? OtherLot(ItemMention one, GivenProduct? product, string? lot, GivenQuantity? quantity)
    {
        var name = EventFacts.Text(recorded.Body, ProvTerms.ProductName);
        product ??= one.Item.Gtin is { } gtin ? new GivenProduct(given.At("product"), gtin, null, name, null, null)
            : one.Item.Own?.Sku is { } sku ? new GivenProduct(given.At("product"), null, sku, name, null, null) : null;
        lot ??= one.Item.Lot;
        quantity ??= one.Value is { } value ? new GivenQuantity(given.At("quantity"), value, one.Uom) : null;
        if (product is null || lot is null || quantity is null)
        {
            look.Faults.Add(given.At(product is null ? "product" : lot is null ? "lot" : "quantity"), null, "Send product, lot and quantity together: the recorded event does not have them all.");
            return null;
        }
        var output = look.Output(new GivenOutput(given.Path, product, lot, quantity, null, null, null, new Dictionary<string, JsonElement>()));
        if (output is null)
        {
            return null;
        }
        _members.Add(ProvTerms.ProductName);
        if (output.Portion.Item != one.Item && _facts.BizStep is "commissioning" or "creating_class_instance")
        {
            _members.Add("bizStep");
            _texts.Add(("bizStep", StepOutput.BizStep(look.Items.IsOnRecord(output.Portion.Item))));
        }
        return output.Portion;
    }

    private void ReplaceMasterData()
    {
        var names = new List<string>();
        names.AddRange(given.Has("bestBefore") || given.Has("useBy") ? ["cbvmda:bestBeforeDate", "cbvmda:itemExpirationDate"] : []);
        names.AddRange(given.Has("origin") ? ["cbvmda:countryOfOrigin", "gs1:provenanceStatement", "gs1:geo"] : []);
        names.AddRange(given.Has("product") ? ["gs1:netContent", "gs1:image"] : []);
        var ilmd = recorded.Body.TryGetProperty("ilmd", out var before) && before.ValueKind == JsonValueKind.Object
            ? before.EnumerateObject().Select(member => member.Name).ToList() : null;
        if (given.Has("attributes"))
        {
            names.AddRange((ilmd ?? []).Where(name => name.StartsWith("own:", StringComparison.Ordinal)).Concat(_output!.Attributes.Keys.Select(name => "own:" + name)));
        }
        if (ilmd is null)
        {
            _members.UnionWith(names.Count > 0 ? ["ilmd"] : []);
            return;
        }
        _masterData.UnionWith(names);
    }

    /// <summary>As the event's own step takes them: goods that leave, come, were counted, or are only spoken of.</summary>
    private List<StepPortion>? Portions(List<GivenPortion> portions, string field)
    {
        if (portions.Count == 0 && look.Faults.None && !(recorded.IsNesting && _facts.Action == "DELETE"))
        {
            look.Faults.Add(given.At(field), "[]", "Send at least one; if it never happened, send step void.");
        }
        return look.Each(portions, (one, item) => _word switch
        {
            "receive" or "return" or "unship" or "unpack" or "remove" => look.Items.Arriving(one, item),
            _ when !look.IsOnRecord(one, item) => null,
            "store" => look.Items.Staying(one, item),
            "count" => look.Items.Counted(one, item),
            "transform" or "repack" or "pack" or "install" or "ship" or "sell" => look.Items.Leaving(one, item),
            _ when _facts.Action == "DELETE" => look.Items.Leaving(one, item),
            _ => look.Items.Concerning(one, item, isAboutAllOfIt: _word is "recall" or "unrecall"),
        });
    }
}

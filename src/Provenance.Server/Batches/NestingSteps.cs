using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Batches;

/// <summary>Things that go into or onto others, and come off again: pack and unpack, install and remove.</summary>
internal static class NestingSteps
{
    private static readonly NestingWords Pack = new("AggregationEvent", "ADD", "packing", "into", "contents", "Send what they were packed into, such as the SSCC of a pallet.");
    private static readonly NestingWords Unpack = new("AggregationEvent", "DELETE", "unpacking", "from", "contents", "Send what they were taken from, such as the SSCC of a pallet.");
    private static readonly NestingWords Install = new("AssociationEvent", "ADD", "installing", "onto", "items", "Send what they were built onto.");
    private static readonly NestingWords Remove = new("AssociationEvent", "DELETE", "removing", "onto", "items", "Send what they were taken off.");

    public static readonly IReadOnlyList<StepKind> Kinds =
    [
        new("pack", "Goods were packed into something: a pallet by its SSCC, a box by its own number. They then travel with it.", """
            {"step":"pack","at":"2026-11-21T10:00:00+01:00","into":"https://id.gs1.org/00/095060001343520017",
             "contents":[{"item":"https://id.gs1.org/01/09506000134352/10/HO-1","quantity":100,"uom":"kg"}]}
            """, request => Read(request, Pack)),
        new("unpack", "Goods were taken out again. Without contents: all of them.", """
            {"step":"unpack","at":"2026-11-21T13:00:00+01:00","from":"https://id.gs1.org/00/095060001343520017"}
            """, request => Read(request, Unpack)),
        new("install", "Parts were built onto something and stay with it.", """
            {"step":"install","at":"2026-11-21T10:15:00+01:00","onto":"https://id.gs1.org/8004/9506000134AGGREGATE7","items":["https://id.gs1.org/01/09506000134352/21/SENSOR-7"]}
            """, request => Read(request, Install)),
        new("remove", "Parts were taken off again. Without items: all of them.", """
            {"step":"remove","at":"2026-11-21T10:30:00+01:00","onto":"https://id.gs1.org/8004/9506000134AGGREGATE7","items":["https://id.gs1.org/01/09506000134352/21/SENSOR-7"]}
            """, request => Read(request, Remove)),
    ];

    /// <summary>The words of a recorded event.</summary>
    public static NestingWords WordsOf(string type, string? action) => (type, action) switch
    {
        ("AssociationEvent", "DELETE") => Remove,
        ("AssociationEvent", _) => Install,
        (_, "DELETE") => Unpack,
        _ => Pack,
    };

    private static NestingRequest? Read(RequestObject request, NestingWords words)
    {
        var common = CommonReader.Read(request);
        var parent = GoodsReader.ReadItem(request, words.Parent, words.WhatParent);
        var contents = words.Contents == "items" ? GoodsReader.ReadItems(request, areRequired: words.IsAdding) : GoodsReader.ReadPortions(request, words.Contents);
        if (words is { IsAdding: true, Contents: not "items" })
        {
            GoodsReader.NeedOne(request, words.Contents, "Send at least one item that was packed.");
        }
        return common is null || parent is null ? null : new NestingRequest(common, words, parent, contents);
    }
}

/// <summary>What a step of this family is called, in the request and in EPCIS.</summary>
/// <param name="Parent">The member that names the container.</param>
/// <param name="Contents">The member that names what is in it.</param>
/// <param name="WhatParent">What to do where the container is missing.</param>
internal sealed record NestingWords(string Type, string Action, string BizStep, string Parent, string Contents, string WhatParent)
{
    public bool IsAdding => Action == "ADD";
}

/// <param name="Contents">When taking out, none means everything inside.</param>
internal sealed record NestingRequest(CommonFields Common, NestingWords Words, GivenItem Parent, IReadOnlyList<GivenPortion> Contents) : StepRequest(Common)
{
    public override ResolvedRequest? Resolve(StepResolver look, StepCommon common)
    {
        if (look.Items.Resolve(Parent) is not { } parent)
        {
            return null;
        }
        if (!Words.IsAdding && !look.Items.IsOnRecord(parent))
        {
            look.Faults.Add(Parent.Field, Parent.Text ?? parent.Uri, "Nothing is on record about this, so nothing can come out of it. Check the number, or record first what went in.");
            return null;
        }
        var contents = look.Each(Contents, (given, item) => Words.IsAdding
            ? look.IsOnRecord(given, item) ? look.Items.Leaving(given, item) : null
            : look.Items.Arriving(WithAmountInside(look, given, item, parent), item));
        if (contents is null)
        {
            return null;
        }
        if (contents.Any(content => content.Item == parent))
        {
            look.Faults.Add(Parent.Field, Parent.Text ?? parent.Uri, "Nothing goes into itself. Name two different things.");
            return null;
        }
        return new ResolvedRequest([new Nesting(common, Words, parent, contents)], [parent]);
    }

    private static GivenPortion WithAmountInside(StepResolver look, GivenPortion given, ItemId item, ItemId parent)
    {
        if (given.Quantity is not null || item.Kind != ItemKind.Lot)
        {
            return given;
        }
        var inside = Stay.Of(item, look.Log.HistoryOf(item), look.Log.HistoryOf).LastOrDefault(stay => stay.Container == parent && stay.Until is null);
        return inside?.Value is { } value ? given with { Quantity = new GivenQuantity(ItemResolver.Under(given.Field, "quantity"), value, inside.Uom) } : given;
    }
}

/// <param name="Contents">None means everything inside.</param>
internal sealed record Nesting(StepCommon Common, NestingWords Words, ItemId Parent, IReadOnlyList<StepPortion> Contents) : Step(Common)
{
    public override IReadOnlyList<byte[]> Build(Func<string> newId)
    {
        using var e = new EventWriter(Common, newId(), Words.Type);
        e.Text("parentID", Parent.ToString());
        e.Items("childEPCs", "childQuantityList", Contents);
        e.Text("action", Words.Action);
        e.Text("bizStep", Words.BizStep);
        e.Place(goodsStay: true);
        return [e.Finish(Contents)];
    }
}

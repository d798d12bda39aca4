using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Tests.Server.Tracing;

public sealed class TraceWalkTests
{
    private readonly List<TracedEvent> _log = [];

    [Fact]
    public void Inputs_of_inputs_are_found_as_deep_as_asked_and_the_rest_is_named()
    {
        Transform(1, ["a", "b"], ["c"]);
        Transform(2, ["c"], ["d"]);
        Transform(3, ["d"], ["e"]);

        Assert.Equal("e d c a b", Nodes(Walk("e", TraceDirection.Back)));
        var cut = Walk("e", TraceDirection.Back, depth: 2);
        Assert.Equal(("e d c", "c", true), (Nodes(cut), Names(cut.Open), cut.IsTruncated));
        Assert.Equal("a c d e", Nodes(Walk("a", TraceDirection.Forward)));
        Assert.False(Walk("a", TraceDirection.Forward, depth: 3).IsTruncated);
    }

    [Fact]
    public void Rework_shows_as_a_loop_and_ends()
    {
        Transform(1, ["dough", "rework"], ["bread"]);
        Transform(2, ["bread"], ["rework"]);

        var trace = Walk("bread", TraceDirection.Both, depth: 50);

        Assert.Equal(["bread→rework", "dough→bread", "rework→bread"], Edges(trace).Order());
        Assert.False(trace.IsTruncated);
    }

    [Fact]
    public void Events_of_one_transformationID_are_one_transformation()
    {
        Add(1, """ "type":"TransformationEvent","transformationID":"urn:x:t","inputEPCList":["urn:x:a"] """);
        Add(2, """ "type":"TransformationEvent","transformationID":"urn:x:t","outputEPCList":["urn:x:b"] """);
        Add(3, """ "type":"TransformationEvent","transformationID":"urn:x:t","outputEPCList":["urn:x:c"] """);

        Assert.Equal("a b c", Nodes(Walk("a", TraceDirection.Forward)));
        var back = Walk("c", TraceDirection.Back);
        Assert.Equal("c a", Nodes(back));
        Assert.Equal([0, 1, 2], Assert.Single(back.Edges).Leaves);
    }

    [Fact]
    public void An_item_inherits_what_happened_to_its_pallet_while_it_was_on_it()
    {
        Ship(1, "pallet");
        Pack(2, "ADD", "pallet", """ "childQuantityList":[{"epcClass":"urn:x:lot","quantity":100,"uom":"KGM"}] """);
        Pack(3, "ADD", "pallet", """ "childEPCs":["urn:x:other"] """);
        Ship(4, "pallet");
        Pack(5, "ADD", "truck", """ "childEPCs":["urn:x:pallet"] """);
        Ship(6, "truck");
        Pack(7, "DELETE", "truck", "");
        Ship(8, "truck");
        Pack(9, "DELETE", "pallet", """ "childQuantityList":[{"epcClass":"urn:x:lot"}] """);
        Ship(10, "pallet");

        var trace = Walk("lot", TraceDirection.Back);

        Assert.Equal([2, 4, 5, 6, 7, 9], trace.Events.Select(e => e.Facts.Time.Day));
        var edge = trace.Edges.Single(e => e.From == Item("lot"));
        Assert.Equal((100m, "KGM", 2, 9), (edge.Value, edge.Uom, edge.Since!.Value.Day, edge.Until!.Value.Day));
    }

    [Fact]
    public void Part_of_what_was_packed_can_be_taken_out()
    {
        Pack(1, "ADD", "pallet", """ "childQuantityList":[{"epcClass":"urn:x:lot","quantity":100}] """);
        Pack(2, "DELETE", "pallet", """ "childQuantityList":[{"epcClass":"urn:x:lot","quantity":30}] """);
        Pack(3, "ADD", "pallet", """ "childQuantityList":[{"epcClass":"urn:x:lot","quantity":5}] """);
        Pack(4, "DELETE", "pallet", "");

        var stays = Stay.Of(Item("lot"), HistoryOf(Item("lot")), HistoryOf);

        Assert.Equal([(1, 2, 100m), (2, 3, 70m), (3, 4, 75m)], stays.Select(stay => (stay.From.Time.Day, stay.Until!.Value.Time.Day, stay.Value!.Value)));
    }

    [Fact]
    public void An_earlier_event_that_arrives_late_takes_its_place()
    {
        Pack(1, "ADD", "pallet", """ "childEPCs":["urn:x:box"] """);
        Ship(5, "pallet");
        Assert.Contains(Walk("box", TraceDirection.Back).Events, e => e.Facts.Time.Day == 5);

        Pack(3, "DELETE", "pallet", """ "childEPCs":["urn:x:box"] """);

        Assert.DoesNotContain(Walk("box", TraceDirection.Back).Events, e => e.Facts.Time.Day == 5);
    }

    [Fact]
    public void What_its_recorder_declared_an_error_no_longer_links()
    {
        Transform(1, ["a"], ["b"], id: "urn:x:1");
        Declare(party: 2);
        Assert.Equal("b a", Nodes(Walk("b", TraceDirection.Back)));

        Declare(party: 1);
        Assert.Equal("b", Nodes(Walk("b", TraceDirection.Back)));

        void Declare(int party) => Add(1, """ "eventID":"urn:x:1","type":"TransformationEvent","inputEPCList":["urn:x:a"],"outputEPCList":["urn:x:b"],"errorDeclaration":{"declarationTime":"2026-11-09T00:00:00Z"} """, party);
    }

    [Fact]
    public void Back_from_a_pallet_comes_to_what_is_on_it_and_what_that_was_made_of()
    {
        Transform(1, ["a"], ["b"]);
        Pack(2, "ADD", "pallet", """ "childEPCs":["urn:x:b"] """);

        Assert.Equal("pallet b a", Nodes(Walk("pallet", TraceDirection.Back)));
    }

    [Fact]
    public void Forward_goes_on_from_a_pallet_that_was_used_up_while_the_item_was_on_it()
    {
        Pack(2, "ADD", "pallet", """ "childEPCs":["urn:x:b"] """);
        Transform(3, ["pallet"], ["c"]);
        Pack(4, "DELETE", "pallet", "");
        Transform(5, ["pallet"], ["d"]);

        Assert.Equal("b pallet c", Nodes(Walk("b", TraceDirection.Forward)));
    }

    [Fact]
    public void A_ring_of_containers_is_gone_round_once()
    {
        Pack(1, "ADD", "x", """ "childEPCs":["urn:x:y"] """);
        Pack(2, "ADD", "y", """ "childEPCs":["urn:x:x"] """);

        var trace = Walk("x", TraceDirection.Both);

        Assert.Equal(["x→y", "y→x"], Edges(trace).Order());
        Assert.False(trace.IsTruncated);
    }

    [Fact]
    public void Boxes_count_for_nothing_and_what_was_on_a_used_pallet_went_in_with_it()
    {
        Transform(1, ["seed"], ["grain"]);
        Pack(2, "ADD", "sack", """ "childEPCs":["urn:x:grain"] """);
        Pack(3, "ADD", "pallet", """ "childEPCs":["urn:x:sack"] """);
        Transform(4, ["pallet"], ["flour"]);
        Pack(5, "DELETE", "pallet", "");
        Pack(6, "ADD", "pallet", """ "childEPCs":["urn:x:other"] """);

        var trace = Walk("flour", TraceDirection.Back, depth: 2);

        Assert.Equal("flour pallet sack grain seed", Nodes(trace));
        Assert.Equal([0, 1, 1, 1, 2], trace.Nodes.Select(node => node.Depth));
        Assert.False(trace.IsTruncated);
        Assert.Equal("seed grain pallet sack flour", Nodes(Walk("seed", TraceDirection.Forward, depth: 2)).Replace("sack pallet", "pallet sack", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_asked_for_by_its_pallet_is_what_was_on_it()
    {
        Pack(2, "ADD", "pallet", """ "childEPCs":["urn:x:b"] """);
        Pack(3, "DELETE", "pallet", "");
        Transform(4, ["b"], ["c"]);

        var trace = Walk("pallet", TraceDirection.Forward);

        Assert.Equal("pallet b c", Nodes(trace));
        Assert.Equal((2, 3), trace.Edges.Where(e => e.To == Item("pallet")).Select(e => (e.Since!.Value.Day, e.Until!.Value.Day)).Single());
    }

    [Fact]
    public void Who_sees_something_inside_says_that_it_is_there()
    {
        Pack(2, "OBSERVE", "pallet", """ "childEPCs":["urn:x:b"] """);
        Ship(3, "pallet");

        Assert.Equal([2, 3], Walk("b", TraceDirection.Back).Events.Select(e => e.Facts.Time.Day));
    }

    [Fact]
    public void A_transformationID_is_its_recorders_own()
    {
        Add(1, """ "type":"TransformationEvent","transformationID":"urn:x:t","inputEPCList":["urn:x:a"] """);
        Add(2, """ "type":"TransformationEvent","transformationID":"urn:x:t","outputEPCList":["urn:x:b"] """);
        Add(3, """ "type":"TransformationEvent","transformationID":"urn:x:t","outputEPCList":["urn:x:c"] """, party: 2);

        Assert.Equal("a b", Nodes(Walk("a", TraceDirection.Forward)));
    }

    private TraceResult Walk(string item, TraceDirection direction, int depth = 5) =>
        new TraceWalk(HistoryOf, id => History.Of([.. _log.Where(e => e.Facts.TransformationId == id)], false), depth).From(Item(item), direction);

    private History HistoryOf(ItemId item) => History.Of([.. _log.Where(e => e.Facts.Items.Any(mention => mention.Item == item))], false);

    private void Transform(int day, string[] inputs, string[] outputs, string? id = null) => Add(day, $$"""
        "type":"TransformationEvent","eventID":"{{id ?? "urn:x:e" + _log.Count}}","inputEPCList":{{List(inputs)}},"outputEPCList":{{List(outputs)}}
        """);

    private void Pack(int day, string action, string parent, string children) =>
        Add(day, $$""" "type":"AggregationEvent","action":"{{action}}","parentID":"urn:x:{{parent}}"{{(children.Length > 0 ? "," : "")}}{{children}} """);

    private void Ship(int day, string item) => Add(day, $$""" "type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping","epcList":{{List([item])}} """);

    private void Add(int day, string members, int party = 1)
    {
        var body = JsonElement.Parse($$"""{"eventTime":"2026-11-{{day:00}}T12:00:00Z","eventTimeZoneOffset":"+00:00",{{members}}}""");
        _log.Add(new TracedEvent(_log.Count, party, body, EventFacts.Read(body, OwnIds.None)));
    }

    private static string List(string[] names) => "[" + string.Join(',', names.Select(name => $"\"urn:x:{name}\"")) + "]";

    private static ItemId Item(string name) => ItemId.TryParse("urn:x:" + name, OwnIds.None, out var item, out var error) ? item : throw new ArgumentException(error);

    private static string Nodes(TraceResult trace) => Names(trace.Nodes.Select(node => node.Item));

    private static string Names(IEnumerable<ItemId> items) => string.Join(' ', items.Select(item => item.Uri["urn:x:".Length..]));

    private static IEnumerable<string> Edges(TraceResult trace) => trace.Edges.Select(e => $"{Names([e.From])}→{Names([e.To])}");
}

namespace Provenance.Tests.Server.Batches;

/// <summary>One row of the table in plain-api.md.</summary>
/// <param name="Before">Requests that lead up to it; what the last one recorded is $EVENT.</param>
/// <param name="Expected">The event, but for <c>@context</c> and <c>eventID</c>.</param>
/// <param name="Balance">What the beekeeper holds of the lot afterwards, in kg; 480 were made.</param>
/// <param name="Route">Where it is sent.</param>
public sealed record StepRow(string Request, string Expected, decimal? Balance, string[]? Before = null, string Route = "/api/batches/events");

/// <summary>
/// The table. $LOT is a lot of honey of which the beekeeper made 480 kg, $BOX a box of its own, $URL the ledger's address. Times are those of the requests.
/// </summary>
internal static class StepRows
{
    private const string Where = """ "prov:place":"Imkerei","prov:city":"Imst","prov:country":"AT" """;
    private const string Read = """ "readPoint":{"id":"$URL/id/imker/at/hive"} """;
    private const string Stays = """ "readPoint":{"id":"$URL/id/imker/at/hive"},"bizLocation":{"id":"$URL/id/imker/at/hive"} """;
    private const string Item = """ "at":"2026-11-20T10:00:00+01:00","item":"$LOT" """;
    private const string Some = """ "quantity":5,"uom":"kg" """;
    private const string Five = """ "quantityList":[{"epcClass":"$LOT","quantity":5,"uom":"KGM"}] """;
    private const string All = """ "quantityList":[{"epcClass":"$LOT","quantity":480,"uom":"KGM"}] """;
    private const string Whole = """ "quantityList":[{"epcClass":"$LOT"}] """;
    private const string When = """ "eventTime":"2026-11-20T10:00:00+01:00","eventTimeZoneOffset":"+01:00" """;
    private const string Object = $""" "type":"ObjectEvent",{When} """;
    private const string Honey = """ "prov:productName":"Honey" """;
    private const string PackBox = """{"step":"pack","at":"2026-11-20T09:00:00+01:00","into":"$BOX","contents":[{"item":"$LOT","quantity":100,"uom":"kg"}]}""";
    private const string ShipSome = """{"step":"ship","at":"2026-11-20T09:00:00+01:00","item":"$LOT","quantity":20,"uom":"kg","to":{"party":"bakery"},"documents":[{"type":"po","number":"7"}]}""";

    public static readonly IReadOnlyDictionary<string, StepRow> Table = new Dictionary<string, StepRow>
    {
        ["make"] = new(
            """{"at":"2026-11-20T10:00:00+01:00","product":{"gtin":"09506000134352"},"lot":"$NEW","quantity":12.5,"uom":"kg","bestBefore":"2028-11-20","origin":{"country":"AT","place":"Pitztal","geo":"47.0,10.8"},"attributes":{"colour":"amber"}}""",
            $$"""
            {{{Object}},"quantityList":[{"epcClass":"https://id.gs1.org/01/09506000134352/10/$NEW","quantity":12.5,"uom":"KGM"}],"action":"ADD","bizStep":"commissioning","disposition":"active",{{Stays}},
             "ilmd":{"cbvmda:bestBeforeDate":"2028-11-20","cbvmda:countryOfOrigin":"AT","gs1:provenanceStatement":"Pitztal","gs1:geo":{"gs1:latitude":47.0,"gs1:longitude":10.8},"own:colour":"amber"},{{Honey}},{{Where}}}
            """, 480, Route: "/api/batches"),
        ["make, the same lot again"] = new(
            """{"step":"make","at":"2026-11-20T10:00:00+01:00","product":{"gtin":"09506000134352"},"lot":"$NAME","quantity":20,"uom":"kg","useBy":"2026-12-01","origin":{"country":"AT"}}""",
            $$"""
            {{{Object}},"quantityList":[{"epcClass":"$LOT","quantity":20,"uom":"KGM"}],"action":"ADD","bizStep":"creating_class_instance","disposition":"active",{{Stays}},
             "ilmd":{"cbvmda:itemExpirationDate":"2026-12-01","cbvmda:countryOfOrigin":"AT"},{{Honey}},{{Where}}}
            """, 500),
        ["transform"] = new(
            """{"step":"transform","at":"2026-11-20T10:00:00+01:00","inputs":[{"item":"$LOT","quantity":60,"uom":"kg"}],"outputs":[{"product":{"sku":"CAKE","name":"Cake"},"lot":"$NEW","quantity":80,"bestBefore":"2026-11-27"}]}""",
            $$"""
            {"type":"TransformationEvent",{{When}},"inputQuantityList":[{"epcClass":"$LOT","quantity":60,"uom":"KGM"}],
             "outputQuantityList":[{"epcClass":"$URL/id/imker/CAKE/batch/$NEW","quantity":80}],"bizStep":"commissioning","disposition":"active",{{Stays}},
             "ilmd":{"cbvmda:bestBeforeDate":"2026-11-27"},"prov:productName":"Cake",{{Where}}}
            """, 420),
        ["repack"] = new(
            """{"step":"repack","at":"2026-11-20T10:00:00+01:00","inputs":[{"item":"$LOT","quantity":60,"uom":"kg"}],"outputs":[{"product":{"sku":"JAR","name":"Jar"},"lot":"$NEW","quantity":120}]}""",
            $$"""
            {"type":"TransformationEvent",{{When}},"inputQuantityList":[{"epcClass":"$LOT","quantity":60,"uom":"KGM"}],
             "outputQuantityList":[{"epcClass":"$URL/id/imker/JAR/batch/$NEW","quantity":120}],"bizStep":"repackaging",{{Stays}},"prov:productName":"Jar",{{Where}}}
            """, 420),
        ["pack"] = new(
            """{"step":"pack","at":"2026-11-20T10:00:00+01:00","into":"$BOX","contents":[{"item":"$LOT","quantity":100,"uom":"kg"}]}""",
            $$"""{"type":"AggregationEvent",{{When}},"parentID":"$BOX","childQuantityList":[{"epcClass":"$LOT","quantity":100,"uom":"KGM"}],"action":"ADD","bizStep":"packing",{{Stays}},{{Honey}},{{Where}}}""",
            480),
        ["unpack"] = new(
            """{"step":"unpack","at":"2026-11-20T10:00:00+01:00","from":"$BOX","contents":["$LOT"]}""",
            $$"""{"type":"AggregationEvent",{{When}},"parentID":"$BOX","childQuantityList":[{"epcClass":"$LOT","quantity":100,"uom":"KGM"}],"action":"DELETE","bizStep":"unpacking",{{Stays}},{{Honey}},{{Where}}}""",
            480, [PackBox]),
        ["unpack, all of it"] = new(
            """{"step":"unpack","at":"2026-11-20T10:00:00+01:00","from":"$BOX"}""",
            $$"""{"type":"AggregationEvent",{{When}},"parentID":"$BOX","action":"DELETE","bizStep":"unpacking",{{Stays}},{{Where}}}""",
            480, [PackBox]),
        ["ship"] = new(
            """{"step":"ship","at":"2026-11-20T10:00:00+01:00","items":[{"item":"$LOT","quantity":100,"uom":"kg"}],"to":{"party":"bakery","place":"ramp-1"},"carrier":"Alpen-Express","sold":true,"documents":[{"type":"desadv","number":"LS-881"}]}""",
            $$"""
            {{{Object}},"quantityList":[{"epcClass":"$LOT","quantity":100,"uom":"KGM"}],"action":"OBSERVE","bizStep":"shipping","disposition":"in_transit",{{Read}},
             "sourceList":[{"type":"possessing_party","source":"$URL/id/imker"},{"type":"owning_party","source":"$URL/id/imker"},{"type":"location","source":"$URL/id/imker/at/hive"}],
             "destinationList":[{"type":"possessing_party","destination":"$URL/id/bakery"},{"type":"owning_party","destination":"$URL/id/bakery"},{"type":"location","destination":"$URL/id/bakery/at/ramp-1"}],
             "bizTransactionList":[{"type":"desadv","bizTransaction":"$URL/id/imker/doc/desadv/LS-881"}],{{Honey}},{{Where}},"own:carrier":"Alpen-Express"}
            """, 380),
        ["unship"] = new(
            """{"step":"unship","at":"2026-11-20T10:00:00+01:00","event":"$EVENT"}""",
            $$"""
            {{{Object}},"quantityList":[{"epcClass":"$LOT","quantity":20,"uom":"KGM"}],"action":"OBSERVE","bizStep":"void_shipping",{{Stays}},
             "sourceList":[{"type":"possessing_party","source":"$URL/id/imker"},{"type":"location","source":"$URL/id/imker/at/hive"}],
             "destinationList":[{"type":"possessing_party","destination":"$URL/id/bakery"}],
             "bizTransactionList":[{"type":"po","bizTransaction":"$URL/id/imker/doc/po/7"}],{{Honey}},{{Where}}}
            """, 480, [ShipSome]),
        ["receive"] = new(
            $$"""{"step":"receive",{{Item}},{{Some}},"from":{"party":"bakery"} }""",
            $$"""
            {{{Object}},{{Five}},"action":"OBSERVE","bizStep":"receiving",{{Stays}},"sourceList":[{"type":"possessing_party","source":"$URL/id/bakery"}],
             "destinationList":[{"type":"possessing_party","destination":"$URL/id/imker"},{"type":"location","destination":"$URL/id/imker/at/hive"}],{{Honey}},{{Where}}}
            """, 485),
        ["receive, less than was shipped"] = new(
            $$"""{"step":"receive",{{Item}},{{Some}},"shipment":"$EVENT"}""",
            $$"""
            {{{Object}},{{Five}},"action":"OBSERVE","bizStep":"receiving","persistentDisposition":{"set":["mismatch_quantity"]},{{Stays}},"sourceList":[{"type":"possessing_party","source":"$URL/id/imker"}],
             "destinationList":[{"type":"possessing_party","destination":"$URL/id/imker"},{"type":"location","destination":"$URL/id/imker/at/hive"}],{{Honey}},{{Where}}}
            """, 465, [ShipSome]),
        ["receive, by papers"] = new(
            """{"step":"receive","at":"2026-11-20T10:00:00+01:00","items":[{"product":{"sku":"SALT","name":"Salt"},"lot":"$NEW","quantity":1.2,"uom":"kg","supplier":{"name":"Saline Süd","country":"AT"}}]}""",
            $$"""
            {{{Object}},"quantityList":[{"epcClass":"$URL/id/imker/SALT/batch/$NEW","quantity":1.2,"uom":"KGM"}],"action":"OBSERVE","bizStep":"receiving",{{Stays}},
             "prov:basis":"papers","prov:supplierName":"Saline Süd","prov:supplierCountry":"AT","prov:productName":"Salt",{{Where}}}
            """, 480),
        ["return"] = new(
            $$"""{"step":"return",{{Item}},{{Some}},"from":{"party":"bakery"},"reason":"wrong label"}""",
            $$"""
            {{{Object}},{{Five}},"action":"OBSERVE","bizStep":"receiving","disposition":"returned",{{Stays}},"sourceList":[{"type":"possessing_party","source":"$URL/id/bakery"}],
             "destinationList":[{"type":"possessing_party","destination":"$URL/id/imker"},{"type":"location","destination":"$URL/id/imker/at/hive"}],"prov:reason":"wrong label",{{Honey}},{{Where}}}
            """, 485),
        ["inspect, pass"] = new(
            $$"""{"step":"inspect",{{Item}},"result":"pass","concerns":"$LOT","readings":[{"type":"Dimensionless","value":17.2,"uom":"P1"}],"certificates":[{"name":"Water","number":"L-9","issuer":"Lab","covers":"lot"}]}""",
            $$"""
            {{{Object}},{{All}},"action":"OBSERVE","bizStep":"inspecting","disposition":"conformant",{{Stays}},"prov:concerns":"$LOT",
             "sensorElementList":[{"sensorMetadata":{"time":"2026-11-20T10:00:00+01:00"},"sensorReport":[{"type":"Dimensionless","value":17.2,"uom":"P1"}]}],
             "certificationInfo":["$URL/id/imker/doc/cert/L-9"],"gs1:certification":[{"type":"gs1:CertificationDetails","gs1:certificationStandard":"Water","gs1:certificationIdentification":"L-9","gs1:certificationAgency":"Lab","gs1:certificationSubject":"lot"}],{{Honey}},{{Where}}}
            """, 480),
        ["inspect, fail"] = new(
            $$"""{"step":"inspect",{{Item}},{{Some}},"result":"fail"}""",
            $$"""{{{Object}},{{Five}},"action":"OBSERVE","bizStep":"inspecting","disposition":"non_conformant",{{Stays}},{{Honey}},{{Where}}}""", 480),
        ["sample"] = new(
            $$"""{"step":"sample",{{Item}},{{Some}}}""",
            $$"""{{{Object}},{{Five}},"action":"DELETE","bizStep":"sampling",{{Read}},{{Honey}},{{Where}}}""", 475),
        ["store"] = new(
            $$"""{"step":"store",{{Item}},"place":"hive"}""",
            $$"""{{{Object}},{{All}},"action":"OBSERVE","bizStep":"storing",{{Stays}},{{Honey}},{{Where}}}""", 480),
        ["count"] = new(
            $$"""{"step":"count",{{Item}},"quantity":480,"uom":"kg"}""",
            $$"""{{{Object}},{{All}},"action":"OBSERVE","bizStep":"stock_taking",{{Stays}},{{Honey}},{{Where}}}""", 480),
        ["hold"] = new(
            $$"""{"step":"hold",{{Item}},"reason":"laboratory"}""",
            $$"""{{{Object}},{{All}},"action":"OBSERVE","bizStep":"holding","persistentDisposition":{"set":["non_sellable_other"]},{{Stays}},"prov:reason":"laboratory",{{Honey}},{{Where}}}""", 480),
        ["release"] = new(
            $$"""{"step":"release",{{Item}},"reason":"in order"}""",
            $$"""{{{Object}},{{All}},"action":"OBSERVE","persistentDisposition":{"unset":["non_sellable_other"]},{{Stays}},"prov:reason":"in order",{{Honey}},{{Where}}}""", 480),
        ["sell"] = new(
            $$"""{"step":"sell",{{Item}},{{Some}}}""",
            $$"""{{{Object}},{{Five}},"action":"OBSERVE","bizStep":"retail_selling","disposition":"retail_sold",{{Read}},{{Honey}},{{Where}}}""", 475),
        ["destroy"] = new(
            $$"""{"step":"destroy",{{Item}},{{Some}},"reason":"jar broken"}""",
            $$"""{{{Object}},{{Five}},"action":"DELETE","bizStep":"destroying","disposition":"destroyed",{{Read}},"prov:reason":"jar broken",{{Honey}},{{Where}}}""", 475),
        ["install"] = new(
            """{"step":"install","at":"2026-11-20T10:00:00+01:00","onto":"$BOX","items":[{"item":"$LOT","quantity":5,"uom":"kg"}]}""",
            $$"""{"type":"AssociationEvent",{{When}},"parentID":"$BOX","childQuantityList":[{"epcClass":"$LOT","quantity":5,"uom":"KGM"}],"action":"ADD","bizStep":"installing",{{Stays}},{{Honey}},{{Where}}}""",
            480),
        ["remove"] = new(
            """{"step":"remove","at":"2026-11-20T10:00:00+01:00","onto":"$BOX"}""",
            $$"""{"type":"AssociationEvent",{{When}},"parentID":"$BOX","action":"DELETE","bizStep":"removing",{{Stays}},{{Where}}}""",
            480, ["""{"step":"install","at":"2026-11-20T09:00:00+01:00","onto":"$BOX","items":[{"item":"$LOT","quantity":5,"uom":"kg"}]}"""]),
        ["observe"] = new(
            $$"""{"step":"observe",{{Item}},"readings":[{"type":"Temperature","value":8.4,"uom":"CEL","min":2,"max":8,"at":"2026-11-20T09:50:00+01:00"}]}""",
            $$"""
            {{{Object}},{{All}},"action":"OBSERVE","bizStep":"sensor_reporting",{{Read}},
             "sensorElementList":[{"sensorMetadata":{"time":"2026-11-20T09:50:00+01:00"},"sensorReport":[{"type":"Temperature","value":8.4,"uom":"CEL","exception":"ALARM_CONDITION","prov:min":2,"prov:max":8}]}],{{Honey}},{{Where}}}
            """, 480),
        ["recall"] = new(
            $$"""{"step":"recall",{{Item}},"reason":"may contain glass","notice":"https://imker.example/recall"}""",
            $$"""{{{Object}},{{Whole}},"action":"OBSERVE","persistentDisposition":{"set":["recalled"]},{{Read}},"prov:recallReason":"may contain glass","prov:recallNotice":"https://imker.example/recall",{{Honey}},{{Where}}}""", 480),
        ["unrecall"] = new(
            $$"""{"step":"unrecall",{{Item}},"reason":"it was another lot"}""",
            $$"""{{{Object}},{{Whole}},"action":"OBSERVE","persistentDisposition":{"unset":["recalled"]},{{Read}},"prov:recallReason":"it was another lot",{{Honey}},{{Where}}}""", 480),
        ["other"] = new(
            $$"""{"step":"other",{{Item}},"bizStep":"https://ref.gs1.org/cbv/BizStep-loading","action":"OBSERVE","disposition":"in_progress"}""",
            $$"""{{{Object}},{{All}},"action":"OBSERVE","bizStep":"loading","disposition":"in_progress",{{Read}},{{Honey}},{{Where}}}""", 480),
        ["other, of one's own"] = new(
            $$"""{"step":"other",{{Item}},{{Some}},"bizStep":"https://imker.example/steps/stirring","action":"DELETE"}""",
            $$"""{{{Object}},{{Five}},"action":"DELETE","bizStep":"https://imker.example/steps/stirring",{{Read}},{{Honey}},{{Where}}}""", 475),
    };
}

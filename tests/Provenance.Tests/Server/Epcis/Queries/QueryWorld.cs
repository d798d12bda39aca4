using System.Globalization;
using System.Text.Json.Nodes;

namespace Provenance.Tests.Server.Epcis.Queries;

/// <summary>Varied events, made from a fixed seed, and what their names mean. Independent of the product: every spelling is listed beside the one it stands for.</summary>
internal sealed class QueryWorld
{
    public const string Namespace = "https://ns.example.com/";

    private const string Company = "9506000";

    private static readonly string[] Steps = ["shipping", "receiving", "packing", "inspecting", "https://ns.example.com/blending"];

    private static readonly string[] Dispositions = ["in_transit", "in_progress", "active", "https://ns.example.com/resting"];

    private static readonly DateTimeOffset Start = new(2026, 9, 1, 6, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(20_261_121);
    private readonly string[][] _serials;
    private readonly string[][] _lots;
    private readonly string[][] _crates;
    private readonly string[][] _places;
    private readonly string[][] _parties;

    /// <param name="partnerGln">13 digits of the party that reads as a named partner.</param>
    /// <param name="companyGln">13 digits below the company prefix of another.</param>
    public QueryWorld(string partnerGln, string companyGln)
    {
        _serials = [.. Enumerable.Range(0, 24).Select(n => Serial(n % 4, $"S{n}"))];
        _lots = [.. Enumerable.Range(0, 12).Select(n => n < 8 ? Lot(n % 4, $"L{n}") : Product(n % 4))];
        _crates = [.. Enumerable.Range(0, 8).Select(Crate)];
        _places = [.. Enumerable.Range(0, 6).Select(n => Place(Gln($"95060000{n:D4}")))];
        _parties = [Party(partnerGln), Party(companyGln), Party(Gln("952990000001")), Party(Gln("952990000002"))];
        Events = [.. Enumerable.Range(0, 2_000).Select(Event)];
    }

    /// <summary>The canonical name of every spelling of a thing.</summary>
    public Dictionary<string, string> Canonical { get; } = new(StringComparer.Ordinal);

    /// <summary>The class that a canonical name is in.</summary>
    public Dictionary<string, string> ClassOf { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<JsonObject> Events { get; }

    /// <summary>With its check digit.</summary>
    public static string Gln(string twelve) => twelve + CheckDigit(twelve);

    public string Spelled(string[] spellings) => spellings[_random.Next(spellings.Length)];

    private JsonObject Event(int number)
    {
        var type = _random.Next(10) switch { < 4 => "ObjectEvent", < 6 => "AggregationEvent", < 8 => "TransformationEvent", 8 => "TransactionEvent", _ => "AssociationEvent" };
        // A part of the events has everything its type can hold, so that many conditions together still find some.
        var isRich = _random.Next(8) == 0;
        var e = new JsonObject
        {
            ["@context"] = new JsonArray("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", new JsonObject { ["ex"] = Namespace, ["my"] = Namespace }),
            ["type"] = type,
            ["eventID"] = $"urn:uuid:00000000-0000-4000-8000-{number:D12}",
            ["eventTime"] = Moment(),
            ["eventTimeZoneOffset"] = "+01:00",
        };
        Kind(e, type, isRich);
        Add("bizStep", () => Word("bizstep", "BizStep-", Steps));
        Add("disposition", () => Word("disp", "Disp-", Dispositions));
        Add("persistentDisposition", () => new JsonObject
        {
            ["set"] = new JsonArray(Word("disp", "Disp-", ["recalled", "completeness_verified"])),
            ["unset"] = new JsonArray(Word("disp", "Disp-", ["needs_replacement", "damaged"])),
        });
        Add("readPoint", WhereAbouts);
        Add("bizLocation", WhereAbouts);
        Add("bizTransactionList", () => new JsonArray(
            new JsonObject { ["type"] = Spelled(["po", "urn:epcglobal:cbv:btt:po"]), ["bizTransaction"] = $"urn:epcglobal:cbv:bt:9506000000000:{_random.Next(5)}" },
            new JsonObject { ["type"] = "inv", ["bizTransaction"] = $"https://bills.example/{_random.Next(5)}" }));
        Add("sourceList", () => Ends("source"));
        Add("destinationList", () => Ends("destination"));
        Add("sensorElementList", () => new JsonArray(Sensor()), always: type is "ObjectEvent" && !e.ContainsKey("epcList") && !e.ContainsKey("quantityList"));
        if (isRich || _random.Next(8) == 0)
        {
            e["errorDeclaration"] = Extended(new JsonObject
            {
                ["declarationTime"] = Moment(),
                ["reason"] = Spelled(["did_not_occur", "incorrect_data", "urn:epcglobal:cbv:er:incorrect_data"]),
                ["correctiveEventIDs"] = new JsonArray($"urn:uuid:corrective-{_random.Next(5)}"),
            });
        }
        return isRich || _random.Next(4) == 0 ? Extended(e) : e;

        void Add(string name, Func<JsonNode> make, bool always = false)
        {
            if (always || isRich || _random.Next(3) == 0)
            {
                e[name] = make();
            }
        }
    }

    private void Kind(JsonObject e, string type, bool isRich)
    {
        if (type == "TransformationEvent")
        {
            (e["inputEPCList"], e["outputEPCList"]) = (Some(_serials), Some(_serials));
            (e["inputQuantityList"], e["outputQuantityList"]) = (Amounts(), Amounts());
            e["transformationID"] = $"https://runs.example/{_random.Next(6)}";
            e["ilmd"] = Extended([]);
            return;
        }
        e["action"] = ((string[])["ADD", "OBSERVE", "DELETE"])[_random.Next(3)];
        var (items, amounts) = type is "ObjectEvent" or "TransactionEvent" ? ("epcList", "quantityList") : ("childEPCs", "childQuantityList");
        if (isRich || _random.Next(2) == 0)
        {
            e[items] = Some(_serials);
        }
        if (isRich || !e.ContainsKey(items))
        {
            e[amounts] = Amounts();
        }
        if (type != "ObjectEvent")
        {
            e["parentID"] = Spelled(_crates[_random.Next(_crates.Length)]);
        }
        if (type == "TransactionEvent")
        {
            e["bizTransactionList"] = new JsonArray(new JsonObject { ["type"] = "po", ["bizTransaction"] = $"urn:epcglobal:cbv:bt:9506000000000:{_random.Next(5)}" });
        }
        if (type == "ObjectEvent" && (string?)e["action"] == "ADD")
        {
            e["ilmd"] = Extended([]);
        }
    }

    /// <summary>Fields of somebody's own, on top and nested, under either of two prefixes for one namespace.</summary>
    private JsonObject Extended(JsonObject holder)
    {
        var prefix = Spelled(["ex", "my"]);
        holder[prefix + ":num"] = _random.Next(10) + (_random.Next(2) * 0.5m);
        holder[prefix + ":text"] = $"word {_random.Next(5)}";
        holder[prefix + ":time"] = Moment();
        holder[prefix + ":box"] = new JsonObject
        {
            ["ex:num"] = _random.Next(10),
            ["ex:list"] = new JsonArray(new JsonObject { ["ex:text"] = $"word {_random.Next(5)}", ["ex:time"] = Moment() }),
        };
        holder[prefix + ":attributed"] = new JsonObject { ["ex:colour"] = Spelled(["red", "green"]) };
        return holder;
    }

    private JsonObject WhereAbouts() => Extended(new JsonObject { ["id"] = Spelled(_places[_random.Next(_places.Length)]) });

    private JsonArray Ends(string member) =>
    [
        new JsonObject { ["type"] = Spelled(["owning_party", "possessing_party", "urn:epcglobal:cbv:sdt:owning_party"]), [member] = Spelled(_parties[_random.Next(_parties.Length)]) },
        new JsonObject { ["type"] = "location", [member] = Spelled(_places[_random.Next(_places.Length)]) },
    ];

    private JsonObject Sensor() => Extended(new JsonObject
    {
        ["sensorMetadata"] = Extended(new JsonObject
        {
            ["time"] = Moment(),
            ["startTime"] = Moment(),
            ["endTime"] = Moment(),
            ["deviceID"] = Spelled(_places[_random.Next(3)]),
            ["dataProcessingMethod"] = $"https://methods.example/{_random.Next(3)}",
            ["bizRules"] = $"https://rules.example/{_random.Next(3)}",
        }),
        ["sensorReport"] = new JsonArray(Report("CEL"), Report("A93")),
    });

    private JsonObject Report(string uom) => Extended(new JsonObject
    {
        ["type"] = Spelled(["Temperature", "AbsoluteHumidity", "https://ref.gs1.org/voc/Temperature"]),
        ["uom"] = uom,
        ["deviceID"] = $"https://devices.example/{_random.Next(3)}",
        ["time"] = Moment(),
        ["microorganism"] = $"https://organisms.example/{_random.Next(3)}",
        ["chemicalSubstance"] = $"https://substances.example/{_random.Next(3)}",
        ["value"] = _random.Next(40) / 4m,
        ["minValue"] = _random.Next(10),
        ["maxValue"] = _random.Next(10),
        ["meanValue"] = _random.Next(10),
        ["sDev"] = _random.Next(10) / 10m,
        ["percRank"] = _random.Next(100),
        ["percValue"] = _random.Next(10),
        ["stringValue"] = $"reading {_random.Next(3)}",
        ["booleanValue"] = _random.Next(2) == 0,
        ["hexBinaryValue"] = Spelled(["0aF3", "0AF3", "beef"]),
        ["uriValue"] = $"https://values.example/{_random.Next(3)}",
    });

    private JsonArray Some(string[][] things) => [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(n => things[(_random.Next(things.Length / 3) * 3) + n]).Select(Spelled).Select(text => JsonValue.Create(text))];

    private JsonArray Amounts() =>
    [
        new JsonObject { ["epcClass"] = Spelled(_lots[_random.Next(_lots.Length)]), ["quantity"] = _random.Next(20) / 2m, ["uom"] = "KGM" },
        new JsonObject { ["epcClass"] = Spelled(_lots[_random.Next(_lots.Length)]), ["quantity"] = 1 + _random.Next(5) },
    ];

    private string Word(string urn, string web, string[] words)
    {
        var word = words[_random.Next(words.Length)];
        if (word.StartsWith(Namespace, StringComparison.Ordinal))
        {
            return Spelled([word, "ex:" + word[Namespace.Length..], "my:" + word[Namespace.Length..]]);
        }
        return Spelled([word, $"urn:epcglobal:cbv:{urn}:{word}", $"https://ref.gs1.org/cbv/{web}{word}"]);
    }

    private string Moment() => Start.AddMilliseconds(_random.NextInt64(60L * 86_400_000) / 1000 * 1000).ToOffset(TimeSpan.FromHours(_random.Next(-5, 6)))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    private string[] Product(int number) => Things($"https://id.gs1.org/01/{Gtin(number)}", null, $"urn:epc:idpat:sgtin:{Company}.0{10_000 + number}.*");

    private string[] Serial(int number, string serial) =>
        Things($"https://id.gs1.org/01/{Gtin(number)}/21/{serial}", Product(number)[0], $"urn:epc:id:sgtin:{Company}.0{10_000 + number}.{serial}");

    private string[] Lot(int number, string lot) =>
        Things($"https://id.gs1.org/01/{Gtin(number)}/10/{lot}", Product(number)[0], $"urn:epc:class:lgtin:{Company}.0{10_000 + number}.{lot}");

    private string[] Crate(int number)
    {
        var digits = $"0{Company}{number:D9}";
        return Things($"https://id.gs1.org/00/{digits}{CheckDigit(digits)}", null, $"urn:epc:id:sscc:{Company}.0{number:D9}");
    }

    private string[] Place(string gln) => Things($"https://id.gs1.org/414/{gln}", null, $"urn:epc:id:sgln:{Company}.{gln[7..12]}.0");

    private string[] Party(string gln) => Things($"https://id.gs1.org/417/{gln}", null, $"urn:epc:id:pgln:{gln[..7]}.{gln[7..12]}");

    private string[] Things(string canonical, string? inClass, string urn)
    {
        Canonical[urn] = Canonical[canonical] = canonical;
        ClassOf[canonical] = inClass ?? canonical;
        return [canonical, urn];
    }

    private static string Gtin(int number)
    {
        var digits = $"0{Company}{10_000 + number}";
        return digits + CheckDigit(digits);
    }

    private static int CheckDigit(string digits) => (10 - (digits.Reverse().Select((c, i) => (c - '0') * (i % 2 == 0 ? 3 : 1)).Sum() % 10)) % 10;
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace Provenance.Tests.Server.Tracing;

/// <param name="Kilograms">Null for a thing, or an amount left open.</param>
internal sealed record ToldItem(string Role, string Item, decimal? Kilograms);

/// <summary>An event as a story tells it: what production reads as EPCIS, the naive evaluator reads as this.</summary>
/// <param name="Party">0, 1 or 2.</param>
/// <param name="Hour">Since the story's beginning; ties are common.</param>
internal sealed record Told(int Party, string Id, int Hour, string Type, string? Action, string? Step, IReadOnlyList<ToldItem> Items)
{
    public string? Transformation { get; init; }

    public string? Set { get; init; }

    public string? Unset { get; init; }

    public string? Concerns { get; init; }

    public bool IsDeclaration { get; init; }

    public bool IsNesting => Type == "AggregationEvent";

    public bool Has(string role, string item) => Items.Any(one => one.Role == role && one.Item == item);

    public bool Mentions(string item) => Items.Any(one => one.Item == item);

    /// <summary>As EPCIS: the same item under its URN or its Digital Link, the same amount in kilograms or grams.</summary>
    /// <param name="uri">How this event spells an item.</param>
    public string ToEpcis(Func<string, string> uri, bool inGrams)
    {
        var e = new JsonObject
        {
            ["@context"] = new JsonArray("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", new JsonObject { ["prov"] = Provenance.Core.Events.ProvTerms.Namespace }),
            ["eventID"] = Id,
            ["type"] = Type,
            ["eventTime"] = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(Hour).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["eventTimeZoneOffset"] = "+00:00",
        };
        Add("action", Action);
        Add("bizStep", Step);
        Add("transformationID", Transformation);
        Add("prov:concerns", Concerns is null ? null : uri(Concerns));
        if (Set is not null || Unset is not null)
        {
            e["persistentDisposition"] = new JsonObject { [Set is null ? "unset" : "set"] = new JsonArray(Set ?? Unset) };
        }
        if (IsDeclaration)
        {
            e["errorDeclaration"] = new JsonObject { ["declarationTime"] = "2026-06-01T00:00:00Z", ["reason"] = "incorrect_data" };
        }
        foreach (var one in Items)
        {
            Mention(one);
        }
        return e.ToJsonString();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                e[name] = value;
            }
        }

        void Mention(ToldItem one)
        {
            if (one.Role == "parent")
            {
                e["parentID"] = uri(one.Item);
                return;
            }
            var isLot = one.Item[0] == 'L';
            var list = (one.Role, isLot) switch
            {
                ("subject", false) => "epcList",
                ("subject", true) => "quantityList",
                ("child", false) => "childEPCs",
                ("child", true) => "childQuantityList",
                (var role, false) => role + "EPCList",
                (var role, true) => role + "QuantityList",
            };
            JsonNode element = uri(one.Item);
            if (isLot)
            {
                var amount = new JsonObject { ["epcClass"] = element };
                if (one.Kilograms is { } kilograms)
                {
                    amount["quantity"] = inGrams ? kilograms * 1000 : kilograms;
                    amount["uom"] = inGrams ? "GRM" : "KGM";
                }
                element = amount;
            }
            if (e[list] is JsonArray others)
            {
                others.Add(element);
            }
            else
            {
                e[list] = new JsonArray(element);
            }
        }
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Provenance.Core.Epcis;

// What the JSON Schema of EPCIS 2.0 demands, and where the text of the standard (§7.4) demands more. It is wider in four places:
// persistentDisposition on every type, as 2.0.1 has it; URNs of listed CBV words; newer measurement types; JSON-LD's type and id.
sealed partial class EventCheck
{
    [GeneratedRegex("^([+-])((0[0-9]|1[0-3]):[0-5][0-9]|14:00)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Offset { get; }

    [GeneratedRegex("^[A-Z0-9]{2,3}$")]
    private static partial Regex UnitCode { get; }

    [GeneratedRegex("^[A-Fa-f0-9]+$")]
    private static partial Regex Hexadecimal { get; }

    private static readonly Rule Uris = Distinct(Each(Uri));

    // Children are no set in the schema, unlike the other lists of EPCs.
    private static readonly Rule Children = Each(Uri);

    private static readonly Rule Quantities = Each(Members(
        new() { ["epcClass"] = Uri, ["quantity"] = Number, ["uom"] = (c, v) => c.Text(v, UnitCode.IsMatch, "is no UN/ECE Rec 20 code") },
        ["epcClass"], extensible: false));

    // Beside the id of a place the schema lets anything stand.
    private static readonly Rule Place = (c, v) =>
    {
        if (v.ValueKind != JsonValueKind.Object || !v.TryGetProperty("id", out var id))
        {
            c.Refuse("is no object with an id", v);
            return;
        }
        c._path.Add("id");
        Uri(c, id);
        c._path.RemoveAt(c._path.Count - 1);
        c.InnerContexts(v);
    };

    private static readonly Rule PersistentDisposition = (c, v) =>
    {
        var dispositions = Distinct(Each(Word(CbvWords.Disposition), atLeast: 1));
        Members(new() { ["set"] = dispositions, ["unset"] = dispositions }, [], extensible: false)(c, v);
        if (v.ValueKind == JsonValueKind.Object && !v.EnumerateObject().Any())
        {
            c.Refuse("has neither set nor unset", v);
        }
    };

    private static readonly Rule ErrorDeclaration = Members(
        new() { ["type"] = OneOrEach(AnyText), ["id"] = Name, ["declarationTime"] = Time, ["reason"] = Word(CbvWords.ErrorReason), ["correctiveEventIDs"] = Each(Uri) },
        ["declarationTime"], extensible: true);

    private static readonly Rule SensorElements = Each(Members(
        new()
        {
            ["type"] = OneOrEach(AnyText),
            ["id"] = Name,
            ["sensorMetadata"] = Members(
                new()
                {
                    ["type"] = OneOrEach(AnyText),
                    ["id"] = Name,
                    ["time"] = Time,
                    ["startTime"] = Time,
                    ["endTime"] = Time,
                    ["deviceID"] = Uri,
                    ["deviceMetadata"] = Uri,
                    ["rawData"] = Uri,
                    ["dataProcessingMethod"] = Uri,
                    ["bizRules"] = Uri,
                },
                [], extensible: true),
            ["sensorReport"] = Each(Members(
                new()
                {
                    ["type"] = Word(CbvWords.Measurement),
                    ["id"] = Name,
                    ["exception"] = Word(CbvWords.SensorAlert),
                    ["deviceID"] = Uri,
                    ["deviceMetadata"] = Uri,
                    ["rawData"] = Uri,
                    ["dataProcessingMethod"] = Uri,
                    ["bizRules"] = Uri,
                    ["time"] = Time,
                    ["microorganism"] = Uri,
                    ["chemicalSubstance"] = Uri,
                    ["coordinateReferenceSystem"] = Uri,
                    ["value"] = Number,
                    ["component"] = Word(CbvWords.Component),
                    ["stringValue"] = AnyText,
                    ["booleanValue"] = Boolean,
                    ["hexBinaryValue"] = (c, v) => c.Text(v, Hexadecimal.IsMatch, "is not hexadecimal"),
                    ["uriValue"] = Uri,
                    ["minValue"] = Number,
                    ["maxValue"] = Number,
                    ["meanValue"] = Number,
                    ["sDev"] = Number,
                    ["percRank"] = Number,
                    ["percValue"] = Number,
                    ["uom"] = AnyText,
                },
                ["type"], extensible: true), atLeast: 1),
        },
        ["sensorReport"], extensible: true));

    // JSON-LD's own members: they say what a thing is and how it is called, wherever they stand.
    private static void Name(EventCheck c, JsonElement v) =>
        c.Text(v, t => AbsoluteUri.IsOrBlank(t), "is neither an absolute URI nor a blank node");

    private static void Boolean(EventCheck c, JsonElement v)
    {
        if (v.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            c.Refuse("is neither true nor false", v);
        }
    }

    private static Rule Pairs(string name, CbvWords types, params string[] required) =>
        Each(Members(new() { ["type"] = Word(types), [name] = Uri }, required, extensible: false));

    private static readonly Dictionary<string, Rule> CommonMembers = new()
    {
        ["@context"] = (_, _) => { },
        ["type"] = AnyText,
        ["eventTime"] = Time,
        ["recordTime"] = Time,
        ["eventTimeZoneOffset"] = (c, v) => c.Text(v, Offset.IsMatch, "is no offset from -14:00 to +14:00, such as +01:00"),
        ["eventID"] = Uri,
        ["id"] = Name,
        ["certificationInfo"] = OneOrEach(Uri),
        ["errorDeclaration"] = ErrorDeclaration,
        ["bizStep"] = Word(CbvWords.BizStep),
        ["disposition"] = Word(CbvWords.Disposition),
        ["persistentDisposition"] = PersistentDisposition,
        ["readPoint"] = Place,
        ["bizLocation"] = Place,
        ["bizTransactionList"] = Pairs("bizTransaction", CbvWords.Transaction, "bizTransaction"),
        ["sourceList"] = Pairs("source", CbvWords.SourceDestination, "type", "source"),
        ["destinationList"] = Pairs("destination", CbvWords.SourceDestination, "type", "destination"),
        ["sensorElementList"] = SensorElements,
    };

    private static readonly Dictionary<string, Rule> OwnMembers = new()
    {
        ["action"] = (c, v) => c.Text(v, t => t is "ADD" or "OBSERVE" or "DELETE", "is none of ADD, OBSERVE and DELETE"),
        ["parentID"] = Uri,
        ["epcList"] = Uris,
        ["childEPCs"] = Children,
        ["inputEPCList"] = Uris,
        ["outputEPCList"] = Uris,
        ["quantityList"] = Quantities,
        ["childQuantityList"] = Quantities,
        ["inputQuantityList"] = Quantities,
        ["outputQuantityList"] = Quantities,
        ["transformationID"] = Uri,
        ["ilmd"] = Members(new() { ["type"] = OneOrEach(AnyText), ["id"] = Name }, [], extensible: true),
    };

    private static readonly Dictionary<string, Rule> Types = new()
    {
        ["ObjectEvent"] = Type(["action"], "action", "epcList", "quantityList", "ilmd"),
        ["AggregationEvent"] = Type(["action"], "action", "parentID", "childEPCs", "childQuantityList"),
        ["AssociationEvent"] = Type(["action", "parentID"], "action", "parentID", "childEPCs", "childQuantityList"),
        ["TransactionEvent"] = Type(["action", "bizTransactionList"], "action", "parentID", "epcList", "quantityList"),
        ["TransformationEvent"] = Type([], "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", "ilmd"),
    };

    private static readonly Rule ExtendedType = Type([], [.. OwnMembers.Keys]);

    private static Rule Type(string[] required, params string[] own) =>
        Members(
            new(CommonMembers.Concat(own.Select(name => KeyValuePair.Create(name, OwnMembers[name])))),
            ["type", "eventTime", "eventTimeZoneOffset", .. required], extensible: true);

    /// <summary>Checks a whole event; <see cref="Problems"/> holds what was found.</summary>
    public void Event(JsonElement e)
    {
        if (e.ValueKind != JsonValueKind.Object)
        {
            Refuse("is no event", e);
            return;
        }
        var type = e.TryGetProperty("type", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : null;
        if (type is null)
        {
            RefuseAt("type", "is missing or no text", given.ValueKind == JsonValueKind.Undefined ? null : given);
            return;
        }
        if (!Types.TryGetValue(type, out var rule))
        {
            if (!AbsoluteUri.Is(type) || EventContext.IsAlias(type))
            {
                RefuseAt("type", "is no EPCIS event type and no URI of another", given);
            }
            rule = ExtendedType;
        }
        rule(this, e);
        What(e, type, e.TryGetProperty("action", out var action) && action.ValueKind == JsonValueKind.String ? action.GetString() : null);
    }

    /// <summary>What an event must be about (EPCIS 2.0 §7.4.2 to §7.4.6): rules over more than one member.</summary>
    private void What(JsonElement e, string type, string? action)
    {
        bool Has(string name) => e.TryGetProperty(name, out _);
        bool Some(string name) => e.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0;

        switch (type)
        {
            case "ObjectEvent":
                if (!Has("epcList") && !Some("quantityList") && !(Some("sensorElementList") && Has("readPoint")))
                {
                    Refuse("names nothing: it needs epcList, quantityList, or sensorElementList with readPoint");
                }
                if (Has("ilmd") && action is "OBSERVE" or "DELETE")
                {
                    RefuseAt("ilmd", "is allowed only with action ADD");
                }
                break;
            case "AggregationEvent" or "AssociationEvent":
                if (action != "DELETE" && !Some("childEPCs") && !Some("childQuantityList"))
                {
                    Refuse("names no child: childEPCs or childQuantityList may be left out only with action DELETE");
                }
                if (!Has("parentID") && action is "ADD" or "DELETE" && type == "AggregationEvent")
                {
                    RefuseAt("parentID", $"is missing: action {action} needs it");
                }
                break;
            case "TransactionEvent":
                if (action != "DELETE" && !Has("epcList") && !Some("quantityList"))
                {
                    Refuse("names nothing: epcList or quantityList may be left out only with action DELETE");
                }
                if (e.TryGetProperty("bizTransactionList", out var transactions) && transactions.ValueKind == JsonValueKind.Array && transactions.GetArrayLength() == 0)
                {
                    RefuseAt("bizTransactionList", "is empty");
                }
                break;
            case "TransformationEvent":
                var input = Some("inputEPCList") || Some("inputQuantityList");
                var output = Some("outputEPCList") || Some("outputQuantityList");
                if (!(input && output) && !(Has("transformationID") && (input || output)))
                {
                    Refuse("needs inputs and outputs; one of them may be left out only with a transformationID");
                }
                break;
        }
    }
}

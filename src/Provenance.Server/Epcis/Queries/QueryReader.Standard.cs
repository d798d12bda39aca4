using System.Globalization;
using System.Text.Json;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;

namespace Provenance.Server.Epcis.Queries;

// The parameters on the fields of the standard, sensors apart.
internal sealed partial class QueryReader
{
    private static readonly string[] EventTypes = ["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"];

    private static readonly Dictionary<string, string[]> EpcLists = new(StringComparer.Ordinal)
    {
        ["MATCH_epc"] = ["epcList", "childEPCs"],
        ["MATCH_parentID"] = ["parentID"],
        ["MATCH_inputEPC"] = ["inputEPCList"],
        ["MATCH_outputEPC"] = ["outputEPCList"],
        ["MATCH_anyEPC"] = ["epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"],
    };

    private static readonly string[] AllQuantityLists = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"];

    private static readonly Dictionary<string, string[]> ClassLists = new(StringComparer.Ordinal)
    {
        ["MATCH_epcClass"] = ["quantityList", "childQuantityList"],
        ["MATCH_inputEPCClass"] = ["inputQuantityList"],
        ["MATCH_outputEPCClass"] = ["outputQuantityList"],
        ["MATCH_anyEPCClass"] = AllQuantityLists,
    };

    private bool TryStandard(QueryArgument argument, out EventCondition? condition)
    {
        if (EpcLists.TryGetValue(argument.Name, out var lists))
        {
            condition = Match(argument, [.. lists.Select(list => new[] { list })]);
            return true;
        }
        if (ClassLists.TryGetValue(argument.Name, out lists))
        {
            condition = Match(argument, [.. lists.Select(list => new[] { list, "epcClass" })]);
            return true;
        }
        (var isOne, condition) = argument.Name switch
        {
            "eventType" => (true, EventType(argument)),
            "EQ_action" => (true, Action(argument)),
            "EQ_bizStep" => (true, Words(argument, CbvWords.BizStep, word => "bizStep:" + word, "bizStep")),
            "EQ_disposition" => (true, Words(argument, CbvWords.Disposition, word => "disposition:" + word, "disposition")),
            "EQ_persistentDisposition_set" => (true, Words(argument, CbvWords.Disposition, IndexTerms.Set, "persistentDisposition", "set")),
            "EQ_persistentDisposition_unset" => (true, Words(argument, CbvWords.Disposition, IndexTerms.Unset, "persistentDisposition", "unset")),
            "EQ_readPoint" => (true, Ids(argument, key => "readPoint:" + key, ["readPoint", "id"])),
            "WD_readPoint" => (true, WithDescendants(argument, "readPoint")),
            "EQ_bizLocation" => (true, Ids(argument, key => "bizLocation:" + key, ["bizLocation", "id"])),
            "WD_bizLocation" => (true, WithDescendants(argument, "bizLocation")),
            "EQ_transformationID" => (true, Transformation(argument)),
            "EQ_eventID" => (true, EventId(argument)),
            "EXISTS_errorDeclaration" => (true, Exists(argument, Terms([IndexTerms.Declaration]), e => e.At("errorDeclaration"))),
            "GE_errorDeclarationTime" or "GE_errorDeclaration_Time" => (true, Times(argument, Comparison.GE, Terms([IndexTerms.Declaration]), ["errorDeclaration", "declarationTime"])),
            "LT_errorDeclarationTime" or "LT_errorDeclaration_Time" => (true, Times(argument, Comparison.LT, Terms([IndexTerms.Declaration]), ["errorDeclaration", "declarationTime"])),
            "EQ_errorReason" => (true, Words(argument, CbvWords.ErrorReason, _ => IndexTerms.Declaration, "errorDeclaration", "reason")),
            "EQ_correctiveEventID" => (true, WrongUri(argument) ? null : Texts(argument, Terms([IndexTerms.Declaration]), ["errorDeclaration", "correctiveEventIDs"])),
            _ => (false, default(EventCondition)),
        };
        return isOne;
    }

    private EventCondition? EventType(QueryArgument argument)
    {
        if (argument.List.FirstOrDefault(type => !EventTypes.Contains(type) && !AbsoluteUri.Is(type)) is { } wrong)
        {
            Refuse(argument, $"'{wrong}' is neither one of {string.Join(", ", EventTypes)} nor the URI of another event type.");
            return null;
        }
        var types = argument.List.ToHashSet(StringComparer.Ordinal);
        return new EventCondition(e => e.TextsAt("type").Any(types.Contains), Terms(types.Select(type => "type:" + type)));
    }

    private EventCondition? Action(QueryArgument argument)
    {
        if (argument.List.FirstOrDefault(action => action is not ("ADD" or "OBSERVE" or "DELETE")) is { } wrong)
        {
            Refuse(argument, $"'{wrong}' is none of ADD, OBSERVE and DELETE.");
            return null;
        }
        var actions = argument.List.ToHashSet(StringComparer.Ordinal);
        return new EventCondition(e => e.TextsAt("action").Any(actions.Contains), Terms(actions.Select(action => "action:" + action)));
    }

    private EventCondition? Words(QueryArgument argument, CbvWords list, Func<string, string>? term, params string[] path)
    {
        if (argument.List.FirstOrDefault(word => !list.Words.Contains(CanonicalWord.Of(list, word, () => namespaces)) && !list.Accepts(word)) is { } wrong)
        {
            Refuse(argument, $"'{wrong}' is no {list.Label} and no URI of your own.");
            return null;
        }
        var words = argument.List.Select(word => CanonicalWord.Of(list, word, () => namespaces)).ToHashSet(StringComparer.Ordinal);
        // A prefix that the query does not declare counts as the event writes it.
        return new EventCondition(e => e.TextsAt(path).Any(word => words.Contains(e.Word(list, word)) || words.Contains(word)), term is null ? null : Terms(words.Select(term)));
    }

    private EventCondition? Ids(QueryArgument argument, Func<string, string>? term, params string[][] paths) => WrongUri(argument) ? null : Among(argument.List, term, paths);

    private EventCondition Among(IEnumerable<string> named, Func<string, string>? term, params string[][] paths)
    {
        var anEvent = new QueriedEvent(default, own);
        var ids = named.Select(anEvent.Id).ToHashSet(StringComparer.Ordinal);
        return new EventCondition(e => paths.Any(path => e.TextsAt(path).Any(id => ids.Contains(e.Id(id)))), term is null ? null : Terms(ids.Select(term)));
    }

    private EventCondition? WithDescendants(QueryArgument argument, string place) =>
        WrongUri(argument) ? null : Among(stated.WithDescendants(argument.List), key => $"{place}:{key}", [place, "id"]);

    private EventCondition? Transformation(QueryArgument argument)
    {
        if (WrongUri(argument))
        {
            return null;
        }
        var anEvent = new QueriedEvent(default, own);
        var ids = argument.List.Select(anEvent.Id).ToHashSet(StringComparer.Ordinal);
        // The index has them as the events write them: one of a GS1 number may stand there in another spelling.
        var isSpeltOneWay = argument.List.All(id => !ItemId.TryParseEventUri(id, own, out var item, out _) || item.Kind == ItemKind.Other);
        return new EventCondition(
            e => e.TextsAt("transformationID").Any(id => ids.Contains(e.Id(id))),
            Terms(isSpeltOneWay ? argument.List.Select(id => "transformation:" + id) : ["type:TransformationEvent"]));
    }

    private EventCondition? EventId(QueryArgument argument)
    {
        if (WrongUri(argument))
        {
            return null;
        }
        var ids = argument.List.ToHashSet(StringComparer.Ordinal);
        return new EventCondition(e => e.TextsAt("eventID").Any(ids.Contains), [.. ids.Select(id => new IndexKey(LeafIndex.EventId, keys.OfEventId(id)))]);
    }

    private EventCondition? Match(QueryArgument argument, string[][] paths)
    {
        var patterns = new List<EpcPattern>();
        foreach (var text in argument.List)
        {
            if (EpcPattern.Find(text, own) is not { } pattern)
            {
                Refuse(argument, $"'{text}' is no URI: give an EPC URN, a pattern such as urn:epc:idpat:sgtin:9506000.013435.*, a GS1 Digital Link or another URI.");
                return null;
            }
            patterns.Add(pattern);
        }
        var sources = patterns.Select(pattern => pattern.Source(keys)).ToList();
        return new EventCondition(
            e => paths.Any(path => e.TextsAt(path).Any(epc => patterns.Any(pattern => pattern.Matches(epc, own)))),
            sources.Contains(null) ? null : [.. sources.SelectMany(source => source!).Distinct()]);
    }

    private static EventCondition Texts(QueryArgument argument, IReadOnlyList<IndexKey>? source, params string[][] paths)
    {
        var texts = argument.List.ToHashSet(StringComparer.Ordinal);
        return new EventCondition(e => paths.Any(path => e.TextsAt(path).Any(texts.Contains)), source);
    }

    private EventCondition? Times(QueryArgument argument, Comparison comparison, IReadOnlyList<IndexKey>? source, params string[][] paths) =>
        Time(argument) is { } time
            ? new EventCondition(e => paths.Any(path => e.TextsAt(path).Any(text => EventInstant.TryParse(text, out var held) && comparison.Allows(held.CompareTo(time)))), source)
            : null;

    private EventCondition? Exists(QueryArgument argument, IReadOnlyList<IndexKey>? source, Func<QueriedEvent, IEnumerable<JsonElement>> found)
    {
        switch (argument.Text)
        {
            case "false" or "0":
                return null; // as if it had not been asked (OpenAPI of EPCIS 2.0)
            case { } text when text is "" or "true" || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _): // GS1's query schema takes any integer
                return new EventCondition(e => found(e).Any(), source);
            default:
                Refuse(argument, "The value is true, or false for no condition.");
                return null;
        }
    }

    private EventCondition? Numbers(QueryArgument argument, Comparison comparison, IReadOnlyList<IndexKey>? source, Func<QueriedEvent, IEnumerable<JsonElement>> found)
    {
        var numbers = new List<Number>();
        foreach (var text in argument.List)
        {
            if (!Number.TryParse(text, out var number))
            {
                Refuse(argument, $"'{text}' is no number.");
                return null;
            }
            numbers.Add(number);
        }
        if (comparison != Comparison.EQ && numbers.Count > 1)
        {
            Refuse(argument, "More and less compare with one number.");
            return null;
        }
        return new EventCondition(
            e => found(e).Any(value => value.ValueKind == JsonValueKind.Number && Number.TryParse(value.GetRawText(), out var held)
                && numbers.Any(number => comparison.Allows(held.CompareTo(number)))),
            source);
    }

    private bool WrongUri(QueryArgument argument)
    {
        if (argument.List.FirstOrDefault(uri => !AbsoluteUri.Is(uri)) is not { } wrong)
        {
            return false;
        }
        Refuse(argument, $"'{wrong}' is no absolute URI.");
        return true;
    }

    private IReadOnlyList<IndexKey> Terms(IEnumerable<string> terms) =>
        [.. terms.Distinct(StringComparer.Ordinal).Select(term => new IndexKey(LeafIndex.Term, keys.OfTerm(term)))];
}

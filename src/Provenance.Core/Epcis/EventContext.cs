using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using Provenance.Core.Events;

namespace Provenance.Core.Epcis;

/// <summary>
/// The JSON-LD context of an event. Contexts elsewhere on the web are never fetched: GS1's own protects its terms, so what a
/// sender adds can only bring further prefixes.
/// </summary>
public static class EventContext
{
    /// <summary>
    /// The terms that epcis-context.jsonld gives a meaning everywhere. Others, such as <c>value</c>, <c>time</c> and the words of the CBV, have
    /// one only inside the member they belong to, so a sender may have a field of its own with such a name elsewhere.
    /// </summary>
    private static readonly FrozenSet<string> Terms = (
        """
        AggregationEvent AssociationEvent Collection EPCISDocument EPCISQueryDocument ObjectEvent TransactionEvent TransformationEvent
        action baseURL bizLocation bizStep bizTransactionList certificationInfo childEPCs childQuantityList children creationDate
        destinationList disposition epcClass epcList epcisBody epcisHeader errorDeclaration eventID eventList eventTime
        eventTimeZoneOffset id ilmd inputEPCList inputQuantityList instanceIdentifier masterData member outputEPCList
        outputQuantityList parentID persistentDisposition quantity quantityList queryName queryResults readPoint receiver recordTime
        resultsBody schemaVersion sender sensorElementList sourceList subscriptionID transformationID type uom vocabularyList
        """).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    /// <summary>Prefixes that the EPCIS context binds, and ours; a sender may repeat them, not bend them.</summary>
    private static readonly FrozenDictionary<string, string[]> Prefixes = new Dictionary<string, string[]>
    {
        ["epcis"] = ["https://ref.gs1.org/epcis/"],
        ["cbv"] = ["https://ref.gs1.org/cbv/"],
        ["gs1"] = ["https://gs1.org/voc/", "https://ref.gs1.org/voc/", "https://www.gs1.org/voc/", "http://gs1.org/voc/"],
        ["rdfs"] = ["http://www.w3.org/2000/01/rdf-schema#"],
        ["owl"] = ["http://www.w3.org/2002/07/owl#"],
        ["xsd"] = ["http://www.w3.org/2001/XMLSchema#"],
        ["dcterms"] = ["http://purl.org/dc/terms/"],
        [ProvTerms.Prefix] = [ProvTerms.Namespace],
    }.ToFrozenDictionary();

    /// <summary>
    /// cbvmda is not among the bound prefixes: GS1's own examples bind it to a namespace of their own. Disclosures are named by the
    /// member as written, so one of our terms under another name could hide from a reader (decision 0001).
    /// </summary>
    private static readonly string[] Reserved =
    [
        "epcis:", "cbv:", "https://ref.gs1.org/epcis/", "https://ref.gs1.org/cbv/", "http://ref.gs1.org/epcis/", "http://ref.gs1.org/cbv/",
        "urn:epcglobal:cbv:", ProvTerms.Namespace,
    ];

    private static readonly string[] MasterDataAttributes = ["urn:epcglobal:cbv:mda:", "https://ref.gs1.org/cbv/mda/"];

    private static readonly string[] Publications =
    [
        "https://ref.gs1.org/standards/epcis/", "http://ref.gs1.org/standards/epcis/", "https://gs1.github.io/EPCIS/", "https://raw.githubusercontent.com/gs1/EPCIS/",
    ];

    /// <summary>Is this one of the addresses at which GS1 publishes the EPCIS context?</summary>
    public static bool IsEpcis(string iri) =>
        Publications.Any(place => iri.StartsWith(place, StringComparison.Ordinal))
        && (iri.EndsWith("/epcis-context.jsonld", StringComparison.Ordinal) || iri.EndsWith("/epcis-context-simple.jsonld", StringComparison.Ordinal));

    /// <summary>Is the name one that EPCIS gives a meaning to?</summary>
    public static bool IsTerm(string name) => Terms.Contains(name);

    /// <summary>
    /// Does the name, as a member, stand for a term of EPCIS, the CBV or ours in another spelling than the one fixed? Master data
    /// attributes of the CBV are whatever the sender says about its goods: they may be written in full.
    /// </summary>
    public static bool IsAlias(string name) =>
        Array.Exists(Reserved, start => name.StartsWith(start, StringComparison.Ordinal))
        && !Array.Exists(MasterDataAttributes, start => name.StartsWith(start, StringComparison.Ordinal));

    [ThreadStatic]
    private static (byte[] Context, Dictionary<string, string> Namespaces)? t_last;

    /// <summary>The namespaces an event's effective context binds, later definitions over earlier ones, on top of those of EPCIS. Shared: to be read only.</summary>
    public static Dictionary<string, string> Namespaces(JsonElement context)
    {
        // The events of a document mostly share one context.
        var text = context.ValueKind == JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(context);
        if (t_last is var (last, known) && text.SequenceEqual(last))
        {
            return known;
        }
        var namespaces = Prefixes.Where(p => p.Key != ProvTerms.Prefix).ToDictionary(p => p.Key, p => p.Value[0]);
        namespaces["cbvmda"] = "urn:epcglobal:cbv:mda:";
        foreach (var part in Parts(context).Where(p => p.ValueKind == JsonValueKind.Object))
        {
            foreach (var term in part.EnumerateObject())
            {
                if (IriOf(term.Value) is { } iri)
                {
                    namespaces[term.Name] = iri;
                }
            }
        }
        t_last = (text.ToArray(), namespaces);
        return namespaces;
    }

    /// <summary>
    /// The document's context, then the event's own: what holds inside the event. Nothing stands there twice: of an address the first
    /// counts, of definitions the last, which wins over whatever lies between.
    /// </summary>
    public static string Merge(JsonElement? document, JsonElement? own)
    {
        if (document is not { } outer || own is not { } inner)
        {
            return (document ?? own)?.GetRawText() ?? "[]";
        }
        if (outer.GetRawText() == inner.GetRawText())
        {
            return outer.GetRawText();
        }
        var parts = Parts(outer).Select(p => p.GetRawText()).ToList();
        var known = parts.ToHashSet();
        foreach (var part in Parts(inner))
        {
            var text = part.GetRawText();
            if (part.ValueKind == JsonValueKind.String && known.Contains(text))
            {
                continue;
            }
            parts.Remove(text);
            parts.Add(text);
        }
        return "[" + string.Join(',', parts) + "]";
    }

    /// <summary>The context with our prefix bound: behind a list, before what is none, so that it is known again what was sent.</summary>
    public static string WithProv(JsonElement context)
    {
        if (Namespaces(context).ContainsKey(ProvTerms.Prefix))
        {
            return context.GetRawText();
        }
        const string binding = $$"""{"{{ProvTerms.Prefix}}":"{{ProvTerms.Namespace}}"}""";
        return context.ValueKind != JsonValueKind.Array ? $"[{binding},{context.GetRawText()}]"
            : "[" + string.Join(',', Parts(context).Select(p => p.GetRawText()).Append(binding)) + "]";
    }

    /// <summary>Which names without a namespace the contexts may define beyond those of EPCIS.</summary>
    public static BareNames NamesIn(JsonElement? document, JsonElement? own)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in new[] { document, own }.OfType<JsonElement>().SelectMany(Parts))
        {
            if (part.ValueKind == JsonValueKind.String && !IsEpcis(part.GetString()!))
            {
                return BareNames.Any;
            }
            if (part.ValueKind == JsonValueKind.Object)
            {
                if (part.TryGetProperty("@vocab", out var vocabulary) && vocabulary.ValueKind == JsonValueKind.String)
                {
                    return BareNames.Any;
                }
                terms.UnionWith(part.EnumerateObject().Select(term => term.Name));
            }
        }
        return terms.Count == 0 ? BareNames.None : new BareNames(terms);
    }

    /// <summary>Whether one of the contexts is GS1's, without which no bare word means anything.</summary>
    public static bool NamesEpcis(JsonElement? context) =>
        context is { } given && Parts(given).Any(p => p.ValueKind == JsonValueKind.String && IsEpcis(p.GetString()!));

    /// <summary>What a context may not do: redefine, alias, unset, or set what changes the meaning of bare words. Pairs of JSON Pointer and rule.</summary>
    public static IEnumerable<(string Pointer, string Rule, JsonElement Value)> Faults(JsonElement context)
    {
        var index = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in Parts(context))
        {
            var pointer = context.ValueKind == JsonValueKind.Array ? $"/{index++}" : "";
            if (!seen.Add(part.GetRawText()))
            {
                yield return (pointer, "stands there twice", part);
            }
            var faults = part.ValueKind switch
            {
                JsonValueKind.Object => DefinitionFaults(part, pointer),
                JsonValueKind.String when AbsoluteUri.Is(part.GetString()) => [],
                _ => [(pointer, "is neither a URI nor an object of terms", part)],
            };
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<(string, string, JsonElement)> DefinitionFaults(JsonElement definitions, string at)
    {
        foreach (var term in definitions.EnumerateObject())
        {
            var pointer = at + "/" + StrictJson.Escape(term.Name);
            if (term.Name is "@version" or "@protected")
            {
                continue;
            }
            var iri = IriOf(term.Value);
            if (term.Name is "@vocab" or "@base" ? iri is not null && AbsoluteUri.Is(iri) && !IsAlias(iri) : term.Name == "@language" && iri is not null)
            {
                continue; // concerns names and values that EPCIS does not define: all that it does define is protected
            }
            if (term.Name.StartsWith('@'))
            {
                yield return (pointer, "may not be set here: it changes what the terms of EPCIS mean", term.Value);
            }
            else if (Prefixes.TryGetValue(term.Name, out var bound))
            {
                if (iri is null || !bound.Contains(iri))
                {
                    yield return (pointer, "redefines a prefix that EPCIS or this ledger binds", term.Value);
                }
            }
            else if (Terms.Contains(term.Name) || IsAlias(term.Name))
            {
                yield return (pointer, "redefines a term of EPCIS or the CBV", term.Value);
            }
            else if (iri is null && !(term.Value.ValueKind == JsonValueKind.Object && AbsoluteUri.Is(term.Name)))
            {
                yield return (pointer, "is no definition of a term: it needs an IRI", term.Value);
            }
            else if (iri is not null && (iri.StartsWith('@') || (IsAlias(iri) && term.Name != "cbvmda")))
            {
                yield return (pointer, "is another name for a term of EPCIS, the CBV, JSON-LD or this ledger", term.Value);
            }
            else if (term.Value.ValueKind == JsonValueKind.Object && term.Value.TryGetProperty("@context", out var scoped))
            {
                foreach (var (inner, rule, value) in Faults(scoped))
                {
                    yield return (pointer + "/@context" + inner, rule, value);
                }
            }
        }
    }

    private static string? IriOf(JsonElement definition) => definition.ValueKind switch
    {
        JsonValueKind.String => definition.GetString(),
        JsonValueKind.Object when definition.TryGetProperty("@id", out var id) && id.ValueKind == JsonValueKind.String => id.GetString(),
        _ => null,
    };

    private static JsonElement[] Parts(JsonElement context) =>
        context.ValueKind == JsonValueKind.Array ? [.. context.EnumerateArray()] : [context];
}

/// <summary>Names that have no namespace and yet a meaning, by a context of the sender's.</summary>
/// <param name="terms">The names; null for any, where a default namespace is set or a context elsewhere on the web is named, which is never fetched.</param>
public sealed class BareNames(IReadOnlySet<string>? terms)
{
    /// <summary>Whatever the sender likes.</summary>
    public static readonly BareNames Any = new(null);

    /// <summary>Under the context of EPCIS alone.</summary>
    public static readonly BareNames None = new(new HashSet<string>());

    public bool Contains(string name) => terms is null ? name.Length > 0 && name[0] != '@' : terms.Contains(name);
}

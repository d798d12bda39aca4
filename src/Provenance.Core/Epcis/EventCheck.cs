using System.Globalization;
using System.Text.Json;
using Provenance.Core.Events;
using Provenance.Core.Gs1;

namespace Provenance.Core.Epcis;

/// <summary>Walks one received event against the rules of EPCIS 2.0 and gathers every rule it breaks, with its JSON Pointer.</summary>
/// <param name="bareNames">Names of extensions that need no namespace.</param>
sealed partial class EventCheck(int? number, string pointer, BareNames bareNames)
{
    private readonly List<string> _path = [];

    public List<EpcisProblem> Problems { get; } = [];

    private void Refuse(string rule, JsonElement? value = null) => RefuseBelow("", rule, value);

    /// <param name="below">JSON Pointer from where the check stands.</param>
    private void RefuseBelow(string below, string rule, JsonElement? value) =>
        Problems.Add(EpcisProblem.At(number, pointer + string.Concat(_path.Select(s => "/" + StrictJson.Escape(s))) + below, rule, value?.GetRawText()));

    private void RefuseAt(string name, string rule, JsonElement? value = null)
    {
        _path.Add(name);
        Refuse(rule, value);
        _path.RemoveAt(_path.Count - 1);
    }

    private void Text(JsonElement value, Func<string, bool> accepts, string rule)
    {
        if (value.ValueKind != JsonValueKind.String || !accepts(value.GetString()!))
        {
            Refuse(rule, value);
        }
    }

    private static void Uri(EventCheck c, JsonElement v)
    {
        if (v.ValueKind != JsonValueKind.String || !AbsoluteUri.Is(v.GetString()))
        {
            c.Refuse("is no absolute URI", v);
        }
        else if (Gs1Fault(v.GetString()!) is { } fault)
        {
            c.Refuse("is no valid GS1 identifier: " + fault, v);
        }
    }

    // On another host a path that looks like a Digital Link may be anything; on id.gs1.org it is one or wrong.
    private static string? Gs1Fault(string uri)
    {
        if (EpcUrn.NamesGs1Key(uri))
        {
            // The pattern of a whole company, or of everything, is no class that could be looked up, but well formed (TDS 2.0 §8).
            var isWide = uri.StartsWith("urn:epc:idpat:", StringComparison.Ordinal) && uri.EndsWith(".*.*", StringComparison.Ordinal);
            return isWide || EpcUrn.TryParse(uri, out _, out var fault) ? null : fault;
        }
        return uri.StartsWith(DigitalLink.CanonicalStem + "/", StringComparison.Ordinal)
            && DigitalLinkUri.TrySplit(uri, out var parts, out _) && parts.KeyAt >= 0
            && !DigitalLink.TryParse(parts, out _, out var linkFault, acceptsShortGtin: true) ? linkFault : null;
    }

    private static void Time(EventCheck c, JsonElement v) =>
        c.Text(v, t => EventInstant.TryParse(t, out _), "is no time with an offset, such as 2026-11-21T14:30:00+01:00");

    private static void Number(EventCheck c, JsonElement v)
    {
        if (v.ValueKind != JsonValueKind.Number)
        {
            c.Refuse("is no number", v);
        }
    }

    private static void AnyText(EventCheck c, JsonElement v) => c.Text(v, _ => true, "is no text");

    private static Rule Word(CbvWords words) => (c, v) => c.Text(v, words.Accepts, $"is no {words.Label} and no URI");

    private static Rule Each(Rule rule, int atLeast = 0) => (c, v) =>
    {
        if (v.ValueKind != JsonValueKind.Array)
        {
            c.Refuse("is no list", v);
            return;
        }
        if (v.GetArrayLength() < atLeast)
        {
            c.Refuse("is empty", v);
        }
        var index = 0;
        foreach (var element in v.EnumerateArray())
        {
            c._path.Add(index++.ToString(CultureInfo.InvariantCulture));
            rule(c, element);
            c._path.RemoveAt(c._path.Count - 1);
        }
    };

    /// <summary>Each element once: lists of EPCs and of dispositions are sets.</summary>
    private static Rule Distinct(Rule each) => (c, v) =>
    {
        each(c, v);
        if (v.ValueKind == JsonValueKind.Array)
        {
            var seen = new HashSet<string>();
            foreach (var twice in v.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String && !seen.Add(e.GetString()!)))
            {
                c.Refuse("names one thing twice", twice);
            }
        }
    };

    private static Rule OneOrEach(Rule rule)
    {
        var each = Each(rule);
        return (c, v) => (v.ValueKind == JsonValueKind.Array ? each : rule)(c, v);
    }

    /// <summary>An object whose members are known here or, where extensions are allowed, have a name with a namespace.</summary>
    private static Rule Members(Dictionary<string, Rule> members, string[] required, bool extensible) => (c, v) =>
    {
        if (v.ValueKind != JsonValueKind.Object)
        {
            c.Refuse("is no object", v);
            return;
        }
        foreach (var member in v.EnumerateObject())
        {
            c._path.Add(member.Name);
            if (members.TryGetValue(member.Name, out var rule))
            {
                rule(c, member.Value);
            }
            else if (extensible)
            {
                c.Extension(member);
            }
            else
            {
                c.Refuse("is not known here, and no extension is allowed", member.Value);
            }
            c._path.RemoveAt(c._path.Count - 1);
        }
        foreach (var name in required.Where(name => !v.TryGetProperty(name, out _)))
        {
            c.RefuseAt(name, "is missing");
        }
    };

    /// <summary>
    /// A member of the sender's own. Its name is a URI, a CURIE or a term of the sender's context, and no second name of an EPCIS term. A context inside it, as
    /// embedded credentials have one, is held to the same rules as the event's: it changes nothing but names of the sender's.
    /// </summary>
    private void Extension(JsonProperty member)
    {
        if (!AbsoluteUri.Is(member.Name) && !bareNames.Contains(member.Name))
        {
            Refuse("is not known here; an extension's name needs a namespace", member.Value);
        }
        else if (EventContext.IsTerm(member.Name))
        {
            Refuse("does not belong here", member.Value);
        }
        else if (EventContext.IsAlias(member.Name))
        {
            Refuse("is another name for a term of EPCIS, the CBV or this ledger", member.Value);
        }
        else if (member.NameEquals(ProvTerms.Source))
        {
            Refuse("is this ledger's to give", member.Value);
        }
        InnerContexts(member.Value);
    }

    private void InnerContexts(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray())
            {
                InnerContexts(element);
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (member.NameEquals("@context"))
                {
                    foreach (var (at, rule, fault) in EventContext.Faults(member.Value))
                    {
                        RefuseBelow("/@context" + at, rule, fault);
                    }
                    continue;
                }
                InnerContexts(member.Value);
            }
        }
    }

    private delegate void Rule(EventCheck check, JsonElement value);
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Provenance.Core.Epcis;

/// <summary>What stands around the events of a document. It is not stored with them, so it may not hold anything that is not understood here.</summary>
/// <param name="way">Members from the document down to the list of events.</param>
/// <param name="members">Of the document; others need a URI for a name.</param>
sealed partial class Envelope(string[] way, string[] members, string[] required)
{
    /// <summary>EPCISDocument: what is sent to be captured.</summary>
    public static readonly Envelope Document = new(
        ["epcisBody", "eventList"],
        ["@context", "id", "type", "schemaVersion", "creationDate", "instanceIdentifier", "sender", "receiver", "epcisHeader", "epcisBody"],
        ["@context", "schemaVersion", "creationDate"]);

    /// <summary>EPCISQueryDocument: what another repository answered.</summary>
    public static readonly Envelope QueryDocument = new(
        ["epcisBody", "queryResults", "resultsBody", "eventList"], ["@context", "id", "type", "schemaVersion", "creationDate", "epcisBody"], ["@context"]);

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Version { get; }

    // A number in place of the text stands in one of GS1's own examples; it says the same.
    private static void CheckVersion(JsonElement root, List<EpcisProblem> problems)
    {
        if (root.TryGetProperty("schemaVersion", out var version)
            && !(version.ValueKind is JsonValueKind.String or JsonValueKind.Number && Version.IsMatch(version.ToString()) && version.ToString().Split('.')[0] == "2"))
        {
            problems.Add(EpcisProblem.At(null, "/schemaVersion", "is no version of EPCIS 2, such as 2.0", version.GetRawText()));
        }
    }

    /// <summary>Gathers every rule that the envelope breaks, and reads the master data in it.</summary>
    public List<MasterDataElement> Check(JsonElement root, List<EpcisProblem> problems)
    {
        var definesNames = EventContext.NamesIn(root.TryGetProperty("@context", out var context) ? context : null, null).Contains;
        problems.AddRange(required.Where(name => !root.TryGetProperty(name, out _)).Select(name => EpcisProblem.At(null, "/" + name, "is missing", null)));
        CheckNames(root, "", members, definesNames, problems);
        CheckText(root, "", "id", text => AbsoluteUri.IsOrBlank(text), "is neither an absolute URI nor a blank node", problems);
        CheckVersion(root, problems);
        CheckText(root, "", "creationDate", text => EventInstant.TryParse(text, out _), "is no time with an offset, such as 2026-11-21T14:30:00+01:00", problems);
        if (this == QueryDocument)
        {
            return CheckQueryResults(root, definesNames, problems);
        }
        foreach (var name in (string[])["instanceIdentifier", "sender", "receiver"])
        {
            CheckText(root, "", name, _ => true, "is no text", problems);
        }
        return ReadHeader(root, definesNames, problems);
    }

    /// <summary>The list of events with its pointer; null, and a problem more, where there is none.</summary>
    public (JsonElement List, string Pointer)? FindEvents(JsonElement root, List<EpcisProblem> problems)
    {
        var (list, pointer) = (root, "");
        foreach (var step in way)
        {
            pointer += "/" + step;
            if (list.ValueKind != JsonValueKind.Object || !list.TryGetProperty(step, out list))
            {
                problems.Add(EpcisProblem.At(null, pointer, "is missing", null));
                return null;
            }
        }
        if (list.ValueKind != JsonValueKind.Array)
        {
            problems.Add(EpcisProblem.At(null, pointer, "is no list of events", list.GetRawText()));
            return null;
        }
        return (list, pointer);
    }

    private static List<MasterDataElement> CheckQueryResults(JsonElement root, Func<string, bool> defines, List<EpcisProblem> problems)
    {
        if (!TryEnter(root, "", "epcisBody", ["queryResults"], defines, problems, out var body)
            || !TryEnter(body, "/epcisBody", "queryResults", ["queryName", "subscriptionID", "resultsBody"], defines, problems, out var results))
        {
            return [];
        }
        const string at = "/epcisBody/queryResults";
        if (!results.TryGetProperty("queryName", out _))
        {
            problems.Add(EpcisProblem.At(null, at + "/queryName", "is missing", null));
        }
        CheckText(results, at, "queryName", _ => true, "is no text", problems);
        CheckText(results, at, "subscriptionID", _ => true, "is no text", problems);
        return TryEnter(results, at, "resultsBody", ["eventList", "vocabularyList"], defines, problems, out var found) && found.TryGetProperty("vocabularyList", out var list)
            ? MasterDataElement.Read(list, at + "/resultsBody/vocabularyList", problems) : [];
    }

    private static List<MasterDataElement> ReadHeader(JsonElement root, Func<string, bool> defines, List<EpcisProblem> problems) =>
        TryEnter(root, "", "epcisHeader", ["epcisMasterData"], defines, problems, out var header)
        && TryEnter(header, "/epcisHeader", "epcisMasterData", null, defines, problems, out var data)
        && data.TryGetProperty("vocabularyList", out var list)
            ? MasterDataElement.Read(list, "/epcisHeader/epcisMasterData/vocabularyList", problems) : [];

    /// <summary>An object within; false where it is not there, or is none, which is a problem.</summary>
    /// <param name="names">Its members, beside those with a URI for a name; null where any may stand.</param>
    private static bool TryEnter(JsonElement of, string pointer, string name, string[]? names, Func<string, bool> defines, List<EpcisProblem> problems, out JsonElement inner)
    {
        if (!of.TryGetProperty(name, out inner))
        {
            return false;
        }
        if (inner.ValueKind != JsonValueKind.Object)
        {
            problems.Add(EpcisProblem.At(null, $"{pointer}/{name}", "is no object", inner.GetRawText()));
            return false;
        }
        if (names is not null)
        {
            CheckNames(inner, $"{pointer}/{name}", names, defines, problems);
        }
        return true;
    }

    private static void CheckNames(JsonElement of, string pointer, string[] names, Func<string, bool> defines, List<EpcisProblem> problems) =>
        problems.AddRange(of.EnumerateObject()
            .Where(member => !names.Contains(member.Name) && !AbsoluteUri.Is(member.Name) && !defines(member.Name))
            .Select(member => EpcisProblem.At(
                null, $"{pointer}/{StrictJson.Escape(member.Name)}", "is not known here; an extension's name needs a namespace", member.Value.GetRawText())));

    private static void CheckText(JsonElement of, string pointer, string name, Func<string, bool> accepts, string rule, List<EpcisProblem> problems)
    {
        if (of.TryGetProperty(name, out var value) && !(value.ValueKind == JsonValueKind.String && accepts(value.GetString()!)))
        {
            problems.Add(EpcisProblem.At(null, $"{pointer}/{name}", rule, value.GetRawText()));
        }
    }
}

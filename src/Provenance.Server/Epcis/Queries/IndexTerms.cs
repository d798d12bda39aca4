using System.Text.Json;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis.Queries;

/// <summary>By what an event is found beside the items and <see cref="EventFacts.Terms"/>, as <c>kind:value</c>. Written when it is recorded, asked for by queries.</summary>
internal static class IndexTerms
{
    /// <summary>Of events that carry sensor data: every condition on it looks only at those.</summary>
    public const string Sensor = "sensor:";

    /// <summary>Of error declarations.</summary>
    public const string Declaration = "declaration:";

    // As many digits as the shortest company prefix.
    private const int FewestDigits = 4;

    public static string Transaction(string key) => "transaction:" + key;

    public static string Set(string disposition) => "set:" + disposition;

    public static string Unset(string disposition) => "unset:" + disposition;

    public static string Device(string key) => "device:" + key;

    public static string Source(string key) => "source:" + key;

    public static string Destination(string key) => "destination:" + key;

    /// <summary>Of events that name a party by an address of this ledger.</summary>
    public static string PartnerSlug(string slug) => "partnerSlug:" + slug;

    /// <summary>Of events that name a party by a GS1 number, without indicator digit.</summary>
    public static string PartnerNumber(string digits) => "partnerNumber:" + digits;

    /// <summary>Of events that name a party by a number that begins like a company prefix.</summary>
    public static string PartnerPrefix(string prefix) => "partnerPrefix:" + prefix[..FewestDigits];

    /// <summary>Every term of a stored event, some perhaps twice.</summary>
    public static IEnumerable<string> Of(JsonElement stored, EventFacts facts, OwnIds own)
    {
        var e = new QueriedEvent(stored, own);
        return [.. facts.Terms, .. Partners(facts), .. OwnWords(e, facts), .. Rest(e, facts)];
    }

    /// <summary>The digits of a GS1 number behind its indicator, by which authority finds its holder; null where it has none.</summary>
    public static string? DigitsOf(ItemId partner) => partner.Gln ?? partner.Gtin?[1..] ?? partner.Sscc?[1..];

    private static IEnumerable<string> Partners(EventFacts facts) => facts.Partners.SelectMany(partner =>
        partner.Own is { } own ? [PartnerSlug(own.Slug)]
        : DigitsOf(partner) is { } digits ? new[] { PartnerNumber(digits), PartnerPrefix(digits) }
        : []);

    /// <summary>A word that is not the CBV's and was written with a prefix, in full: queries may know it by another prefix.</summary>
    private static IEnumerable<string> OwnWords(QueriedEvent e, EventFacts facts)
    {
        if (facts.BizStep is { } step && e.Word(CbvWords.BizStep, step) is var fullStep && fullStep != step)
        {
            yield return "bizStep:" + fullStep;
        }
        if (facts.Disposition is { } disposition && e.Word(CbvWords.Disposition, disposition) is var full && full != disposition)
        {
            yield return "disposition:" + full;
        }
    }

    private static IEnumerable<string> Rest(QueriedEvent e, EventFacts facts)
    {
        foreach (var transaction in e.TextsAt("bizTransactionList", "bizTransaction"))
        {
            yield return Transaction(e.Id(transaction));
        }
        foreach (var source in e.TextsAt("sourceList", "source"))
        {
            yield return Source(e.Id(source));
        }
        foreach (var destination in e.TextsAt("destinationList", "destination"))
        {
            yield return Destination(e.Id(destination));
        }
        foreach (var set in e.TextsAt("persistentDisposition", "set"))
        {
            yield return Set(e.Word(CbvWords.Disposition, set));
        }
        foreach (var unset in e.TextsAt("persistentDisposition", "unset"))
        {
            yield return Unset(e.Word(CbvWords.Disposition, unset));
        }
        if (facts.IsDeclaration)
        {
            yield return Declaration;
        }
        if (e.At("sensorElementList").Any())
        {
            yield return Sensor;
            foreach (var device in SensorPaths.Of("deviceID").SelectMany(path => e.TextsAt(path)))
            {
                yield return Device(e.Id(device));
            }
        }
    }
}

/// <summary>Where the attributes of sensor elements stand: some in the metadata of a reading and in its reports.</summary>
internal static class SensorPaths
{
    public static readonly string[] Element = ["sensorElementList"];

    public static readonly string[] Metadata = ["sensorElementList", "sensorMetadata"];

    public static readonly string[] Report = ["sensorElementList", "sensorReport"];

    public static IEnumerable<string[]> Of(string attribute) => [[.. Metadata, attribute], [.. Report, attribute]];
}

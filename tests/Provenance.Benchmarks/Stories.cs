using System.Globalization;
using System.Text;

namespace Provenance.Benchmarks;

/// <summary>Made-up events as a firm's software sends them: with an id of the sender's, several items, places and partners.</summary>
internal static class Stories
{
    /// <summary>GTINs with right check digits, below one made-up company prefix.</summary>
    private static readonly string[] Gtins = [.. Enumerable.Range(0, 50).Select(i => WithCheckDigit($"095060001{i:0000}"))];

    /// <summary>An event that a serial takes part in; every fifth event is of one item, so that items have histories.</summary>
    public static string Event(long number)
    {
        var at = At(number);
        return $$"""
            {"type":"ObjectEvent","eventID":"urn:uuid:{{Id(number)}}","action":"OBSERVE","bizStep":"{{(number % 2 == 0 ? "shipping" : "receiving")}}","disposition":"in_transit",
            "eventTime":"{{at}}","eventTimeZoneOffset":"+01:00","epcList":["{{Item(number)}}","{{Item(number + 7)}}"],
            "readPoint":{"id":"https://id.gs1.org/414/9506000134352/254/{{number % 90}}"},
            "bizTransactionList":[{"type":"desadv","bizTransaction":"urn:example:desadv:{{number / 10}}"}],
            "sourceList":[{"type":"possessing_party","source":"https://id.gs1.org/417/9506000134352"}],
            "destinationList":[{"type":"possessing_party","destination":"https://id.gs1.org/417/9506000134369"}]}
            """;
    }

    public static string Document(IEnumerable<string> events) => $$"""
        {"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-11-21T10:00:00Z",
        "epcisBody":{"eventList":[{{string.Join(",", events)}}]} }
        """;

    /// <summary>One captured event with its context, for <c>POST /events</c>.</summary>
    public static string Single(long number) =>
        """{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],""" + Event(number).AsSpan(1).ToString();

    public static string Item(long number) => $"https://id.gs1.org/01/{Gtins[number / 5 % 50]}/21/{number / 5}";

    /// <summary>A lot that ten transformations, of three inputs each, came before.</summary>
    public static IEnumerable<string> Chain(int chain)
    {
        for (var step = 0; step <= 10; step++)
        {
            var inputs = step == 0 ? "" : $"{Portion(chain, step - 1, 0)},{Portion(chain, step - 1, 1)},{Portion(chain, step - 1, 2)}";
            var outputs = $"{Portion(chain, step, 0)},{Portion(chain, step, 1)},{Portion(chain, step, 2)}";
            var head = $"\"eventID\":\"urn:uuid:{Id((1L << 40) + chain * 100 + step)}\",\"eventTime\":\"{At(step * 60)}\",\"eventTimeZoneOffset\":\"+01:00\"";
            yield return step == 0
                ? $$"""{"type":"ObjectEvent",{{head}},"action":"ADD","bizStep":"commissioning","quantityList":[{{outputs}}]}"""
                : $$"""{"type":"TransformationEvent",{{head}},"bizStep":"commissioning","inputQuantityList":[{{inputs}}],"outputQuantityList":[{{outputs}}]}""";
        }
    }

    /// <summary>The lot at the end of a chain.</summary>
    public static string Lot(int chain, int step = 10, int part = 0) => $"https://id.gs1.org/01/{Gtins[part]}/10/C{chain}-{step}";

    private static string Portion(int chain, int step, int part) => $$"""{"epcClass":"{{Lot(chain, step, part)}}","quantity":10,"uom":"KGM"}""";

    private static string At(long number) =>
        DateTimeOffset.FromUnixTimeSeconds(1_760_000_000 + number % 30_000_000).ToString("yyyy-MM-ddTHH:mm:ss'.000+01:00'", CultureInfo.InvariantCulture);

    private static Guid Id(long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture))).AsSpan(0, 16).CopyTo(bytes);
        return new Guid(bytes);
    }

    // GS1 General Specifications §7.9.
    private static string WithCheckDigit(string digits)
    {
        var sum = digits.Reverse().Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum();
        return digits + (10 - sum % 10) % 10;
    }
}

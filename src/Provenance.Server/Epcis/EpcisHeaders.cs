using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Net.Http.Headers;
using Provenance.Core.Events;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis;

/// <summary>The request headers of the EPCIS 2.0 REST bindings: what is asked for and not spoken here is refused with 406.</summary>
internal static class EpcisHeaders
{
    /// <summary>Of EPCIS and of the CBV.</summary>
    public const string Version = "2.0.0";

    /// <summary>GS1-Extensions: the one vocabulary beyond the standard that answers may hold. A sender's own are kept as they came, whichever they are.</summary>
    public const string Extensions = $"{ProvTerms.Prefix}={ProvTerms.Namespace}";

    /// <summary>2.0.1 corrects the text of 2.0.0 and says the same.</summary>
    private static readonly Version Oldest = new(2, 0, 0), Newest = new(2, 0, 1);

    private static readonly string[] MediaTypes = ["application/json", "application/ld+json"];

    private static readonly string[] XmlFormats = ["No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates"];

    /// <summary>Before every handler of an EPCIS resource.</summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        WhyNot(context.HttpContext.Request) is { } problem ? ValueTask.FromResult<object?>(problem) : next(context);

    /// <summary>GS1-Capture-Error-Behaviour: rollback unless proceed is asked for.</summary>
    public static bool TryReadBehaviour(HttpRequest request, out bool proceeds, [NotNullWhen(false)] out Problem? problem)
    {
        var asked = request.Headers["GS1-Capture-Error-Behaviour"].ToString();
        proceeds = asked == "proceed";
        problem = asked is "" or "rollback" or "proceed" ? null : Problem.Invalid("GS1-Capture-Error-Behaviour", asked, "Ask for rollback or proceed.");
        return problem is null;
    }

    /// <summary>The media type that the client likes best of those spoken here; null where it accepts none.</summary>
    public static string? MediaTypeFor(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0)
        {
            return string.IsNullOrWhiteSpace(request.Headers.Accept) ? MediaTypes[0] : null;
        }
        return MediaTypes.Where(type => QualityOf(type, accepted) > 0).MaxBy(type => QualityOf(type, accepted)); // of equals the first
    }

    /// <summary>How EPCs are to be spelled. Without the header they stay as they were captured, although GS1's description would have Digital Links: decision 0007.</summary>
    public static EpcFormat FormatFor(HttpRequest request) => request.Headers["GS1-EPC-Format"].ToString() switch
    {
        "Always_GS1_Digital_Link" => EpcFormat.AlwaysDigitalLink,
        "Always_EPC_URN" => EpcFormat.AlwaysUrn,
        _ => EpcFormat.NeverTranslates,
    };

    private static Problem? WhyNot(HttpRequest request)
    {
        foreach (var name in (string[])["GS1-EPCIS-Version", "GS1-CBV-Version"])
        {
            if (Bound(request, name, out var asked) is { } refused)
            {
                return refused;
            }
            if (asked is not null && (asked < Oldest || asked > Newest))
            {
                return NotSpoken(request, name);
            }
        }
        foreach (var name in (string[])["GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max"])
        {
            if (Bound(request, name, out var bound) is { } refused)
            {
                return refused;
            }
            if (bound is not null && (name.EndsWith("Min", StringComparison.Ordinal) ? bound > Newest : bound < Oldest))
            {
                return NotSpoken(request, name);
            }
        }
        if (request.Headers["GS1-EPC-Format"].ToString() is { Length: > 0 } format && !EpcFormats.Words.Contains(format))
        {
            return NotAcceptable("GS1-EPC-Format", format, $"EPCs are spelled as one of {string.Join(", ", EpcFormats.Words)}.");
        }
        if (request.Headers["GS1-CBV-XML-Format"].ToString() is { Length: > 0 } xml && !XmlFormats.Contains(xml))
        {
            return NotAcceptable("GS1-CBV-XML-Format", xml, $"It is one of {string.Join(", ", XmlFormats)}, and concerns XML only.");
        }
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return NotTaken("Content-Encoding", encoding, "Send the body as it is, not compressed.");
        }
        if (request.GetTypedHeaders().ContentType is { Charset: { HasValue: true } charset } && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
        {
            return NotTaken("Content-Type", request.ContentType, "JSON is UTF-8 (RFC 8259 §8.1).");
        }
        return MediaTypeFor(request) is null ? NotAcceptable("Accept", request.Headers.Accept, "Answers are application/json or application/ld+json.") : null;
    }

    /// <summary>Reads 2, 2.0 or 2.0.0; a problem where the header holds something else.</summary>
    private static Problem? Bound(HttpRequest request, string name, out Version? version)
    {
        version = null;
        var text = request.Headers[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }
        var parts = text.Split('.');
        Span<int> numbers = [0, 0, 0];
        for (var i = 0; i < parts.Length; i++)
        {
            if (i == numbers.Length || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return NotSpoken(request, name);
            }
        }
        version = new Version(numbers[0], numbers[1], numbers[2]);
        return null;
    }

    // RFC 9110 §12.5.1: the most specific range decides, and quality 0 refuses.
    private static double QualityOf(string type, IList<MediaTypeHeaderValue> accepted)
    {
        var media = new MediaTypeHeaderValue(type);
        return accepted.Where(media.IsSubsetOf).OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0).FirstOrDefault() is { } range
            ? range.Quality ?? 1 : 0;
    }

    private static Problem NotSpoken(HttpRequest request, string name) => NotAcceptable(name, request.Headers[name], $"Spoken here is version {Version}.");

    private static Problem NotTaken(string header, string? value, string detail) =>
        Problem.Plain(StatusCodes.Status415UnsupportedMediaType, detail) with { Field = header, Value = value };

    private static Problem NotAcceptable(string header, string? value, string detail) =>
        Problem.Plain(StatusCodes.Status406NotAcceptable, detail) with { Field = header, Value = value };
}

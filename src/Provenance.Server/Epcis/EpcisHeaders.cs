using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Net.Http.Headers;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis;

/// <summary>The GS1 headers of the EPCIS 2.0 REST bindings: what is spoken here is said, what else is asked for is refused.</summary>
internal static class EpcisHeaders
{
    private const string Version = "2.0.0";

    private static readonly string[] Spoken = ["2", "2.0", "2.0.0", "2.0.1"];

    private static readonly string[] MediaTypes = ["application/json", "application/ld+json"];

    /// <summary>Around every EPCIS route.</summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers["GS1-EPCIS-Version"] = Version;
        http.Response.Headers["GS1-CBV-Version"] = Version;
        return WhyNot(http.Request) is { } problem ? ValueTask.FromResult<object?>(problem) : next(context);
    }

    /// <summary>204 with everything a client can find out beforehand.</summary>
    /// <param name="allow">Methods of the resource.</param>
    public static IResult Capabilities(string allow) => new CapabilitiesResult(allow);

    /// <summary>GS1-Capture-Error-Behaviour: rollback unless proceed is asked for.</summary>
    public static bool TryReadBehaviour(HttpRequest request, out bool proceeds, [NotNullWhen(false)] out Problem? problem)
    {
        var asked = request.Headers["GS1-Capture-Error-Behaviour"].ToString();
        proceeds = asked == "proceed";
        problem = asked is "" or "rollback" or "proceed" ? null : Problem.Invalid("GS1-Capture-Error-Behaviour", asked, "Ask for rollback or proceed.");
        return problem is null;
    }

    private static Problem? WhyNot(HttpRequest request)
    {
        foreach (var name in (string[])["GS1-EPCIS-Version", "GS1-CBV-Version"])
        {
            if (request.Headers[name].ToString() is { Length: > 0 } asked && !Spoken.Contains(asked))
            {
                return NotAcceptable(name, asked, $"Spoken here is version {Version}.");
            }
        }
        if (Bound(request, "GS1-EPCIS-Min") > 2 || Bound(request, "GS1-CBV-Min") > 2 || Bound(request, "GS1-EPCIS-Max") < 2 || Bound(request, "GS1-CBV-Max") < 2)
        {
            return NotAcceptable("GS1-EPCIS-Min", request.Headers["GS1-EPCIS-Min"], $"Spoken here is version {Version}.");
        }
        if (request.Headers["GS1-EPC-Format"].ToString() is { Length: > 0 } format && format is not ("No_Preference" or "Never_Translates"))
        {
            return NotAcceptable("GS1-EPC-Format", format, "Events are answered as they were captured: Never_Translates.");
        }
        var accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count > 0 && !accepted.Any(range => MediaTypes.Any(type => new MediaTypeHeaderValue(type).IsSubsetOf(range))))
        {
            return NotAcceptable("Accept", request.Headers.Accept, "Answers are application/json or application/ld+json.");
        }
        return null;
    }

    /// <summary>The major version, so far as the header gives one.</summary>
    private static int? Bound(HttpRequest request, string name) =>
        int.TryParse(request.Headers[name].ToString().Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;

    private static Problem NotAcceptable(string header, string? value, string detail) =>
        Problem.Plain(StatusCodes.Status406NotAcceptable, detail) with { Field = header, Value = value };

    private sealed class CapabilitiesResult(string allow) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers.Allow = allow;
            foreach (var bound in (string[])["GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max"])
            {
                headers[bound] = Version;
            }
            headers["GS1-EPC-Format"] = "Never_Translates";
            headers["GS1-Capture-Error-Behaviour"] = "all";
            headers["GS1-EPCIS-Capture-Limit"] = CaptureStore.MostEvents.ToString(CultureInfo.InvariantCulture);
            headers["GS1-EPCIS-Capture-File-Size-Limit"] =
                ((long)httpContext.RequestServices.GetRequiredService<LedgerOptions>().MaxBodyMebibytes << 20).ToString(CultureInfo.InvariantCulture);
            headers["GS1-Vendor-Version"] = typeof(EpcisHeaders).Assembly.GetName().Version!.ToString(3);
            httpContext.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
    }
}

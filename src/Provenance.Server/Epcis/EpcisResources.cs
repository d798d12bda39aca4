using System.Text.Json;
using Provenance.Core.Events;

namespace Provenance.Server.Epcis;

/// <summary>The list of top-level resources that EPCIS clients find at the root, where people find the home page.</summary>
internal sealed class EpcisResources : IResult
{
    /// <summary>Whether the request comes from a program: JSON asked for by name, and no page.</summary>
    public static bool AreAskedFor(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && EpcisHeaders.MediaTypeFor(request) is not null;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers["GS1-EPCIS-Version"] = response.Headers["GS1-CBV-Version"] = EpcisHeaders.Version;
        response.Headers["GS1-Extensions"] = EpcisHeaders.Extensions;
        response.Headers.Vary = "Accept";
        response.ContentType = EpcisHeaders.MediaTypeFor(httpContext.Request);
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("@context", ProvTerms.EpcisContext);
        json.WriteString("type", "Collection");
        json.WriteStartArray("member");
        foreach (var resource in EpcisRoutes.Resources)
        {
            json.WriteStringValue(resource);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

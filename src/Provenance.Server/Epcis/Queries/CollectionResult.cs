using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Provenance.Core.Events;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Names of what there is, or of what is below it, as EPCIS 2.0 lists them.</summary>
/// <param name="areThings">The names are items or places, whose spelling GS1-EPC-Format asks for.</param>
internal sealed class CollectionResult(IEnumerable<string> members, bool areThings = false) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = EpcisHeaders.MediaTypeFor(httpContext.Request);
        httpContext.Response.Headers.CacheControl = "private, no-store";
        var (format, prefixes) = (EpcisHeaders.FormatFor(httpContext.Request), httpContext.RequestServices.GetRequiredService<CompanyPrefixes>());
        if (areThings)
        {
            httpContext.Response.Headers["GS1-EPC-Format"] = format.Word();
        }
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("@context", ProvTerms.EpcisContext);
        json.WriteString("type", "Collection");
        json.WriteStartArray("member");
        foreach (var member in members)
        {
            json.WriteStringValue(areThings ? format.Spell(member, prefixes) : member);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(object), ["application/json"]));
}

using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Provenance.Core.Events;
using Provenance.Core.Log;

namespace Provenance.Server.Epcis;

/// <summary>Events as an EPCISQueryDocument, token for token as captured, with our recordTime.</summary>
internal sealed class EventsResult(IReadOnlyList<FoundEvent> events) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var asksForLinkedData = httpContext.Request.Headers.Accept.ToString().StartsWith("application/ld+json", StringComparison.Ordinal);
        response.ContentType = asksForLinkedData ? "application/ld+json" : "application/json";
        response.Headers.CacheControl = "private, no-store";
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("@context", ProvTerms.EpcisContext);
        json.WriteString("type", "EPCISQueryDocument");
        json.WriteString("schemaVersion", "2.0");
        json.WriteString("creationDate", EntryMeta.Print(httpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()));
        json.WriteStartObject("epcisBody");
        json.WriteStartObject("queryResults");
        json.WriteString("queryName", "SimpleEventQuery");
        json.WriteStartObject("resultsBody");
        json.WriteStartArray("eventList");
        foreach (var found in events)
        {
            Write(json, found);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(object), ["application/json", "application/ld+json"]));

    private static void Write(Utf8JsonWriter json, FoundEvent found)
    {
        json.WriteStartObject();
        foreach (var member in found.Event.EnumerateObject())
        {
            if (!member.NameEquals("recordTime") && !member.NameEquals(ProvTerms.Source))
            {
                json.WritePropertyName(member.Name);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
            }
        }
        json.WriteString("recordTime", EntryMeta.Print(found.RecordedAt));
        json.WriteEndObject();
    }
}

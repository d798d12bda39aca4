using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Provenance.Server.Http;

/// <summary>An expected refusal as RFC 9457 puts it: what was wrong, in which field, with which value, and what to do.</summary>
/// <param name="Status">HTTP status, 400 to 599.</param>
/// <param name="Type">Identifies the kind of refusal; <c>about:blank</c> where the status says it all.</param>
/// <param name="Title">The kind of refusal in words; the same for every refusal of this type.</param>
/// <param name="Detail">This refusal, for a person.</param>
public sealed record Problem(int Status, string Type, string Title, string Detail) : IResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    /// <summary>Media type of a problem.</summary>
    public const string MediaType = "application/problem+json";

    private const string Kinds = "urn:provenance:problem:";

    /// <summary>The member, parameter or header at fault.</summary>
    public string? Field { get; init; }

    /// <summary>What stood there, cut to 200 characters.</summary>
    public string? Value { get; init; }

    /// <summary>Where the thing is that stands in the way: sent as <c>Location</c>.</summary>
    public string? Location { get; init; }

    /// <summary>Seconds after which the same request may succeed.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Members of this kind of problem (RFC 9457 §3.2).</summary>
    public IReadOnlyList<(string Name, long Number)> Numbers { get; init; } = [];

    /// <summary>Every fault of a request that has several, <see cref="Field"/>'s included: a form is corrected in one go.</summary>
    public IReadOnlyList<(string Field, string? Value, string Detail)> Errors { get; init; } = [];

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>400: a field with a value that cannot be accepted.</summary>
    public static Problem Invalid(string field, string? value, string detail) =>
        new(StatusCodes.Status400BadRequest, Kinds + "invalid", "The request is not valid", detail) { Field = field, Value = value };

    /// <summary>401: no key, or one that is not known.</summary>
    public static Problem NoKey(string detail) => new(StatusCodes.Status401Unauthorized, Kinds + "key", "A key is needed", detail) { Field = "Authorization" };

    /// <summary>403: known, and not allowed to.</summary>
    public static Problem Forbidden(string detail) => new(StatusCodes.Status403Forbidden, Kinds + "forbidden", "Not allowed", detail);

    /// <summary>404: nothing here by that name that the caller may see.</summary>
    public static Problem NotFound(string field, string? value, string detail) =>
        new(StatusCodes.Status404NotFound, Kinds + "not-found", "Not found", detail) { Field = field, Value = value };

    /// <summary>409: in the way of something recorded before.</summary>
    /// <param name="kind">A word that programs may compare, such as <c>possible-duplicate</c>.</param>
    public static Problem Conflict(string kind, string title, string detail) => new(StatusCodes.Status409Conflict, Kinds + kind, title, detail);

    /// <summary>413: more than is taken, of this or in all.</summary>
    public static Problem TooLarge(string field, string? value, string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, Kinds + "too-large", "Too large", detail) { Field = field, Value = value };

    /// <summary>415: content of a kind that is not taken.</summary>
    public static Problem Unsupported(string detail, string? value) =>
        new(StatusCodes.Status415UnsupportedMediaType, Kinds + "unsupported", "Not a kind of file that is taken here", detail) { Field = "body", Value = value };

    /// <summary>503: nothing can be recorded now; what was recorded can be read.</summary>
    public static Problem ReadOnly(string because) =>
        new(StatusCodes.Status503ServiceUnavailable, Kinds + "read-only", "Nothing is recorded at the moment", because);

    /// <summary>503: the disk took nothing, so nothing of the request stays.</summary>
    public static Problem NoStorage(string because) =>
        new(StatusCodes.Status503ServiceUnavailable, Kinds + "storage", "Nothing can be stored at the moment", because);

    /// <summary>429: more than may be, or than the disk takes. Nothing of the request stays.</summary>
    /// <param name="seconds">After which it may be sent again: <c>Retry-After</c>.</param>
    public static Problem TooMany(int seconds, string detail) =>
        new(StatusCodes.Status429TooManyRequests, Kinds + "too-many", "Too many requests", detail) { RetryAfter = seconds };

    /// <summary>A status without anything to add.</summary>
    public static Problem Plain(int status, string detail) =>
        new(status, "about:blank", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), detail);

    /// <summary>Sends the problem, with the headers that its status calls for.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer, Basic realm=\"Provenance\"";
        }
        if (RetryAfter is not null || Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = (RetryAfter ?? 5).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }
        return response.Body.WriteAsync(ToBytes(httpContext.Features.Get<ProblemTypes>())).AsTask();
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ProblemShape), [MediaType]));

    /// <summary>Writes the problem into a larger answer.</summary>
    /// <param name="types">Where the route's standard has its own types; else null.</param>
    internal void Write(Utf8JsonWriter json, ProblemTypes? types)
    {
        json.WriteStartObject();
        json.WriteString("type", types is null || types.Has(Type) ? Type : types.ByStatus.GetValueOrDefault(Status) ?? Type);
        json.WriteString("title", Title);
        json.WriteNumber("status", Status);
        json.WriteString("detail", Detail);
        if (Field is not null)
        {
            json.WriteString("field", Field);
        }
        if (Value is not null)
        {
            json.WriteString("value", Shown(Value));
        }
        foreach (var (name, number) in Numbers)
        {
            json.WriteNumber(name, number);
        }
        if (Errors.Count > 1)
        {
            json.WriteStartArray("errors");
            foreach (var (field, value, detail) in Errors)
            {
                json.WriteStartObject();
                json.WriteString("field", field);
                if (value is not null)
                {
                    json.WriteString("value", Shown(value));
                }
                json.WriteString("detail", detail);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private byte[] ToBytes(ProblemTypes? types)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Write(json, types);
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static string Shown(string value) => value.Length <= 200 ? value : string.Concat(value.AsSpan(0, 200), "…");
}

/// <summary>Feature of a request to a resource whose standard gives problem types to statuses, in place of ours.</summary>
/// <param name="Prefix">Of the standard's own types: a problem that has one already keeps it.</param>
internal sealed record ProblemTypes(string Prefix, IReadOnlyDictionary<int, string> ByStatus)
{
    public bool Has(string type) => type.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>What a problem looks like on the wire, for the API's description.</summary>
/// <param name="Field">The member, parameter or header at fault.</param>
/// <param name="Value">What stood there.</param>
internal sealed record ProblemShape(string Type, string Title, int Status, string Detail, string? Field, string? Value);

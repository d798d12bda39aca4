using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Batches;

internal static class BatchesApi
{
    private const int LongestKey = 200;

    public static void AddBatches(this IServiceCollection services)
    {
        services.AddSingleton<BatchDirectory>();
        services.AddSingleton<BatchRecorder>();
    }

    public static void MapBatches(this IEndpointRouteBuilder app)
    {
        var batches = app.MapGroup("/api/batches").WithTags("Batches").RequireRecorder();

        batches.MapPost("/", Register).WithSummary("Register a batch: made, or made of others")
            .Accepts<BatchBody>("application/json").Produces<BatchAnswer>(StatusCodes.Status201Created);
        batches.MapPost("/events", Record).WithSummary("Say what happened to batches: transform, pack, unpack, ship, receive")
            .Accepts<StepBody>("application/json").Produces<BatchAnswer>(StatusCodes.Status201Created);
    }

    private static Task<IResult> Register(HttpContext http, Caller caller, BatchRecorder recorder) =>
        Answer(http, caller, recorder, request => request.Has("inputs") || request.Has("outputs") ? "transform" : "make");

    private static Task<IResult> Record(HttpContext http, Caller caller, BatchRecorder recorder) => Answer(http, caller, recorder, _ => null);

    private static async Task<IResult> Answer(HttpContext http, Caller caller, BatchRecorder recorder, Func<RequestObject, string?> stepIfNone)
    {
        var key = http.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } given] ? given : null;
        if (key is { Length: > LongestKey })
        {
            return Problem.Invalid("Idempotency-Key", key, $"Send at most {LongestKey} characters, such as a UUID.");
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var (answer, problem) = await recorder.RecordAsync(caller.Party, body.GetBuffer().AsMemory(0, (int)body.Length), stepIfNone, key);
        if (problem is not null)
        {
            return problem;
        }
        http.Response.StatusCode = StatusCodes.Status201Created;
        return Results.Bytes(answer!, "application/json");
    }
}

/// <summary>The shape of a registration, for the API's page; <see cref="StepTable"/> reads it. See plain-api.md.</summary>
internal sealed record BatchBody(
    ProductBody? Product, string? Lot, decimal? Quantity, string? Uom, string? At, string? ProducedAt, string? BestBefore, string? UseBy,
    OriginBody? Origin, PortionBody[]? Inputs, OutputBody[]? Outputs, PlaceBody? Place, CertificateBody[]? Certificates, DocumentBody[]? Documents,
    ReadingBody[]? Readings, Dictionary<string, object>? Attributes, Dictionary<string, object>? Extra, string? Note, bool? Again);

/// <summary>The shape of a step, for the API's page.</summary>
/// <param name="Step"><c>make</c>, <c>transform</c>, <c>pack</c>, <c>unpack</c>, <c>ship</c> or <c>receive</c>.</param>
internal sealed record StepBody(
    string Step, string At, string? Item, PortionBody[]? Items, PortionBody[]? Inputs, OutputBody[]? Outputs, string? Into, PortionBody[]? Contents, object? From,
    PartnerBody? To, string? Carrier, bool? Sold, string? Shipment, PlaceBody? Place, DocumentBody[]? Documents, CertificateBody[]? Certificates,
    ReadingBody[]? Readings, Dictionary<string, object>? Extra, string? Note, bool? Again);

internal sealed record ProductBody(string? Gtin, string? Sku, string? Name, AmountBody? NetContent, string? Image);

internal sealed record AmountBody(decimal Value, string Uom);

internal sealed record OutputBody(
    ProductBody Product, string Lot, decimal Quantity, string? Uom, string? BestBefore, string? UseBy, OriginBody? Origin, Dictionary<string, object>? Attributes);

internal sealed record OriginBody(string Country, string? Place, string? Geo);

internal sealed record PortionBody(string? Item, ProductBody? Product, string? Lot, decimal? Quantity, string? Uom, SupplierBody? Supplier);

internal sealed record SupplierBody(string Name, string Country);

internal sealed record PartnerBody(string Party, PlaceBody? Place);

internal sealed record PlaceBody(string Name, string City, string Country, string? Gln, string? Geo, string? TimeZone);

internal sealed record DocumentBody(string Type, string Number, string? Url, string? Sha256);

internal sealed record CertificateBody(string Name, string Number, string Issuer, string? ValidFrom, string? ValidUntil, string? Url, string? Sha256, string Covers);

internal sealed record ReadingBody(string Type, decimal Value, string Uom, string? At);

/// <summary>The shape of an answer, for the API's page.</summary>
/// <param name="Index">Its place in the log.</param>
internal sealed record BatchAnswer(
    string EventId, long Index, EventPlace[]? Events, string Item, string[] Items, string Page, string Qr, string Proof, string[] Warnings);

/// <param name="Index">Its place in the log.</param>
internal sealed record EventPlace(string EventId, long Index);

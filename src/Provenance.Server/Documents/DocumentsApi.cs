using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Provenance.Core;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Documents;

internal static class DocumentsApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddDocuments(this IServiceCollection services) =>
        services.AddSingleton<DocumentStore>().AddSingleton<DocumentLinks>().AddSingleton<DocumentSight>()
            .AddHostedService(provider => provider.GetRequiredService<DocumentStore>());

    public static void MapDocuments(this IEndpointRouteBuilder app)
    {
        var documents = app.MapGroup("/api/documents").WithTags("Documents");

        documents.MapPost("/", Keep).RequireRecorder().WithSummary("Keep a PDF or a photo (PNG, JPEG, WebP), at most 20 MiB: the file as body, or as the one file of a form")
            // Whatever the header says is taken; curl, for one, says form.
            .Accepts<byte[]>("*/*", "application/pdf", "image/png", "image/jpeg", "image/webp", "multipart/form-data")
            .Produces<DocumentAnswer>(StatusCodes.Status201Created).Produces<DocumentAnswer>();
        documents.MapMethods("/{sha256}", Reading, Show).WithSummary("A document, for whoever may see an event or a page that carries it")
            .Produces(200, contentType: "application/pdf", additionalContentTypes: ["image/png", "image/jpeg", "image/webp"]);
    }

    private static async Task<IResult> Keep(HttpContext http, Caller caller, DocumentStore documents, DocumentLinks links)
    {
        await using var incoming = documents.OpenIncoming();
        if (await DocumentUpload.ReadAsync(http.Request, incoming) is { } refused)
        {
            return refused;
        }
        var (kept, isNew, problem) = await documents.KeepAsync(caller.Party, incoming);
        if (kept is null)
        {
            return problem!;
        }
        var answer = new DocumentAnswer(kept.Sha256.ToString(), links.UrlOf(kept.Sha256), kept.Type.MediaType(), kept.Size);
        return isNew ? TypedResults.Created(answer.Url, answer) : TypedResults.Ok(answer);
    }

    private static IResult Show(string sha256, HttpContext http, Caller? caller, DocumentStore documents, DocumentSight sight)
    {
        // What the asker may not see is not there: who learned a SHA-256 does not learn from us whether we have it.
        if (!Digest.TryParse(sha256, out var named) || documents.Find(named) is not { } document || !sight.Sees(caller, named))
        {
            return Problem.NotFound("sha256", sha256, "There is no document with this SHA-256 that you may see.");
        }
        var headers = http.Response.Headers;
        // Nothing in it may run, even when it is opened by itself; and a PDF is saved, not shown: viewers run what is in it.
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        headers.ContentDisposition = $"{(document.Type == DocumentType.Pdf ? "attachment" : "inline")}; filename=\"{sha256[..12]}{document.Type.Extension()}\"";
        // Who may see it can change, though it itself cannot.
        headers.CacheControl = caller is null ? "public, max-age=3600" : "private, no-cache";
        headers.Vary = "Authorization";
        headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(named.ToArray())}:"; // RFC 9530
        return TypedResults.PhysicalFile(documents.PathOf(named), document.Type.MediaType(), enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{sha256}\""));
    }
}

/// <summary>Takes an upload from the wire to a file, as a body or as the one file of a form.</summary>
internal static class DocumentUpload
{
    /// <summary>Null when the file is there.</summary>
    public static async Task<Problem?> ReadAsync(HttpRequest request, FileStream file)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return request.ContentLength > DocumentStore.MostBytes ? TooLarge(request.ContentLength.Value) : await CopyAsync(request.Body, file, request.HttpContext.RequestAborted);
        }
        if (HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
        {
            return Problem.Invalid("Content-Type", request.ContentType, "A form needs a boundary; let your program set this header itself.");
        }
        try
        {
            return await CopyFileAsync(new MultipartReader(boundary, request.Body), file, request.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return Problem.Invalid("body", null, $"The form cannot be read to its end: {e.Message} Send it again.");
        }
    }

    private static async Task<Problem?> CopyFileAsync(MultipartReader parts, FileStream file, CancellationToken cancel)
    {
        var found = 0;
        while (await parts.ReadNextSectionAsync(cancel) is { } part)
        {
            if (part.GetContentDispositionHeader()?.IsFileDisposition() != true)
            {
                continue; // other fields of the form say nothing that is kept
            }
            if (++found > 1)
            {
                return Problem.Invalid("file", null, "Send one file at a time."); // the first is thrown away with the upload
            }
            if (await CopyAsync(part.Body, file, cancel) is { } problem)
            {
                return problem;
            }
        }
        return found == 1 ? null : Problem.Invalid("file", null, "The form has no file. Send it as the field 'file', or alone as the body.");
    }

    private static async Task<Problem?> CopyAsync(Stream body, FileStream file, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        var bytes = 0L;
        while (await body.ReadAsync(buffer, cancel) is var read and > 0)
        {
            bytes += read;
            if (bytes > DocumentStore.MostBytes)
            {
                return TooLarge(bytes);
            }
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        return bytes > 0 ? null : Problem.Invalid("body", null, "The body is empty: send the file.");
    }

    private static Problem TooLarge(long bytes) =>
        Problem.TooLarge("body", $"{bytes}", $"A document may have {DocumentStore.MostBytes} bytes (20 MiB). Save it smaller: a photo of 2,000 pixels along its longer side is enough for every screen.");
}

/// <param name="Sha256">Of the file as it is kept and given out: a photo without its metadata, a PDF as it was sent.</param>
/// <param name="Url">Where whoever may see it gets it; also what product.image, documents[].url and certificates[].url take.</param>
/// <param name="Type">Media type, told by the content.</param>
/// <param name="Size">Bytes.</param>
internal sealed record DocumentAnswer(string Sha256, string Url, string Type, long Size);

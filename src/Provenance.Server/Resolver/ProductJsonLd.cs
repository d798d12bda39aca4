using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using Provenance.Core.Gs1;
using Provenance.Server.Pages;

namespace Provenance.Server.Resolver;

/// <summary>A page for programs: what the public may see of a product, lot or unit, in the words of schema.org and the GS1 Web Vocabulary.</summary>
internal static class ProductJsonLd
{
    public const string MediaType = "application/ld+json";

    /// <summary>Whether the request asks for this rather than for the page: by <c>format=jsonld</c>, or by naming it in <c>Accept</c> before HTML.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.Query["format"] is ["jsonld"] || (Quality(request, MediaType) is var ours and > 0 && ours > Quality(request, "text/html"));

    /// <summary>Safe within a script element: nothing in it can end that.</summary>
    /// <param name="publicUrl">Without slash at the end.</param>
    public static string Write(BuyerPage page, string publicUrl)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        // Escapes <, > and &, and leaves letters as they are.
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });
        json.WriteStartObject();
        json.WriteStartArray("@context");
        json.WriteStringValue("https://schema.org/");
        json.WriteStartObject();
        json.WriteString("gs1", LinkType.Vocabulary);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("@type", page.Subject == BuyerSubject.Unit ? "IndividualProduct" : "Product");
        json.WriteString("@id", page.Item);
        WriteIdentity(json, page, publicUrl);
        WriteMaking(json, page);
        WriteCertificates(json, page);
        if (page.Subject != BuyerSubject.Product)
        {
            WriteEvents(json, page, publicUrl);
        }
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteIdentity(Utf8JsonWriter json, BuyerPage page, string publicUrl)
    {
        WriteText(json, "name", page.ProductName?.Value ?? page.StatedProductName?.Value);
        if (ItemId.TryParse(page.Item, OwnIds.None, out var item, out _) && item.Gtin is { } gtin)
        {
            json.WriteString("gtin", gtin);
        }
        if (page.Subject == BuyerSubject.Unit)
        {
            WriteText(json, "serialNumber", page.Lot);
        }
        else if (page.Subject == BuyerSubject.Lot)
        {
            WriteText(json, "gs1:hasBatchLotNumber", page.Lot);
        }
        json.WriteString("identifier", page.Printed);
        if (page.ImagePath is { } image)
        {
            json.WriteString("image", publicUrl + image);
        }
        if (page.Maker is { } maker)
        {
            json.WriteStartObject("manufacturer");
            json.WriteString("@type", "Organization");
            json.WriteString("name", maker.Name);
            json.WriteEndObject();
        }
    }

    private static void WriteMaking(Utf8JsonWriter json, BuyerPage page)
    {
        WriteText(json, "productionDate", page.Made?.At.Value);
        WriteText(json, "gs1:bestBeforeDate", page.BestBefore?.Value);
        WriteText(json, "gs1:expirationDate", page.UseBy?.Value);
        if (page.Origin?.Country is { } country)
        {
            json.WriteStartObject("countryOfOrigin");
            json.WriteString("@type", "Country");
            json.WriteString("identifier", country.Value);
            json.WriteEndObject();
        }
    }

    private static void WriteCertificates(Utf8JsonWriter json, BuyerPage page)
    {
        if (page.Certificates.Count == 0)
        {
            return;
        }
        json.WriteStartArray("hasCertification");
        foreach (var certificate in page.Certificates)
        {
            json.WriteStartObject();
            json.WriteString("@type", "Certification");
            json.WriteString("name", certificate.Name.Value);
            WriteText(json, "certificationIdentification", certificate.Number?.Value);
            WriteText(json, "expires", certificate.ValidUntil?.Value);
            if (certificate.Issuer is { } issuer)
            {
                json.WriteStartObject("issuedBy");
                json.WriteString("@type", "Organization");
                json.WriteString("name", issuer.Value);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // Where the events are, and the proof of each that the page shows.
    private static void WriteEvents(Utf8JsonWriter json, BuyerPage page, string publicUrl)
    {
        var match = page.Subject == BuyerSubject.Lot ? "MATCH_anyEPCClass" : "MATCH_anyEPC";
        WriteReference(json, "gs1:epcis", $"{publicUrl}/events?{match}={Uri.EscapeDataString(page.Item)}");
        json.WriteStartArray("subjectOf");
        foreach (var leaf in page.Leaves)
        {
            json.WriteStartObject();
            json.WriteString("@type", "DigitalDocument");
            json.WriteString("encodingFormat", "application/vnd.provenance.proof+json");
            json.WriteString("url", publicUrl + BuyerPage.ProofPath(leaf));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, string name, string uri)
    {
        json.WriteStartObject(name);
        json.WriteString("@id", uri);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static double Quality(HttpRequest request, string mediaType) => request.GetTypedHeaders().Accept
        .Where(range => range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)).Select(range => range.Quality ?? 1).DefaultIfEmpty(0).Max();
}

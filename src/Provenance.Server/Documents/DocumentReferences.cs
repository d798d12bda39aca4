using System.Globalization;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Events;

namespace Provenance.Server.Documents;

/// <summary>A document that an event carries by its SHA-256.</summary>
/// <param name="Field">In which field, as the event is disclosed: who sees that, sees the document.</param>
internal readonly record struct DocumentReference(Digest Sha256, string[] Field);

internal static class DocumentReferences
{
    private const string Path = "/api/documents/";

    /// <summary>Those of a stored event: business documents, certificates, the notice of a recall, the product's photo.</summary>
    public static IEnumerable<DocumentReference> Of(JsonElement e) =>
    [
        .. InList(e, ProvTerms.Documents, "sha256"),
        .. InList(e, "gs1:certification", ProvTerms.Sha256),
        .. e.TryGetProperty(ProvTerms.RecallNotice, out var notice) && notice.ValueKind == JsonValueKind.String && FindInUrl(notice.GetString()!) is { } told
            ? new[] { new DocumentReference(told, [ProvTerms.RecallNotice]) } : [],
        .. Inside(e, "ilmd") is { } ilmd && Inside(ilmd, "gs1:image") is { } image && Find(image, ProvTerms.Sha256) is { } photo
            ? new[] { new DocumentReference(photo, ["ilmd", "gs1:image"]) } : [],
    ];

    /// <summary>The document that an address names, on whichever host; null for every other address.</summary>
    public static Digest? FindInUrl(string url) =>
        url.LastIndexOf(Path, StringComparison.Ordinal) is >= 0 and var at && Digest.TryParse(url.AsSpan(at + Path.Length), out var digest) ? digest : null;

    private static IEnumerable<DocumentReference> InList(JsonElement e, string list, string member)
    {
        if (e.TryGetProperty(list, out var elements) && elements.ValueKind == JsonValueKind.Array)
        {
            foreach (var (i, element) in elements.EnumerateArray().Index())
            {
                if (element.ValueKind == JsonValueKind.Object && Find(element, member) is { } sha256)
                {
                    yield return new DocumentReference(sha256, [list, i.ToString(CultureInfo.InvariantCulture)]);
                }
            }
        }
    }

    private static JsonElement? Inside(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static Digest? Find(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && Digest.TryParse(value.GetString(), out var digest) ? digest : null;
}

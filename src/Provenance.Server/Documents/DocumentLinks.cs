using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Parties;

namespace Provenance.Server.Documents;

/// <summary>Makes what a sender wrote of a document complete: the address of one kept here says its SHA-256, and the other way round.</summary>
internal sealed class DocumentLinks(DocumentStore documents, OwnIds own)
{
    /// <summary>Path of a document on this server.</summary>
    public static string PathOf(Digest sha256) => $"/api/documents/{sha256}";

    public string UrlOf(Digest sha256) => own.PublicUrl + PathOf(sha256);

    /// <summary>The document that an address of this server names; null for an address elsewhere.</summary>
    public static Digest? Find(OwnIds own, string? url) =>
        url is not null && DocumentReferences.FindInUrl(url) is { } named && url == own.PublicUrl + PathOf(named) ? named : null;

    /// <summary>What is to be recorded of a document. An address here has to be of one that the party sent.</summary>
    /// <param name="field">Where it stands in the request.</param>
    public (string? Url, string? Sha256) Complete(Party party, string field, string? url, string? sha256, Faults faults)
    {
        if (Find(own, url) is { } named)
        {
            if (!documents.IsHeldBy(named, party))
            {
                faults.Add($"{field}.url", url, "You sent no such document. Send it to POST /api/documents and take the url from the answer.");
            }
            else if (sha256 is not null && sha256 != named.ToString())
            {
                faults.Add($"{field}.sha256", sha256, "This is not the SHA-256 of the document at url. Leave it out, or send that of the file as it is kept here.");
            }
            return (url, named.ToString());
        }
        return url is null && sha256 is not null && Digest.TryParse(sha256, out var digest) && documents.IsHeldBy(digest, party) ? (UrlOf(digest), sha256) : (url, sha256);
    }

    /// <summary>A product's photo: with the type checked, when it is kept here.</summary>
    public void CheckPhoto(Party party, string field, string? url, Faults faults)
    {
        if (Find(own, url) is { } named && WhyNotPhoto(party, named) is { } why)
        {
            faults.Add(field, url, why);
        }
    }

    /// <summary>Null when the party may show this as a photo.</summary>
    public string? WhyNotPhoto(Party party, Digest sha256) => documents.Find(sha256) switch
    {
        { } found when documents.IsHeldBy(sha256, party) => found.Type == DocumentType.Pdf ? "This is a PDF. Send a photo: PNG, JPEG or WebP." : null,
        _ => "You sent no such photo. Send it to POST /api/documents and take sha256 or url from the answer.",
    };
}

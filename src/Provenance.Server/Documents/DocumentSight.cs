using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Documents;

/// <summary>Who may have a document: whoever sent it, and whoever sees the field of an event, or the page, on which somebody who sent it shows it.</summary>
/// <remarks>Only the events of those who have the file count. Else anybody who learned a SHA-256 could open what is behind it by recording it.</remarks>
internal sealed class DocumentSight(Database database, DocumentStore documents, PublicViews views, Privacy privacy, OwnIds own)
{
    /// <param name="caller">Null for the public.</param>
    public bool Sees(Caller? caller, Digest sha256) =>
        (caller is not null && (caller.SeesEverything || documents.IsHeldBy(sha256, caller.Party))) || views.ShowsPhoto(sha256) || IsShown(caller, sha256);

    private bool IsShown(Caller? caller, Digest sha256)
    {
        using var log = new LogReading(database, own);
        return log.Carrying(sha256).Any(e =>
            (privacy.SeesWhole(caller, e.Party, e.Facts) || DocumentReferences.Of(e.Body).Any(reference => reference.Sha256 == sha256 && Privacy.IsPublic(reference.Field)))
            && log.Holding(e.Facts.EventId!).Any(held => held.Leaf == e.Leaf));
    }
}

using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Which events a caller sees whole (design §7), and where the index has them.</summary>
internal sealed class Visibility(Privacy privacy, Authority authority, IndexKeys keys, OwnIds own)
{
    public bool Sees(Caller caller, long author, JsonElement stored) =>
        caller.SeesEverything || caller.Party.Row == author || privacy.SeesWhole(caller, author, EventFacts.Read(stored, own));

    /// <summary>Index rows among which are all that the caller sees; null for whoever sees everything.</summary>
    public IReadOnlyList<IndexKey>? Source(Caller caller)
    {
        if (caller.SeesEverything)
        {
            return null;
        }
        var terms = authority.KeysOf(caller.Party.Row).Select(given => given.Kind switch
        {
            "gcp" => IndexTerms.PartnerPrefix(given.Key),
            "gtin" => IndexTerms.PartnerNumber(given.Key[1..]),
            _ => IndexTerms.PartnerNumber(given.Key),
        }).Append(IndexTerms.PartnerSlug(caller.Party.Slug));
        return [new IndexKey(LeafIndex.Party, caller.Party.Row), .. terms.Distinct(StringComparer.Ordinal).Select(term => new IndexKey(LeafIndex.Term, keys.OfTerm(term)))];
    }
}

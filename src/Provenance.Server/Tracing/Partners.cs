using Provenance.Core.Gs1;
using Provenance.Server.Parties;

namespace Provenance.Server.Tracing;

/// <summary>Whom events mean by the sources and destinations that they name.</summary>
internal sealed class Partners(PartyStore parties, Authority authority)
{
    /// <summary>Row of the first that is a party of this ledger: by its address here, or by a GLN that the admin approved. Null where none is.</summary>
    public long? FindRow(IReadOnlyList<ItemId> named)
    {
        foreach (var one in named)
        {
            if ((one.Own is { } own ? parties.FindBySlug(own.Slug)?.Row : authority.FindHolder(one)) is { } row)
            {
                return row;
            }
        }
        return null;
    }
}

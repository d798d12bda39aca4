using Provenance.Core.Gs1;
using Provenance.Server.Parties;

namespace Provenance.Server.Epcis;

/// <summary>
/// How long the company prefix within a GS1 key is: an EPC URN parts it from the rest, a Digital Link does not say, and nobody can tell by looking.
/// </summary>
internal sealed class CompanyPrefixes(Authority authority)
{
    /// <summary>The length as the admin gave the prefix to a party; null where nobody said.</summary>
    public int? FindLength(DigitalLink link)
    {
        // What stands before the prefix: indicator or extension digit, or the filler of an asset's type.
        var start = link.Key.Ai.Code is "00" or "01" or "8003" or "8006" ? 1 : 0;
        return link.Key.Value.Length > start ? authority.FindPrefix(link.Key.Value[start..])?.Length : null;
    }
}

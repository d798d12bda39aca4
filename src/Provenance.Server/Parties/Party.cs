using Provenance.Core;

namespace Provenance.Server.Parties;

/// <summary>A firm that records here.</summary>
/// <param name="Row">Its number inside this database; 1 is the operator.</param>
/// <param name="Id">What is hashed into its entries: random, says nothing of who it is.</param>
/// <param name="Slug">Its part of item URIs, for ever.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Domain">A host name it says is its own.</param>
/// <param name="IsNamed">It chose to be named as the author of its public events.</param>
internal sealed record Party(long Row, PartyId Id, string Slug, string Name, string Country, string? Domain, bool IsNamed)
{
    /// <summary><see cref="Row"/> of the operator's own party.</summary>
    public const long OperatorRow = 1;
}

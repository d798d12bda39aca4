using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Server.Anchoring;

/// <summary>Which key a stored submission was signed with.</summary>
internal static class SubmissionKey
{
    /// <param name="record">JCS, as hashed (design §3, Submission).</param>
    public static (PartyId Party, Address Key) Read(byte[] record)
    {
        using var json = JsonDocument.Parse(record);
        return (new PartyId(Digest.Parse(json.RootElement.GetProperty("party").GetString()!)), Address.Parse(json.RootElement.GetProperty("signer").GetString()!));
    }
}

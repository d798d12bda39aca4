using System.Globalization;
using System.Text;
using Provenance.Core.Ethereum;

namespace Provenance.Core.Log;

/// <summary>What one signature by a party's own key covers: events recorded together, all or nothing (design §3, Submission).</summary>
/// <param name="Root">RFC 9162 root over the leaves SHA-256(0x00 ‖ eventDigest).</param>
/// <param name="Signature">Over EIP-712 <c>ProvenanceSubmission(bytes32 party,uint64 firstSeq,uint64 count,bytes32 root)</c>.</param>
public sealed record Submission(PartyId Party, ulong FirstSeq, ulong Count, Digest Root, EthSignature Signature, Address Signer)
{
    /// <summary>SHA-256 of <see cref="ToBytes"/>: an entry's <c>submission</c>.</summary>
    public Digest Hash => Digest.Sha256(ToBytes());

    /// <summary>Leaf of a submission's own tree.</summary>
    public static Digest Leaf(Digest eventDigest) => Merkle.MerkleTree.LeafHash(eventDigest.ToArray());

    /// <summary>JCS of the record.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"{{\"count\":{Count},\"firstSeq\":{FirstSeq},\"party\":\"{Party}\",\"root\":\"{Root}\",\"signature\":\"{Signature}\",\"signer\":\"{Signer}\",\"v\":1}}"));
}

using System.Text;

namespace Provenance.Core.Log;

/// <summary>One leaf of the log: what was recorded, and who recorded it when, both as hashes (design §3, Entry).</summary>
public sealed record Entry(Digest EventDigest, Digest Meta)
{
    /// <summary>JCS <c>{"eventDigest":hex64,"meta":hex64,"v":1}</c>: the bytes that the leaf hash covers.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes($"{{\"eventDigest\":\"{EventDigest}\",\"meta\":\"{Meta}\",\"v\":1}}");

    /// <summary>SHA-256(0x00 ‖ entry), RFC 9162 §2.1.1.</summary>
    public Digest LeafHash => Merkle.MerkleTree.LeafHash(ToBytes());
}

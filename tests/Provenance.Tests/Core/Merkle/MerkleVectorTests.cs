using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Merkle;

namespace Provenance.Tests.Core.Merkle;

/// <summary>The tree against proofs that others made (transparency-dev/merkle).</summary>
public class MerkleVectorTests
{
    [ConformanceFact]
    public void Roots_of_sizes_0_to_8_are_the_published_ones()
    {
        var data = Conformance.Json("merkle/rfc6962-roots-0-8.json");
        var leaves = data.GetProperty("leafInputsHex").EnumerateArray().Select(l => MerkleTree.LeafHash(Convert.FromHexString(l.GetString()!))).ToList();
        var roots = data.GetProperty("rootBySizeHex").EnumerateArray().Select(r => r.GetString()!).ToList();
        for (var size = 0; size <= 8; size++)
        {
            Assert.Equal(roots[size], MerkleTree.Root(leaves.Take(size).ToList()).ToString());
        }
    }

    [ConformanceFact]
    public void Every_inclusion_proof_is_judged_as_published() => JudgeAll("inclusion", 50, v =>
        Hash(v, "leafHash") is { } leaf && Hash(v, "root") is { } root && Path(v) is { } path
        && MerkleProof.VerifyInclusion(v.GetProperty("leafIdx").GetUInt64(), v.GetProperty("treeSize").GetUInt64(), leaf, path, root));

    [ConformanceFact]
    public void Every_consistency_proof_is_judged_as_published() => JudgeAll("consistency", 50, v =>
        Hash(v, "root1") is { } earlier && Hash(v, "root2") is { } root && Path(v) is { } path
        && MerkleProof.VerifyConsistency(v.GetProperty("size1").GetUInt64(), v.GetProperty("size2").GetUInt64(), earlier, root, path));

    private static void JudgeAll(string kind, int atLeast, Func<JsonElement, bool> verify)
    {
        var files = Directory.GetFiles(Conformance.PathOf("merkle/" + kind), "*.json", SearchOption.AllDirectories);
        var wrong = new List<string>();
        foreach (var file in files)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var expected = !document.RootElement.GetProperty("wantErr").GetBoolean();
            if (verify(document.RootElement) != expected)
            {
                wrong.Add(file);
            }
        }
        Assert.Empty(wrong);
        Assert.True(files.Length >= atLeast, $"only {files.Length} vectors found");
    }

    /// <summary>Null for a hash that is not 32 bytes: such a value can't even be held.</summary>
    private static Digest? Hash(JsonElement vector, string name) => Hash(vector.GetProperty(name));

    private static Digest? Hash(JsonElement value) => value.GetBytesFromBase64() is { Length: Digest.Size } bytes ? new Digest(bytes) : null;

    private static List<Digest>? Path(JsonElement vector)
    {
        var proof = vector.GetProperty("proof");
        var hashes = proof.ValueKind == JsonValueKind.Null ? [] : proof.EnumerateArray().Select(Hash).ToList();
        return hashes.Contains(null) ? null : hashes.ConvertAll(h => h!.Value);
    }
}

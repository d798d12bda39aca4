using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Log;
using Provenance.Core.Proofs;

namespace Provenance.Core.Bundles;

/// <summary>A trail that an auditor can verify alone: <c>.provenance.zip</c> (design §3, Bundle). Every member but the request follows from the proofs.</summary>
public sealed class Bundle
{
    /// <summary>The media type of a bundle.</summary>
    public const string MediaType = "application/vnd.provenance.bundle+zip";

    internal const string Manifest = "manifest.json";
    internal const string Request = "request.json";
    internal const string Checkpoints = "checkpoints.json";
    internal const string Keys = "keys.json";
    internal const string Readme = "README.txt";

    /// <summary>The same text in every bundle, compared byte by byte: nothing that a person reads here is the operator's word.</summary>
    public const string ReadmeText =
        """
        This is a bundle of proofs from a Provenance ledger.

        Verify it on your own machine, without the ledger's server:

            provenance verify FILE
            provenance verify FILE --rpc URL --contract ADDRESS

        The second form asks a node of your choice about the contract. Take the contract's
        address from somebody other than whoever sent you this file.

        manifest.json     SHA-256 of every other member
        request.json      what was asked for and when; proves nothing
        events/N.json     the fields shown of entry N; put together from proofs/N.json
        proofs/N.json     entry N, its fields, its place in the log
        checkpoints.json  the log's sizes and roots, signed, each shown to continue the one before
        anchors/SIZE.json what the chain's block says of the contract, with proofs
        keys.json         the keys relied on, as the anchors prove them

        Not proven: that the goods are what the record says, that what was typed in was true,
        and that nothing recorded later contradicts it.

        """;

    /// <summary>Puts a bundle together.</summary>
    /// <param name="proofs">Without anchors, ascending by leaf index; at least one.</param>
    /// <param name="anchors">By checkpoint size: those of the proofs' checkpoints that are anchored.</param>
    /// <param name="consistency">Proof from each distinct checkpoint of the proofs to the next, first to last.</param>
    /// <param name="request">Canonical JSON of what was asked for and when.</param>
    public static byte[] Write(
        IReadOnlyList<Proof> proofs, IReadOnlyDictionary<ulong, Anchor> anchors, IReadOnlyList<IReadOnlyList<Digest>> consistency, byte[] request) =>
        StoredZip.Write(Members(proofs, anchors, consistency, request));

    /// <summary>Every member in the order in which it stands in the archive.</summary>
    internal static List<(string Name, byte[] Content)> Members(
        IReadOnlyList<Proof> proofs, IReadOnlyDictionary<ulong, Anchor> anchors, IReadOnlyList<IReadOnlyList<Digest>> consistency, byte[] request)
    {
        var files = new List<(string Name, byte[] Content)> { (Request, request) };
        files.AddRange(proofs.Select(p => (EventName(p.LeafIndex), EventFields.Assemble(p.Disclosures))));
        files.AddRange(proofs.Select(p => (ProofName(p.LeafIndex), ProofJson.Write(p))));
        files.AddRange(anchors.OrderBy(a => a.Key).Select(a => (AnchorName(a.Key), AnchorJson.Write(a.Value))));
        files.Add((Checkpoints, CheckpointsJson(DistinctCheckpoints(proofs), consistency)));
        files.Add((Keys, KeyHistory.Write(proofs, anchors)));
        files.Add((Readme, System.Text.Encoding.ASCII.GetBytes(ReadmeText)));
        files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        files.Insert(0, (Manifest, ManifestJson(files)));
        return files;
    }

    /// <summary>The checkpoints that the proofs stand under, ascending by size, each once.</summary>
    /// <exception cref="FormatException">Two of one size differ: evidence that the ledger showed two histories.</exception>
    public static List<Checkpoint> DistinctCheckpoints(IEnumerable<Proof> proofs)
    {
        var bySize = new SortedDictionary<ulong, Checkpoint>();
        foreach (var checkpoint in proofs.Select(p => p.Checkpoint))
        {
            if (!bySize.TryAdd(checkpoint.Size, checkpoint) && bySize[checkpoint.Size] != checkpoint)
            {
                throw new FormatException($"Two checkpoints of size {checkpoint.Size} differ.");
            }
        }
        return [.. bySize.Values];
    }

    internal static string EventName(ulong leaf) => string.Create(CultureInfo.InvariantCulture, $"events/{leaf}.json");

    internal static string ProofName(ulong leaf) => string.Create(CultureInfo.InvariantCulture, $"proofs/{leaf}.json");

    internal static string AnchorName(ulong size) => string.Create(CultureInfo.InvariantCulture, $"anchors/{size}.json");

    internal static byte[] ManifestJson(IEnumerable<(string Name, byte[] Content)> files) => Canonical(json =>
    {
        json.WriteStartObject("files"u8);
        foreach (var (name, content) in files.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            json.WriteString(name, Digest.Sha256(content).ToString());
        }
        json.WriteEndObject();
        json.WriteNumber("v"u8, 1);
    });

    internal static byte[] CheckpointsJson(IReadOnlyList<Checkpoint> checkpoints, IReadOnlyList<IReadOnlyList<Digest>> consistency) => Canonical(json =>
    {
        json.WriteStartArray("checkpoints"u8);
        foreach (var checkpoint in checkpoints)
        {
            ProofJson.WriteCheckpoint(json, checkpoint);
        }
        json.WriteEndArray();
        json.WriteStartArray("consistency"u8);
        foreach (var path in consistency)
        {
            json.WriteStartArray();
            foreach (var hash in path)
            {
                json.WriteStringValue(hash.ToString());
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteNumber("v"u8, 1);
    });

    internal static byte[] Canonical(Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }
}

using Provenance.Core.Ethereum;
using Provenance.Core.Merkle;
using Provenance.Core.Proofs;

namespace Provenance.Core.Bundles;

/// <summary>Judges a bundle: each proof in it, and that every other member is what the proofs make it.</summary>
public static class BundleVerifier
{
    /// <summary>Reads a bundle as far as it must fit together before any finding can be made.</summary>
    /// <exception cref="FormatException">Some member is not what it should be; the message names it.</exception>
    public static OpenedBundle Open(ReadOnlySpan<byte> zip)
    {
        var files = StoredZip.Read(zip);
        var byName = files.ToDictionary(f => f.Name, f => f.Content, StringComparer.Ordinal);
        var request = Require(byName, Bundle.Request);
        var proofs = Members(byName, "proofs/").Select(f => Read(f.Name, () => ProofJson.Parse(f.Content))).OrderBy(p => p.LeafIndex).ToList();
        var anchors = Members(byName, "anchors/").ToDictionary(f => SizeOf(f.Name), f => Read(f.Name, () => AnchorJson.Parse(f.Content)));
        if (proofs.Count == 0)
        {
            throw new FormatException("The bundle holds no proof.");
        }
        var consistency = Read(Bundle.Checkpoints, () => ReadConsistency(Require(byName, Bundle.Checkpoints)));
        RequireStated(proofs, anchors);
        if (consistency.Count != Bundle.DistinctCheckpoints(proofs).Count - 1)
        {
            throw new FormatException($"{Bundle.Checkpoints}: /consistency does not have one proof from each checkpoint to the next.");
        }
        RequireRebuilt(files, Bundle.Members(proofs, anchors, consistency, request));
        _ = Read(Bundle.Request, () => Jcs.ParseCanonical(request));
        var whole = proofs.ConvertAll(p => p with { Anchor = anchors.GetValueOrDefault(p.Checkpoint.Size) });
        return new OpenedBundle(whole, consistency, request);
    }

    /// <summary>For each question the worst answer over all proofs, the history also by the consistency proofs between checkpoints.</summary>
    public static IReadOnlyList<Finding> Verify(OpenedBundle bundle, ChainFacts? facts)
    {
        var perProof = bundle.Proofs.Select(p => Verifier.Verify(p, facts)).ToList();
        var findings = Enum.GetValues<Question>().Select(q => Worst(perProof.ConvertAll(f => f[(int)q - 1]))).ToList();
        if (WhyInconsistent(bundle) is { } why)
        {
            findings[(int)Question.UnchangedHistory - 1] = new Finding(Question.UnchangedHistory, Verdict.DoesNotHold, "inconsistent", why);
        }
        return findings;
    }

    private static string? WhyInconsistent(OpenedBundle bundle)
    {
        var checkpoints = Bundle.DistinctCheckpoints(bundle.Proofs);
        for (var i = 1; i < checkpoints.Count; i++)
        {
            var (before, after) = (checkpoints[i - 1], checkpoints[i]);
            if (!MerkleProof.VerifyConsistency(before.Size, after.Size, before.Root, after.Root, bundle.Consistency[i - 1]))
            {
                return $"The log of {after.Size} entries does not continue the log of {before.Size}.";
            }
        }
        return null;
    }

    private static Finding Worst(List<Finding> findings)
    {
        var worst = findings.MinBy(f => f.Verdict switch
        {
            Verdict.DoesNotHold => 0,
            Verdict.CannotTell => 1,
            _ => 2,
        })!;
        var alike = findings.Count(f => f.Reason == worst.Reason);
        return findings.Count == 1 ? worst : worst with { Words = $"{alike} of {findings.Count} entries, such as this: {worst.Words}" };
    }

    private static void RequireStated(List<Proof> proofs, Dictionary<ulong, Anchor> anchors)
    {
        if (proofs.Find(p => p.Anchor is not null) is { } anchored)
        {
            throw new FormatException($"{Bundle.ProofName(anchored.LeafIndex)} carries an anchor of its own.");
        }
        foreach (var proof in proofs)
        {
            if (proof.Commitment.WhyNotOpenedBy(proof.Disclosures) is { } why)
            {
                throw new FormatException($"{Bundle.ProofName(proof.LeafIndex)}: {why}.");
            }
        }
        if (proofs.Select(p => p.LedgerId).Distinct().Count() != 1)
        {
            throw new FormatException("The proofs are of different ledgers.");
        }
        var sizes = Bundle.DistinctCheckpoints(proofs).ConvertAll(c => c.Size);
        if (anchors.Keys.Except(sizes).FirstOrDefault() is > 0 and var stray)
        {
            throw new FormatException($"{Bundle.AnchorName(stray)} belongs to no proof.");
        }
    }

    // Every member but the request follows from proofs, anchors and consistency proofs: so whatever differs was tampered with.
    private static void RequireRebuilt(List<(string Name, byte[] Content)> files, List<(string Name, byte[] Content)> expected)
    {
        foreach (var (name, content) in expected)
        {
            if (files.Find(f => f.Name == name).Content is not { } found || !found.AsSpan().SequenceEqual(content))
            {
                throw new FormatException($"{name} is not what the proofs in this bundle make it.");
            }
        }
        if (files.Select(f => f.Name).Except(expected.Select(f => f.Name)).FirstOrDefault() is { } extra)
        {
            throw new FormatException($"{extra} does not belong in a bundle.");
        }
        if (!files.Select(f => f.Name).SequenceEqual(expected.Select(f => f.Name)))
        {
            throw new FormatException("The members are not in the prescribed order.");
        }
    }

    private static List<IReadOnlyList<Digest>> ReadConsistency(byte[] json)
    {
        var root = new StrictObject(Jcs.ParseCanonical(json), "", "checkpoints", "consistency", "v");
        root.RequireVersion1();
        return [.. root.Lists("consistency")];
    }

    private static IEnumerable<(string Name, byte[] Content)> Members(Dictionary<string, byte[]> files, string folder) =>
        files.Where(f => f.Key.StartsWith(folder, StringComparison.Ordinal)).Select(f => (f.Key, f.Value));

    private static ulong SizeOf(string name)
    {
        var text = name["anchors/".Length..];
        return text.EndsWith(".json", StringComparison.Ordinal) && ulong.TryParse(text[..^5], out var size) && Bundle.AnchorName(size) == name
            ? size
            : throw new FormatException($"{name} does not belong in a bundle.");
    }

    private static byte[] Require(Dictionary<string, byte[]> files, string name) =>
        files.GetValueOrDefault(name) ?? throw new FormatException($"{name} is missing.");

    private static T Read<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw new FormatException($"{name}: {e.Message}", e);
        }
    }
}

/// <summary>A bundle whose members fit together; its proofs carry their anchors.</summary>
/// <param name="Request">Canonical JSON: what was asked for and when. Proves nothing.</param>
public sealed record OpenedBundle(IReadOnlyList<Proof> Proofs, IReadOnlyList<IReadOnlyList<Digest>> Consistency, byte[] Request);

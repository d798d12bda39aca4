using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Provenance.Core.Events;

/// <summary>What one entry commits to: the digests of an event's fields, those that a proof must show apart from the rest (design §3, Event digest).</summary>
/// <param name="Must">Base64url digests of the fields in <see cref="EventFields.Must"/>, strictly ascending.</param>
/// <param name="Sd">Those of all other fields and the decoys, strictly ascending; a power of two of them, at least 32.</param>
public sealed record EventCommitment(IReadOnlyList<string> Must, IReadOnlyList<string> Sd)
{
    /// <summary>Fewest digests in <see cref="Sd"/>: small events look alike.</summary>
    public const int FewestSd = 32;

    /// <summary>SHA-256 of JCS <c>{"_must":[…],"_sd":[…],"_sd_alg":"sha-256"}</c>.</summary>
    public Digest Digest { get; } = Hash(Must, Sd);

    /// <summary>Commits to a whole event; all disclosures come back, in document order.</summary>
    /// <param name="storedEvent">The event as stored: one JSON object without duplicate members.</param>
    /// <param name="seed">The event's 256 random bits.</param>
    public static (EventCommitment Commitment, IReadOnlyList<Disclosure> Disclosures) Make(JsonElement storedEvent, Digest seed)
    {
        var disclosures = EventFields.Split(storedEvent).Select(f => Disclosure.Make(seed, f.Pointer, f.Value)).ToList();
        var must = disclosures.Where(d => EventFields.Must.Contains(d.Pointer)).Select(d => d.Digest).Order(StringComparer.Ordinal).ToList();
        var sd = disclosures.Where(d => !EventFields.Must.Contains(d.Pointer)).Select(d => d.Digest).ToList();
        var width = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(sd.Count, FewestSd));
        for (var n = 0; sd.Count < width; n++)
        {
            sd.Add(Decoy(seed, n));
        }
        sd.Sort(StringComparer.Ordinal);
        return (new EventCommitment(must, sd), disclosures);
    }

    /// <summary>Null when these disclosures open this commitment as prescribed, with every field of <see cref="Must"/>; else what is wrong.</summary>
    public string? WhyNotOpenedBy(IReadOnlyList<Disclosure> disclosures)
    {
        if (!IsStrictlyAscending(Must) || !IsStrictlyAscending(Sd) || Must.Intersect(Sd, StringComparer.Ordinal).Any())
        {
            return "a list of digests is not strictly ascending, or a digest stands in both";
        }
        if (Sd.Count < FewestSd || !BitOperations.IsPow2(Sd.Count))
        {
            return $"_sd has {Sd.Count} digests, not a power of two of at least {FewestSd}";
        }
        var unseen = Must.ToHashSet(StringComparer.Ordinal);
        var rest = Sd.ToHashSet(StringComparer.Ordinal);
        foreach (var disclosure in disclosures)
        {
            var list = EventFields.Must.Contains(disclosure.Pointer) ? unseen : rest;
            if (!EventFields.IsPrescribed(disclosure.Pointer, disclosure.Value.Span))
            {
                return $"{disclosure.Pointer} does not have the shape prescribed for it";
            }
            if (!list.Remove(disclosure.Digest))
            {
                return $"the value shown for {disclosure.Pointer} is not the one committed to";
            }
        }
        if (unseen.Count > 0)
        {
            return $"{unseen.Count} of the fields that could reverse the meaning were left out";
        }
        return FirstOverlap(disclosures) is { } pointer ? $"{pointer} is shown twice" : null;
    }

    private static string? FirstOverlap(IReadOnlyList<Disclosure> disclosures)
    {
        var seen = disclosures.Select(d => d.Pointer).ToHashSet(StringComparer.Ordinal);
        if (seen.Count != disclosures.Count)
        {
            return disclosures.GroupBy(d => d.Pointer).First(g => g.Count() > 1).Key;
        }
        return disclosures.Select(d => d.Pointer).FirstOrDefault(pointer =>
        {
            for (var slash = pointer.LastIndexOf('/'); slash > 0; slash = pointer.LastIndexOf('/', slash - 1))
            {
                if (seen.Contains(pointer[..slash]))
                {
                    return true;
                }
            }
            return false;
        });
    }

    private static string Decoy(Digest seed, int n)
    {
        var inner = Digest.Sha256([.. seed.ToArray(), .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"#{n}"))]);
        return Digest.Sha256(inner.ToArray()).ToBase64Url();
    }

    private static bool IsStrictlyAscending(IReadOnlyList<string> list)
    {
        for (var i = 1; i < list.Count; i++)
        {
            if (string.CompareOrdinal(list[i - 1], list[i]) >= 0)
            {
                return false;
            }
        }
        return true;
    }

    // Base64url needs no escaping, so the canonical text can be put together by hand: this runs once for every event.
    private static Digest Hash(IReadOnlyList<string> must, IReadOnlyList<string> sd) =>
        Digest.Sha256(Encoding.ASCII.GetBytes($"{{\"_must\":[{Quote(must)}],\"_sd\":[{Quote(sd)}],\"_sd_alg\":\"sha-256\"}}"));

    private static string Quote(IReadOnlyList<string> digests) => digests.Count == 0 ? "" : $"\"{string.Join("\",\"", digests)}\"";
}

using System.IO.Compression;
using System.Text;
using Provenance.Core;
using Provenance.Core.Bundles;
using Provenance.Core.Ethereum;
using Provenance.Core.Proofs;
using Provenance.Tests.Core.Proofs;

namespace Provenance.Tests.Core.Bundles;

public class BundleTests
{
    private static readonly ProofWorld World = ProofWorld.Create();

    private static readonly ChainFacts Facts = World.Facts();

    private static readonly byte[] Zip = Make();

    [Fact]
    public void An_untouched_bundle_cannot_tell_offline_and_holds_online()
    {
        Assert.Equal(2, Verify(Zip, null));
        Assert.Equal(0, Verify(Zip, Facts));
        Assert.Equal(
            ["manifest.json", "anchors/7.json", "checkpoints.json", "events/0.json", "events/3.json", "keys.json", "proofs/0.json", "proofs/3.json", "README.txt", "request.json"],
            StoredZip.Read(Zip).Select(f => f.Name).OrderBy(n => n != "manifest.json").ThenBy(n => n, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Any_unzip_reads_it()
    {
        using var zip = new ZipArchive(new MemoryStream(Zip));
        foreach (var (name, content) in StoredZip.Read(Zip))
        {
            using var member = zip.GetEntry(name)!.Open();
            var read = new MemoryStream();
            member.CopyTo(read);
            Assert.Equal(content, read.ToArray());
        }
    }

    /// <summary>All bits of every 64th byte and one bit of each other, by where it stands.</summary>
    [Fact]
    public void Any_flipped_bit_of_the_archive_is_refused()
    {
        var zip = (byte[])Zip.Clone();
        for (var at = 0; at < zip.Length; at++)
        {
            foreach (var bit in at % 64 == 0 ? Enumerable.Range(0, 8) : [at % 8])
            {
                zip[at] ^= (byte)(1 << bit);
                Assert.True(Verify(zip, null) == 1, $"byte {at}, bit {bit}");
                zip[at] ^= (byte)(1 << bit);
            }
        }
    }

    /// <summary>What a forger would do: change a member, and make manifest and archive fit again. Some hex is changed to another
    /// digit as well, since most single bits only break the spelling.</summary>
    [Theory]
    [InlineData("manifest.json")]
    [InlineData("anchors/7.json")]
    [InlineData("checkpoints.json")]
    [InlineData("events/0.json")]
    [InlineData("events/3.json")]
    [InlineData("keys.json")]
    [InlineData("proofs/0.json")]
    [InlineData("proofs/3.json")]
    [InlineData("README.txt")]
    public void Any_flipped_bit_of_a_member_is_refused_with_a_manifest_that_fits(string name)
    {
        var original = StoredZip.Read(Zip).Single(f => f.Name == name).Content;
        Parallel.For(0, original.Length, at =>
        {
            foreach (var changed in Changes(original, at))
            {
                var zip = Replace(name, changed, rehash: name != "manifest.json");
                Assert.True(Verify(zip, at % 2 == 0 ? Facts : null) == 1, $"{name}, byte {at}, now '{(char)changed[at]}'");
            }
        });
    }

    [Fact]
    public void Another_request_with_a_manifest_that_fits_changes_nothing()
    {
        var zip = Replace("request.json", """{"item":"https://id.gs1.org/01/00000000000000"}"""u8.ToArray(), rehash: true);
        Assert.Equal(2, Verify(zip, null));
        Assert.Equal(0, Verify(zip, Facts));
        Assert.Equal(1, Verify(Replace("request.json", "{\"item\": 1}"u8.ToArray(), rehash: true), null));
        Assert.Equal(1, Verify(Replace("request.json", "{}"u8.ToArray(), rehash: false), null));
    }

    [Fact]
    public void A_member_added_removed_renamed_reordered_or_there_twice_is_refused()
    {
        var files = StoredZip.Read(Zip);
        AssertRefused([.. files, ("notes.txt", "hello"u8.ToArray())]);
        AssertRefused([.. files, ("proofs/9.json", files.Single(f => f.Name == "proofs/3.json").Content)]);
        AssertRefused([.. files, ("anchors/3.json", files.Single(f => f.Name == "anchors/7.json").Content)]);
        foreach (var file in files.Where(f => f.Name != "manifest.json"))
        {
            AssertRefused([.. files.Where(f => f.Name != file.Name)]);
            AssertRefused([.. files.Select(f => f.Name == file.Name ? ("x" + f.Name, f.Content) : f)]);
        }
        AssertRefused([files[0], .. files.Skip(1).Reverse()]);
        Assert.Equal(1, Verify(StoredZip.Write([.. files.Skip(1)]), null));
        Assert.Equal(1, Verify(StoredZip.Write([.. files.Skip(1), files[0]]), null));
        Assert.Equal(1, Verify(StoredZip.Write([.. files, files[^1]]), null));
        Assert.Equal(1, Verify(StoredZip.Write([]), null));
        Assert.Equal(1, Verify([], null));
    }

    [Fact]
    public void Headers_that_differ_gaps_and_bytes_around_the_archive_are_refused()
    {
        byte[] Insert(int at, params byte[] bytes) => [.. Zip.AsSpan(0, at), .. bytes, .. Zip.AsSpan(at)];
        Assert.Equal(1, Verify(Insert(0, 0), null));
        Assert.Equal(1, Verify(Insert(Zip.Length, 0), null));
        var secondMember = Zip.AsSpan(4).IndexOf("PK\u0003\u0004"u8) + 4;
        Assert.Equal(1, Verify(Insert(secondMember, 0, 0, 0, 0), null));
        var directory = Zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        Assert.Equal(1, Verify(Insert(directory, 0), null));
        foreach (var field in new[] { 8, 10, 12, 14, 16, 20, 24, 30, 32, 36, 38, 42, 46 })
        {
            var zip = (byte[])Zip.Clone();
            zip[directory + field] ^= 1;
            Assert.True(Verify(zip, null) == 1, $"directory field {field}");
        }
    }

    [Fact]
    public void Proofs_under_two_checkpoints_come_with_the_proof_that_one_continues_the_other()
    {
        var (earlier, later) = (World.Prove(0, size: 3), World.Prove(3));
        var anchors = new Dictionary<ulong, Anchor> { [3] = World.Anchor(3), [7] = World.Anchor() };
        Assert.Equal(2, Verify(Bundle.Write([earlier, later], anchors, [World.Consistency(3, 7)], Request), null));

        var findings = BundleVerifier.Verify(BundleVerifier.Open(Bundle.Write([earlier, later], anchors, [[Digest.Zero]], Request)), null);
        Assert.Equal((Verdict.DoesNotHold, "inconsistent"), (findings[3].Verdict, findings[3].Reason));
        Assert.Equal(1, Verify(Bundle.Write([earlier, later], anchors, [], Request), null));
        Assert.Equal(1, Verify(Bundle.Write([earlier, later], anchors, [World.Consistency(3, 7), []], Request), null));
        Assert.Equal(1, Verify(Bundle.Write([later], new Dictionary<ulong, Anchor>(), [[]], Request), null));
    }

    [Fact]
    public void A_bundle_is_as_good_as_the_worst_of_its_proofs()
    {
        var broken = World.Prove(0) with { LeafIndex = 1 };
        var findings = BundleVerifier.Verify(BundleVerifier.Open(Bundle.Write([broken, World.Prove(3)], Anchors, [], Request)), Facts);
        Assert.Equal(Verdict.DoesNotHold, findings[2].Verdict);
        Assert.Equal(1, Verifier.ExitCode(findings));
        Assert.Equal(2, Verify(Bundle.Write([World.Prove(0), World.Prove(3)], new Dictionary<ulong, Anchor>(), [], Request), Facts));
    }

    private static byte[] Request => """{"at":"2026-11-21T14:30:00.000Z","item":"https://id.gs1.org/01/09506000134352/10/L1"}"""u8.ToArray();

    private static Dictionary<ulong, Anchor> Anchors => new() { [World.Size] = World.Anchor() };

    private static byte[] Make()
    {
        var whole = World.Prove(0);
        return Bundle.Write([whole with { Meta = null, Disclosures = [.. whole.Disclosures.Where(d => d.Pointer != "/prov:city")] }, World.Prove(3)], Anchors, [], Request);
    }

    /// <summary>The exit code of <c>verify</c>. Nothing but FormatException may come out of a file.</summary>
    private static int Verify(byte[] zip, ChainFacts? facts)
    {
        try
        {
            return Verifier.ExitCode(BundleVerifier.Verify(BundleVerifier.Open(zip), facts));
        }
        catch (FormatException)
        {
            return 1;
        }
    }

    private static void AssertRefused(List<(string Name, byte[] Content)> files) => Assert.Equal(1, Verify(Rehash(files), Facts));

    private static IEnumerable<byte[]> Changes(byte[] original, int at)
    {
        byte[] With(byte value)
        {
            var changed = (byte[])original.Clone();
            changed[at] = value;
            return changed;
        }
        foreach (var bit in at % 128 == 0 ? Enumerable.Range(0, 8) : [at % 8])
        {
            yield return With((byte)(original[at] ^ 1 << bit));
        }
        if (at % 16 == 0 && char.IsAsciiHexDigitLower((char)original[at]))
        {
            yield return With((byte)(original[at] == '1' ? '3' : original[at] == 'a' ? 'c' : original[at] is (byte)'f' or (byte)'9' ? original[at] - 1 : original[at] + 1));
        }
    }

    private static byte[] Replace(string name, byte[] content, bool rehash)
    {
        List<(string Name, byte[] Content)> files = [.. StoredZip.Read(Zip).Select(f => f.Name == name ? (name, content) : f)];
        return rehash ? Rehash(files) : StoredZip.Write(files);
    }

    private static byte[] Rehash(List<(string Name, byte[] Content)> files)
    {
        var members = files.Where(f => f.Name != "manifest.json").OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"\"{f.Name}\":\"{Digest.Sha256(f.Content)}\"");
        var manifest = Encoding.ASCII.GetBytes($"{{\"files\":{{{string.Join(",", members)}}},\"v\":1}}");
        return StoredZip.Write([("manifest.json", manifest), .. files.Where(f => f.Name != "manifest.json")]);
    }
}

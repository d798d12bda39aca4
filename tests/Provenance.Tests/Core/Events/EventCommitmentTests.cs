using System.Globalization;
using System.Numerics;
using System.Text;
using Provenance.Core;
using Provenance.Core.Epcis;
using Provenance.Core.Events;

namespace Provenance.Tests.Core.Events;

public class EventCommitmentTests
{
    private const string Json = """{"type":"ObjectEvent","action":"ADD","bizStep":"commissioning","eventTime":"2026-06-19T08:32:00-05:00","epcList":["urn:a","urn:b"],"ilmd":{"a":1},"prov:city":"Cartagena"}""";

    private static readonly Digest Seed = Digest.Sha256("seed"u8);

    private static readonly (EventCommitment Commitment, IReadOnlyList<Disclosure> Disclosures) Whole = EventCommitment.Make(EventFieldsTests.Parse(Json), Seed);

    [Fact]
    public void The_digest_is_that_of_the_canonical_lists()
    {
        var (must, sd) = (Whole.Commitment.Must, Whole.Commitment.Sd);
        var text = $$"""{"_sd_alg":"sha-256","_sd":["{{string.Join("\",\"", sd)}}"],"_must":["{{string.Join("\",\"", must)}}"]}""";
        Assert.Equal(Digest.Sha256(Jcs.Canonicalize(Encoding.ASCII.GetBytes(text))), Whole.Commitment.Digest);
        Assert.Equal(4, must.Count);
        Assert.Equal(must.Order(StringComparer.Ordinal), must);
        Assert.Equal(sd.Order(StringComparer.Ordinal), sd);
    }

    [Theory]
    [InlineData(0, 32)]
    [InlineData(31, 32)]
    [InlineData(32, 32)]
    [InlineData(33, 64)]
    [InlineData(65, 128)]
    public void Decoys_fill_up_to_a_power_of_two_and_at_least_32(int fields, int digests)
    {
        var json = "{" + string.Join(",", Enumerable.Range(0, fields).Select(n => string.Create(CultureInfo.InvariantCulture, $"\"x{n}\":1"))) + "}";
        var (commitment, disclosures) = EventCommitment.Make(EventFieldsTests.Parse(json), Seed);
        Assert.Equal(digests, commitment.Sd.Count);
        Assert.Equal(fields, disclosures.Count);
        Assert.True(BitOperations.IsPow2(commitment.Sd.Count));
        Assert.Null(commitment.WhyNotOpenedBy(disclosures));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(Json)]
    [InlineData("""{"ilmd":{},"errorDeclaration":{"declarationTime":"t","reason":"r","correctiveEventIDs":[1,2]},"@context":["a",{"b":1}],"epcList":[],"quantityList":[{},{"epcClass":"a","quantity":1.50},7],"a/b~c":{"d":[1]},"e":[[1],[]]}""")]
    [InlineData("""{"\u0061\"b\\":1,"ü\u00fc😀\u0001":"\ud83d\ude00","ilmd":{"x~/\u002f":null,"ü":true},"persistentDisposition":{"set":["a"]}}""")]
    public void Capture_computes_the_same_digest_the_short_way(string json) =>
        Assert.Equal(EventCommitment.Make(EventFieldsTests.Parse(json), Seed).Commitment.Digest, EventDigest.Of(EventFieldsTests.Parse(json), Seed));

    [ConformanceFact]
    public void Capture_computes_the_same_digest_of_every_document_of_others()
    {
        foreach (var e in Epcis.Documents.Files("epcis/gs1/JSON", "epcis/openepcis/2.0/EPCIS/JSON", "epcis/scenarios").SelectMany(file => EventReader.Read(File.ReadAllBytes(file)).Events))
        {
            Assert.Equal(EventCommitment.Make(e.Json, Seed).Commitment.Digest, EventDigest.Of(e.Json, Seed));
        }
    }

    [Theory]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(500)]
    public void Capture_computes_the_same_digest_of_large_events(int elements)
    {
        var json = $$"""{"epcList":[{{string.Join(',', Enumerable.Range(0, elements))}}]}""";
        Assert.Equal(EventCommitment.Make(EventFieldsTests.Parse(json), Seed).Commitment.Digest, EventDigest.Of(EventFieldsTests.Parse(json), Seed));
    }

    [Fact]
    public void A_decoy_is_made_from_the_seed_as_the_design_says()
    {
        var inner = Digest.Sha256([.. Seed.ToArray(), .. "#0"u8]);
        Assert.Contains(Digest.Sha256(inner.ToArray()).ToBase64Url(), Whole.Commitment.Sd);
    }

    [Fact]
    public void The_same_seed_makes_the_same_commitment_and_another_seed_shares_no_digest()
    {
        Assert.Equal(Whole.Commitment.Digest, EventCommitment.Make(EventFieldsTests.Parse(Json), Seed).Commitment.Digest);
        var other = EventCommitment.Make(EventFieldsTests.Parse(Json), Digest.Zero).Commitment;
        Assert.Empty(other.Sd.Intersect(Whole.Commitment.Sd));
        Assert.Empty(other.Must.Intersect(Whole.Commitment.Must));
    }

    [Fact]
    public void Any_field_may_be_hidden_but_none_that_could_reverse_the_meaning()
    {
        foreach (var hidden in Whole.Disclosures)
        {
            var why = Whole.Commitment.WhyNotOpenedBy([.. Whole.Disclosures.Where(d => d != hidden)]);
            Assert.Equal(EventFields.Must.Contains(hidden.Pointer), why is not null);
        }
    }

    [Fact]
    public void A_value_that_was_not_committed_to_is_found()
    {
        var other = Disclosure.Make(Seed, "/prov:city", "\"Hamburg\""u8.ToArray());
        AssertBroken("/prov:city", Whole.Commitment, [.. Whole.Disclosures.Where(d => d.Pointer != other.Pointer), other]);
        AssertBroken("/prov:place", Whole.Commitment, [.. Whole.Disclosures, Disclosure.Make(Seed, "/prov:place", "1"u8.ToArray())]);
        AssertBroken("/prov:city", Whole.Commitment, [.. Whole.Disclosures, Whole.Disclosures.Single(d => d.Pointer == "/prov:city")]);
    }

    [Fact]
    public void One_pointer_cannot_be_committed_to_twice_nor_within_another()
    {
        var salts = (Digest.Sha256([1]), Digest.Sha256([2]));
        AssertBroken("twice", ("/a", "1", salts.Item1), ("/a", "2", salts.Item2));
        AssertBroken("twice", ("/epcList", "[]", salts.Item1), ("/epcList/0", "1", salts.Item2));
        AssertBroken("twice", ("/ilmd", "{}", salts.Item1), ("/ilmd/a", "1", salts.Item2));
        AssertBroken("twice", ("/quantityList", "[]", salts.Item1), ("/quantityList/0/a", "1", salts.Item2));
        AssertBroken("twice", ("/quantityList/0", "{}", salts.Item1), ("/quantityList/0/a", "1", salts.Item2));
        AssertBroken("twice", ("/type", "\"a\"", salts.Item1), ("/type", "\"b\"", salts.Item2));
        Assert.Null(Why(("/prov:city", "1", Seed), ("/prov:cityHall", "1", Seed), ("/epcList/1", "1", Seed), ("/epcList/10", "1", Seed)));
    }

    [Fact]
    public void A_committed_field_of_another_shape_does_not_open() =>
        AssertBroken("shape", ("/epcList", "[1]", Seed));

    [Fact]
    public void A_field_opens_only_in_its_own_list()
    {
        var type = Disclosure.Make(Seed, "/type", "\"ObjectEvent\""u8.ToArray());
        var city = Disclosure.Make(Seed, "/prov:city", "1"u8.ToArray());
        AssertBroken("/type", new EventCommitment([], Filled(type)), [type]);
        AssertBroken("/prov:city", new EventCommitment([city.Digest], Filled()), [city]);
    }

    [Fact]
    public void Lists_are_strictly_ascending_apart_and_of_a_prescribed_length()
    {
        var (must, sd) = (Whole.Commitment.Must, Whole.Commitment.Sd);
        AssertBroken("ascending", new EventCommitment([.. must.Reverse()], sd), Whole.Disclosures);
        AssertBroken("ascending", new EventCommitment(must, [.. sd.Reverse()]), Whole.Disclosures);
        AssertBroken("ascending", new EventCommitment(must, [sd[0], .. sd.Take(31)]), Whole.Disclosures);
        AssertBroken("both", new EventCommitment(must, [.. sd.Skip(1).Append(must[0]).Order(StringComparer.Ordinal)]), Whole.Disclosures);
        AssertBroken("power of two", new EventCommitment(must, [.. sd.Take(31)]), []);
        AssertBroken("power of two", new EventCommitment(must, [.. sd.Take(16)]), []);
        AssertBroken("power of two", new EventCommitment([], [.. Filled().Concat(sd).Order(StringComparer.Ordinal).Take(48)]), []);
    }

    private static void AssertBroken(string reason, EventCommitment commitment, IReadOnlyList<Disclosure> disclosures) =>
        Assert.Contains(reason, commitment.WhyNotOpenedBy(disclosures), StringComparison.Ordinal);

    private static void AssertBroken(string reason, params (string Pointer, string Value, Digest Seed)[] fields) =>
        Assert.Contains(reason, Why(fields), StringComparison.Ordinal);

    /// <summary>A commitment to exactly these fields, which no honest ledger would make.</summary>
    private static string? Why(params (string Pointer, string Value, Digest Seed)[] fields)
    {
        var disclosures = fields.Select(f => Disclosure.Make(f.Seed, f.Pointer, Encoding.UTF8.GetBytes(f.Value))).ToList();
        var must = disclosures.FindAll(d => EventFields.Must.Contains(d.Pointer));
        var commitment = new EventCommitment(
            [.. must.Select(d => d.Digest).Order(StringComparer.Ordinal)], Filled([.. disclosures.Except(must)]));
        return commitment.WhyNotOpenedBy(disclosures);
    }

    private static List<string> Filled(params Disclosure[] disclosures) =>
    [
        .. disclosures.Select(d => d.Digest)
            .Concat(Enumerable.Range(0, 32 - disclosures.Length).Select(n => Digest.Sha256([(byte)n]).ToBase64Url()))
            .Order(StringComparer.Ordinal),
    ];
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Core.Log;
using Provenance.Core.Merkle;
using Provenance.Core.Proofs;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Log;

public sealed class LogTests : IAsyncLifetime
{
    private TestLedger _ledger = null!;

    public async Task InitializeAsync() => _ledger = await TestLedger.StartAsync();

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    [Fact]
    public async Task An_empty_log_has_no_checkpoint() =>
        Assert.Equal(HttpStatusCode.NotFound, (await _ledger.Public.GetAsync("/api/log/checkpoint")).StatusCode);

    [Fact]
    public async Task Whoever_follows_the_log_finds_its_root_from_its_entries()
    {
        await Record(300);

        var checkpoint = await Get("/api/log/checkpoint");
        var entries = (await Get("/api/log/entries?from=0&to=5000")).GetProperty("entries").EnumerateArray().Select(ReadEntry).ToList();

        Assert.Equal((300ul, 300), (checkpoint.GetProperty("size").GetUInt64(), entries.Count));
        var root = MerkleTree.Root([.. entries.Select(e => e.LeafHash)]);
        Assert.Equal(root.ToString(), checkpoint.GetProperty("root").GetString());
        Assert.True(EthSignature.TryParse(checkpoint.GetProperty("signature").GetString(), out var signature));
        Assert.Equal(checkpoint.GetProperty("signer").GetString(), Secp256k1.Recover(LedgerTypedData.Checkpoint(TestLedger.LedgerId, 300, root), signature).ToString());
    }

    [Fact]
    public async Task Every_size_is_shown_to_begin_with_every_smaller_one()
    {
        await Record(270);
        var leaves = (await Get("/api/log/entries?from=0&to=270")).GetProperty("entries").EnumerateArray().Select(e => ReadEntry(e).LeafHash).ToList();

        foreach (var (from, to) in (IEnumerable<(int, int)>)[(1, 1), (1, 2), (3, 7), (255, 256), (256, 257), (100, 270), (256, 270), (269, 270), (270, 270)])
        {
            var path = (await Get($"/api/log/consistency?from={from}&to={to}")).GetProperty("path").EnumerateArray().Select(node => Digest.Parse(node.GetString())).ToList();
            Assert.True(MerkleProof.VerifyConsistency((ulong)from, (ulong)to, MerkleTree.Root(leaves[..from]), MerkleTree.Root(leaves[..to]), path), $"{from} to {to}");
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await _ledger.Public.GetAsync("/api/log/consistency?from=1&to=271")).StatusCode);
    }

    [Fact]
    public async Task A_proof_for_the_admin_opens_everything_and_holds()
    {
        await Record(300);

        var proof = await GetProof(_ledger.Admin, 257);

        Assert.Null(proof.Commitment.WhyNotOpenedBy(proof.Disclosures));
        Assert.Equal(proof.Entry.EventDigest, proof.Commitment.Digest);
        Assert.Equal(proof.Meta!.Hash, proof.Entry.Meta);
        Assert.True(MerkleProof.VerifyInclusion(257, 300, proof.Entry.LeafHash, proof.Inclusion, proof.Checkpoint.Root));
        Assert.Contains(proof.Disclosures, d => d.Pointer == "/eventID");
    }

    [Fact]
    public async Task A_proof_for_the_public_shows_lot_and_steps_and_neither_author_nor_partner_nor_quantity()
    {
        await Record("""
            "readPoint":{"id":"https://id.gs1.org/414/9506000134352"},"quantityList":[{"epcClass":"https://id.gs1.org/01/09506000134352/10/L1","quantity":5,"uom":"KGM"}],"bizTransactionList":[{"type":"po","bizTransaction":"urn:x:po:1"}],"destinationList":[{"type":"possessing_party","destination":"https://id.gs1.org/417/9506000134352"}],"ilmd":{"cbvmda:bestBeforeDate":"2027-01-01","cbvmda:secret":"recipe"},"prov:city":"Graz","prov:place":"Mill lane 4"
            """);

        var answer = await _ledger.Public.GetAsync("/api/log/0/proof");
        var proof = ProofJson.Parse(await answer.Content.ReadAsByteArrayAsync());

        Assert.Null(proof.Commitment.WhyNotOpenedBy(proof.Disclosures));
        Assert.Null(proof.Meta);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal(
            ["/@context", "/type", "/action", "/bizStep", "/eventTime", "/eventTimeZoneOffset", "/epcList/0", "/quantityList/0/epcClass", "/ilmd/cbvmda:bestBeforeDate", "/prov:city"],
            proof.Disclosures.Select(d => d.Pointer));
    }

    [Fact]
    public async Task A_party_that_the_event_names_by_an_approved_gln_sees_it_whole()
    {
        await Record("""
            "destinationList":[{"type":"possessing_party","destination":"https://id.gs1.org/417/9506000134352"}]
            """);
        var named = _ledger.Client(await MakeKey("named", "9506000134352"));
        var other = _ledger.Client(await MakeKey("other", null));

        Assert.NotNull((await GetProof(named, 0)).Meta);
        Assert.Null((await GetProof(other, 0)).Meta);
        Assert.DoesNotContain((await GetProof(other, 0)).Disclosures, d => d.Pointer.StartsWith("/destinationList", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_party_that_chose_so_is_named_as_author()
    {
        await Record(1);

        await _ledger.Admin.PatchAsJsonAsync("/api/parties/operator", new { named = true });

        Assert.Equal(1ul, (await GetProof(_ledger.Public, 0)).Meta!.Seq);
    }

    [Fact]
    public async Task A_signed_submission_is_proven_with_its_path()
    {
        await Record(3);
        var (author, keys) = (Services.GetRequiredService<PartyStore>().Get(Party.OperatorRow), Services.GetRequiredService<IndexKeys>());
        var events = Enumerable.Range(0, 5).Select(i => Prepare(keys, author, TestEvents.Json($"urn:uuid:s{i}", $"signed {i}"))).ToList();
        var root = MerkleTree.Root([.. events.Select(e => Submission.Leaf(e.EventDigest))]);
        using var key = LocalKey.Create();
        var signature = key.Sign(LedgerTypedData.Submission(TestLedger.LedgerId, author.Id, 4, 5, root));
        Assert.IsType<RecordOutcome.Recorded>(await Services.GetRequiredService<LedgerWriter>().RecordAsync(
            new RecordRequest(author, events) { Submission = new Submission(author.Id, 4, 5, root, signature, key.Address) }));

        for (var i = 0; i < 5; i++)
        {
            var proof = await GetProof(_ledger.Admin, 3 + i);
            Assert.Equal(proof.Meta!.Submission, proof.Submission!.Record.Hash);
            Assert.True(MerkleProof.VerifyInclusion((ulong)i, 5, Submission.Leaf(proof.Entry.EventDigest), proof.Submission.Path, root));
        }
        Assert.Null((await GetProof(_ledger.Public, 3)).Submission);
        _ledger.Check();
    }

    [Theory]
    [InlineData("/api/log/0")]
    [InlineData("/api/log/0/proof")]
    public async Task An_entry_that_is_not_there_is_not_found(string path) => Assert.Equal(HttpStatusCode.NotFound, (await _ledger.Public.GetAsync(path)).StatusCode);

    private IServiceProvider Services => _ledger.Services;

    private Task Record(int count) => Record([.. Enumerable.Range(0, count).Select(i => TestEvents.Json($"urn:uuid:{i}", $"note {i}"))]);

    private Task Record(string more) => Record([TestEvents.Json("urn:uuid:1", "note", more.Trim())]);

    private async Task Record(string[] events)
    {
        var (author, keys) = (Services.GetRequiredService<PartyStore>().Get(Party.OperatorRow), Services.GetRequiredService<IndexKeys>());
        Assert.IsType<RecordOutcome.Recorded>(await Services.GetRequiredService<LedgerWriter>().RecordAsync(
            new RecordRequest(author, [.. events.Select(json => Prepare(keys, author, json))])));
    }

    private static PreparedEvent Prepare(IndexKeys keys, Party author, string json) => TestEvents.Prepare(keys, author, JsonElement.Parse(json), isNamed: true);

    private async Task<string> MakeKey(string slug, string? gln)
    {
        await _ledger.Admin.PostAsJsonAsync("/api/parties", gln is null ? (object)new { name = slug, slug, country = "AT" } : new { name = slug, slug, country = "AT", gln });
        var answer = await _ledger.Admin.PostAsJsonAsync($"/api/parties/{slug}/keys", new { role = "supplier" });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    private async Task<JsonElement> Get(string path) => await _ledger.Public.GetFromJsonAsync<JsonElement>(path);

    private static async Task<Proof> GetProof(HttpClient client, long index) => ProofJson.Parse(await client.GetByteArrayAsync($"/api/log/{index}/proof"));

    private static Entry ReadEntry(JsonElement answer)
    {
        var body = answer.GetProperty("entry");
        return new Entry(Digest.Parse(body.GetProperty("eventDigest").GetString()), Digest.Parse(body.GetProperty("meta").GetString()));
    }
}

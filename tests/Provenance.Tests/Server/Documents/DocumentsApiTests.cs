using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Server.Documents;

public sealed class DocumentsApiTests(BatchWorld world) : IClassFixture<BatchWorld>
{
    [Fact]
    public async Task A_photo_is_kept_without_metadata_and_its_hash_is_that_of_what_a_reader_gets()
    {
        var sent = Photos.JpegOfAPhone(Photos.Jpeg, 6);

        var (status, kept) = await SendAsync(world.Imker, sent, "application/x-www-form-urlencoded"); // as curl says it

        Assert.Equal((201, "image/jpeg"), (status, (string)kept["type"]!));
        var got = await world.Imker.GetAsync(new Uri((string)kept["url"]!));
        var bytes = await got.Content.ReadAsByteArrayAsync();
        Assert.Equal((string)kept["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal((long)kept["size"]!, bytes.Length);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Photos.Secret)));
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:", got.Headers.GetValues("Repr-Digest").Single());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(world.Ledger.Folder, "documents", ((string)kept["sha256"]!)[..2], (string)kept["sha256"]!)));
    }

    [Fact]
    public async Task The_same_bytes_again_are_the_same_document()
    {
        var (first, kept) = await SendAsync(world.Imker, Photos.PngOfAProgram(1));

        var (second, again) = await SendAsync(world.Imker, Photos.PngOfAProgram(1));
        var (third, stripped) = await SendAsync(world.Imker, Photos.Png);
        var (other, elsewhere) = await SendAsync(world.Bakery, Photos.Png);

        Assert.Equal((201, 200, 200, 201), (first, second, third, other));
        Assert.All([again, stripped, elsewhere], one => Assert.Equal(kept.ToJsonString(), one.ToJsonString()));
    }

    [Fact]
    public async Task A_form_may_bring_the_file()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("ignored"), "note" },
            { new ByteArrayContent(Photos.WebpOfAPhone(1)), "file", "invoice.pdf" },
        };

        var answer = await world.Imker.PostAsync("/api/documents", form);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("image/webp", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["type"]!);
    }

    [Fact]
    public async Task A_form_without_a_file_with_two_or_cut_off_is_refused()
    {
        using var none = new MultipartFormDataContent { { new StringContent("x"), "note" } };
        using var two = new MultipartFormDataContent { { new ByteArrayContent(Pdf("1")), "file", "a" }, { new ByteArrayContent(Pdf("2")), "file", "b" } };
        using var cut = new ByteArrayContent("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n%PDF-1.4"u8.ToArray());
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        foreach (var (body, field) in new (HttpContent, string)[] { (none, "file"), (two, "file"), (cut, "body") })
        {
            var answer = await world.Imker.PostAsync("/api/documents", body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal(field, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["field"]!);
        }
    }

    [Fact]
    public async Task What_is_no_document_is_415_and_what_is_too_large_413()
    {
        var (status, problem) = await SendAsync(world.Imker, "<svg onload='alert(1)'/>"u8.ToArray(), "image/png");
        Assert.Equal((415, "body", "<svg onload='alert(1)'/>"), (status, (string)problem["field"]!, (string)problem["value"]!));

        (status, problem) = await SendAsync(world.Imker, new byte[(20 << 20) + 1]);
        Assert.Equal((413, "body", "20971521"), (status, (string)problem["field"]!, (string)problem["value"]!));

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/documents") { Content = new ByteArrayContent(new byte[(20 << 20) + 1]) };
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Equal(413, (int)(await world.Imker.SendAsync(chunked)).StatusCode);

        (status, problem) = await SendAsync(world.Imker, []);
        Assert.Equal((400, "body"), (status, (string)problem["field"]!));
        Assert.Empty(Directory.GetFiles(Path.Combine(world.Ledger.Folder, "documents")));
    }

    [Fact]
    public async Task A_party_keeps_no_more_than_the_operator_allows()
    {
        await using var ledger = await TestLedger.StartAsync("--Ledger:PartyDocumentsMebibytes=1");
        Assert.Equal(201, (await SendAsync(ledger.Admin, Pdf(new string('a', 700_000)))).Status);

        var (status, problem) = await SendAsync(ledger.Admin, Pdf(new string('b', 700_000)));

        Assert.Equal(413, status);
        Assert.Contains("Ledger__PartyDocumentsMebibytes", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(201, (await SendAsync(ledger.Admin, Pdf("small"))).Status);
    }

    [Fact]
    public async Task Only_who_sent_it_and_who_sees_everything_has_a_document_that_no_event_carries()
    {
        var (_, kept) = await SendAsync(world.Imker, Pdf("for nobody"));

        Assert.Equal((200, 200, 404, 404), await StatusesAsync(kept));
    }

    [Fact]
    public async Task A_business_document_opens_with_the_event_to_the_partner_and_to_nobody_else()
    {
        var (_, kept) = await SendAsync(world.Imker, Pdf("delivery note"));
        await world.MakeAsync("DOC-1");
        var shipped = await BatchWorld.AskAsync(world.Imker, "/api/batches/events", $$"""
            {"step":"ship","at":"2026-11-21T10:00:00+01:00","item":"{{BatchWorld.Lot("DOC-1")}}","quantity":10,"uom":"kg","to":{"party":"bakery"},
             "documents":[{"type":"desadv","number":"LS-1","sha256":"{{kept["sha256"]}}"}]}
            """);

        Assert.Equal((200, 200, 200, 404), await StatusesAsync(kept));
        var carried = world.Stored(shipped["index"]!)["prov:documents"]![0]!;
        Assert.Equal(((string)kept["url"]!, (string)kept["sha256"]!), ((string)carried["url"]!, (string)carried["sha256"]!));
    }

    [Fact]
    public async Task A_certificate_and_a_photo_of_the_product_are_for_everybody()
    {
        var (_, certificate) = await SendAsync(world.Imker, Pdf("organic"));
        var (_, photo) = await SendAsync(world.Imker, Photos.WebpOfAPhone(6));

        var made = await BatchWorld.AskAsync(world.Imker, "/api/batches", $$"""
            {"product":{"gtin":"{{BatchWorld.Gtin}}","image":"{{photo["url"]}}"},"lot":"DOC-2","quantity":5,"uom":"kg","at":"2026-11-20T08:00:00+01:00","origin":{"country":"AT"},
             "certificates":[{"name":"Organic","number":"C-1","issuer":"Control","covers":"lot","url":"{{certificate["url"]}}"}]}
            """);

        Assert.Equal((200, 200, 200, 200), await StatusesAsync(certificate));
        Assert.Equal((200, 200, 200, 200), await StatusesAsync(photo));
        var stored = world.Stored(made["index"]!);
        Assert.Equal((string)photo["sha256"]!, (string)stored["ilmd"]!["gs1:image"]!["prov:sha256"]!);
        Assert.Equal((string)certificate["sha256"]!, (string)stored["gs1:certification"]![0]!["prov:sha256"]!);
        Assert.Contains($"/api/documents/{photo["sha256"]}", await world.Ledger.Public.GetStringAsync(new Uri((string)made["page"]!)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_learned_a_hash_cannot_open_what_is_behind_it_by_recording_it()
    {
        var (_, kept) = await SendAsync(world.Imker, Pdf("a secret recipe"));

        await BatchWorld.AskAsync(world.Stranger, "/api/batches", $$"""
            {"product":{"sku":"X","name":"X"},"lot":"1","quantity":5,"at":"2026-11-20T08:00:00+01:00","origin":{"country":"FR"},
             "certificates":[{"name":"Mine","number":"C-2","issuer":"Me","covers":"lot","sha256":"{{kept["sha256"]}}"}]}
            """);

        Assert.Equal((200, 200, 404, 404), await StatusesAsync(kept));
        Assert.Equal(404, (int)(await world.Stranger.GetAsync(new Uri((string)kept["url"]!))).StatusCode);
        var (status, problem) = await BatchWorld.TryAsync(world.Stranger, "/api/batches", $$"""
            {"product":{"sku":"X","name":"X","image":"{{kept["url"]}}"},"lot":"2","quantity":5,"at":"2026-11-20T08:00:00+01:00","origin":{"country":"FR"} }
            """);
        Assert.Equal((400, "product.image"), (status, (string)problem["field"]!));
    }

    [Fact]
    public async Task An_address_here_and_another_hash_beside_it_are_refused()
    {
        var (_, kept) = await SendAsync(world.Imker, Pdf("one"));
        const string document = """{"item":"{0}","step":"ship","at":"2026-11-21T10:00:00+01:00","quantity":1,"uom":"kg","to":{"party":"bakery"},"documents":[{"type":"inv","number":"1","url":"{1}","sha256":"{2}"}]}""";
        await world.MakeAsync("DOC-3");

        var (status, problem) = await BatchWorld.TryAsync(world.Imker, "/api/batches/events", document
            .Replace("{0}", BatchWorld.Lot("DOC-3"), StringComparison.Ordinal).Replace("{1}", (string)kept["url"]!, StringComparison.Ordinal).Replace("{2}", new string('0', 64), StringComparison.Ordinal));

        Assert.Equal((400, "documents[0].sha256"), (status, (string)problem["field"]!));
    }

    [Fact]
    public async Task A_document_comes_in_parts_and_can_run_nothing()
    {
        var (_, kept) = await SendAsync(world.Imker, Pdf("in parts"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri((string)kept["url"]!)) { Headers = { Range = new RangeHeaderValue(0, 7) } };

        var part = await world.Imker.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("%PDF-1.4", await part.Content.ReadAsStringAsync());
        Assert.Contains("sandbox", part.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", part.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("attachment", part.Content.Headers.ContentDisposition!.DispositionType);
        using var known = new HttpRequestMessage(HttpMethod.Get, new Uri((string)kept["url"]!)) { Headers = { IfNoneMatch = { new EntityTagHeaderValue($"\"{kept["sha256"]}\"") } } };
        Assert.Equal(HttpStatusCode.NotModified, (await world.Imker.SendAsync(known)).StatusCode);
    }

    [Fact]
    public async Task Nobody_sends_a_document_without_a_key()
    {
        Assert.Equal(401, (await SendAsync(world.Ledger.Public, Photos.Png)).Status);
    }

    /// <summary>For the sender, the admin, the bakery and the public.</summary>
    private async Task<(int Sender, int Admin, int Bakery, int Public)> StatusesAsync(JsonObject kept)
    {
        var url = new Uri((string)kept["url"]!);
        async Task<int> StatusAsync(HttpClient client) => (int)(await client.GetAsync(url)).StatusCode;
        return (await StatusAsync(world.Imker), await StatusAsync(world.Ledger.Admin), await StatusAsync(world.Bakery), await StatusAsync(world.Ledger.Public));
    }

    internal static byte[] Pdf(string text) => Encoding.ASCII.GetBytes($"%PDF-1.4\n% {text}\n%%EOF\n");

    internal static async Task<(int Status, JsonObject Body)> SendAsync(HttpClient client, byte[] file, string? type = null)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        using var answer = await client.PostAsync("/api/documents", content);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }
}

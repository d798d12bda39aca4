using Provenance.Cli;
using Provenance.Cli.Remote;
using Provenance.Core.Bundles;
using Provenance.Tests.Server.Batches;

namespace Provenance.Tests.Cli.Remote;

/// <summary><c>provenance export</c>: the whole file or none, and never the public's view by mistake.</summary>
public sealed class ExportTests(BatchWorld world) : IClassFixture<BatchWorld>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provenance-export-").FullName;

    private string FilePath => Path.Combine(_folder, "trail");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_the_server_refuses_leaves_the_file_that_was_there()
    {
        await File.WriteAllTextAsync(FilePath, "of yesterday");

        Assert.Equal(Exit.Usage, await AskAsync(world.Imker, "item=%7C&format=bundle"));
        Assert.Equal(Exit.Usage, await AskAsync(world.Imker, $"item={Uri.EscapeDataString(BatchWorld.Lot("EX-NEVER"))}&format=exe"));
        Assert.Equal(Exit.DoesNotHold, await AskAsync(world.Imker, $"item={Uri.EscapeDataString(BatchWorld.Lot("EX-NEVER"))}&format=bundle"));
        using (var wrong = world.Ledger.Client("no key of this ledger"))
        {
            Assert.Equal(Exit.Usage, await AskAsync(wrong, $"item={Uri.EscapeDataString(BatchWorld.Lot("EX-NEVER"))}&format=bundle"));
        }
        using (var nobody = ServerOptions.Open(new Uri("http://127.0.0.1:9/"), null))
        {
            Assert.Equal(Exit.CannotTell, await AskAsync(nobody, "item=x"));
        }
        await using (var torn = new AnsweringOnce("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nPK", times: 1, ""))
        using (var client = ServerOptions.Open(torn.Url, null))
        {
            Assert.Equal(Exit.CannotTell, await AskAsync(client, "item=x"));
        }
        await using (var moved = new AnsweringOnce("HTTP/1.1 308 Permanent Redirect\r\nLocation: https://ledger.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", times: 1, ""))
        using (var client = ServerOptions.Open(moved.Url, "key"))
        {
            Assert.Equal(Exit.Usage, await AskAsync(client, "item=x"));
        }

        Assert.Equal("of yesterday", await File.ReadAllTextAsync(FilePath));
        Assert.Single(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task A_bundle_is_the_one_that_the_server_gives_and_replaces_the_file_whole()
    {
        await world.MakeAsync("EX-1");
        await File.WriteAllTextAsync(FilePath, "of yesterday");

        Assert.Equal(Exit.Holds, await AskAsync(world.Imker, $"item={Uri.EscapeDataString(BatchWorld.Lot("EX-1"))}&format=bundle"));

        Assert.Single(BundleVerifier.Open(await File.ReadAllBytesAsync(FilePath)).Proofs);
        Assert.Single(Directory.EnumerateFiles(_folder));
    }

    private Task<int> AskAsync(HttpClient client, string query) => ExportCommand.RunAsync(client, "api/export?" + query, FilePath, default);
}

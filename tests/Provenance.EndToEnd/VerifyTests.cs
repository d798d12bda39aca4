using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Provenance.EndToEnd;

/// <summary>The demo's story, its bundle, and <c>provenance verify</c> with the server on and off.</summary>
public sealed class VerifyTests
{
    private const string Tell = "require('./deploy/demo/story.js').tell(process.argv[1], process.argv[2], () => {}).then((s) => console.log(JSON.stringify(s)))";

    [LedgerFact]
    public async Task A_bundle_holds_with_a_node_and_cannot_be_told_without_and_a_changed_one_does_not_hold()
    {
        await using var server = await RunningServer.StartAsync();
        var (exit, told) = await Programs.RunAsync("node", ["-e", Tell, server.Url.GetLeftPart(UriPartial.Authority), RunningServer.AdminKey]);
        Assert.True(exit == 0, told);
        var bundle = await server.Admin.GetByteArrayAsync((string)JsonNode.Parse(told)!["bundle"]!);
        var file = Path.Combine(Path.GetDirectoryName(server.Directory)!, "trail.provenance.zip");
        await File.WriteAllBytesAsync(file, bundle);
        var anchor = await server.AnchorAsync();
        var (rpc, contract) = ((string)anchor["rpc"]!, (string)anchor["contract"]!);

        await VerifiesAsync(2, file);
        await VerifiesAsync(0, file, "--rpc", rpc, "--contract", contract);
        await VerifiesAsync(1, file, "--rpc", rpc, "--contract", "0x00000000000000000000000000000000000000aa");
        await VerifiesAsync(64, file, "--rpc", rpc);
        await VerifiesAsync(64, file, "--rpc", "somewhere", "--contract", contract);
        await VerifiesAsync(64, file, "--rpc", rpc, "--contract", "0x12");
        await VerifiesAsync(64, file + ".missing");

        await server.KillAsync();
        await VerifiesAsync(2, file);
        await VerifiesAsync(2, file, "--rpc", rpc, "--contract", contract);

        var changed = Path.ChangeExtension(file, ".changed.zip");
        bundle[Find(bundle, "eventDigest"u8) + "eventDigest\":\"".Length] ^= 1;
        await File.WriteAllBytesAsync(changed, bundle);
        await VerifiesAsync(1, changed);
    }

    [LedgerFact]
    public async Task A_registration_is_final_on_the_embedded_chain_within_15_seconds()
    {
        await using var server = await RunningServer.StartAsync();
        await server.MustRegisterAsync("first");
        await server.AnchorAsync(); // so that the interval has to pass again
        var clock = Stopwatch.StartNew();
        var index = await server.MustRegisterAsync("second");

        while (JsonNode.Parse(await server.Admin.GetStringAsync($"/api/log/{index}/proof"))!["anchor"] is null)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"Not final after {clock.Elapsed}.\n{server.LastLines}");
            await Task.Delay(200);
        }
    }

    private static async Task VerifiesAsync(int expected, params string[] arguments)
    {
        var (exit, output) = await Programs.ProvenanceAsync(["verify", .. arguments]);
        Assert.True(exit == expected, $"verify {string.Join(' ', arguments)} exits {exit}, not {expected}:\n{output}");
    }

    private static int Find(byte[] bytes, ReadOnlySpan<byte> text)
    {
        var at = bytes.AsSpan().IndexOf(text);
        Assert.True(at >= 0, "The bundle's members are expected to be stored as they are.");
        return at;
    }
}

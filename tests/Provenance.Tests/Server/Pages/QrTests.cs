using System.Diagnostics;
using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Provenance.Tests.Server.Pages;

public sealed class QrTests
{
    private const string Query = "/qr?item=(01)09506000134352(10)HO-1";

    [NpmFact]
    public async Task A_phone_reads_the_items_digital_link_on_this_server_from_the_code()
    {
        foreach (var publicUrl in new[] { "http://127.0.0.1:5080", "https://trace.example" })
        {
            await using var host = await PageHost.StartAsync(_ => null, publicUrl);
            var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            await File.WriteAllBytesAsync(file, await host.Client.GetByteArrayAsync(Query + "&format=png"));

            Assert.Equal(publicUrl + "/01/09506000134352/10/HO-1", Decode(file));
            await File.WriteAllBytesAsync(file, await host.Client.GetByteArrayAsync("/qr?format=png&item=" + Uri.EscapeDataString("https://id.gs1.org/01/09506000134352/10/A%2FB%2B50%25?17=261231")));
            Assert.Equal(publicUrl + "/01/09506000134352/10/A%2FB%2B50%25", Decode(file));
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_code_that_a_strangers_phone_can_not_open_is_marked_as_a_trial()
    {
        await using var trial = await PageHost.StartAsync(_ => null, "http://127.0.0.1:5080");
        await using var real = await PageHost.StartAsync(_ => null, "https://trace.example");

        var (width, height) = Size(await trial.Client.GetStringAsync(Query));
        Assert.True(height > width, "TRIAL stands under the code");
        (width, height) = Size(await real.Client.GetStringAsync(Query));
        Assert.Equal(width, height);
    }

    [Theory]
    [InlineData("/qr")]
    [InlineData("/qr?item=urn:uuid:0d8c8d6e-6f0a-4f6c-9d6a-0f6a2b7c1d3e")]
    [InlineData("/qr?item=(01)09506000134353")]
    [InlineData(Query + "&format=gif")]
    public async Task What_has_no_code_is_refused(string path)
    {
        await using var host = await PageHost.StartAsync(_ => null);

        Assert.Equal(HttpStatusCode.BadRequest, (await host.Client.GetAsync(path)).StatusCode);
    }

    private static (int Width, int Height) Size(string svg)
    {
        var box = XDocument.Parse(svg).Root!.Attribute("viewBox")!.Value.Split(' ').Select(int.Parse).ToArray();
        return (box[2], box[3]);
    }

    private static string Decode(string file)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine("tests", "js", "decode-qr.mjs"), file])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var text = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return text;
    }
}

using System.Diagnostics;
using System.Text;

namespace Provenance.Tests.Server.Epcis;

/// <summary>Ajv, which is not ours, over one of the scripts in <c>tests/js</c>.</summary>
static class JsonValidator
{
    /// <summary>What the script found wrong; empty where nothing.</summary>
    /// <param name="lines">One JSON object each, as the script wants them.</param>
    public static async Task<string> RunAsync(string script, IEnumerable<string> lines)
    {
        using var node = Process.Start(new ProcessStartInfo("node", Repository.PathOf("tests/js/" + script))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        var (found, failed) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        foreach (var line in lines)
        {
            await node.StandardInput.WriteLineAsync(line);
        }
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await failed);
        return await found;
    }
}

/// <summary>Needs GS1's schemas and npm's ajv.</summary>
sealed class AjvFactAttribute : FactAttribute
{
    public AjvFactAttribute() => Skip = Conformance.SkipReason ?? new NpmFactAttribute().Skip;
}

using Provenance.Chain.Embedded;

namespace Provenance.Tests.Chain;

/// <summary>A process that holds an embedded chain until it is killed: <c>dotnet Provenance.Tests.dll DIRECTORY</c> prints the chain's
/// URL.</summary>
internal static class ChainHolder
{
    public static async Task Main(string[] arguments)
    {
        // Test runners start this assembly without arguments on some platforms, and expect it to end.
        if (arguments.Length == 1)
        {
            var chain = await EmbeddedChain.StartAsync(arguments[0], [], Anvil.Program);
            Console.WriteLine(chain.Url);
            await chain.Exited;
        }
    }
}

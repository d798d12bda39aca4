using Provenance.Chain.Ethereum;

namespace Provenance.Server.Storage;

/// <summary>The key that signs checkpoints: the contract's key of party <c>ledgerId</c>. In <c>ledger.key</c> in the data directory, mode 600, made at the first start.</summary>
internal sealed class LedgerSigner(Database database) : IDisposable
{
    public LocalKey Key { get; } = ReadOrMake(Path.Combine(database.Directory, "ledger.key"));

    public void Dispose() => Key.Dispose();

    private static LocalKey ReadOrMake(string file)
    {
        if (File.Exists(file))
        {
            return LocalKey.Parse(File.ReadAllText(file).Trim());
        }
        var key = LocalKey.Create();
        DurableFile.Write(file, Convert.ToHexStringLower(key.Export()) + "\n");
        return key;
    }
}

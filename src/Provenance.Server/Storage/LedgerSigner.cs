using Provenance.Chain.Ethereum;
using Provenance.Chain.Keys;

namespace Provenance.Server.Storage;

/// <summary>The key that signs checkpoints: the contract's key of party <c>ledgerId</c>. In <c>ledger.key</c> in the data directory, made at the first start.</summary>
internal sealed class LedgerSigner(Database database, LedgerOptions options) : IDisposable
{
    public LocalKey Key { get; } = KeyFile.ReadOrMake(Path.Combine(database.Directory, "ledger.key"), options.KeyPassphraseFile);

    public void Dispose() => Key.Dispose();
}

using Provenance.Chain.Ethereum;
using Provenance.Chain.Keys;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>The accounts that send transactions, in files of mode 600 in the data directory, made when first needed.</summary>
internal sealed class ChainKeys(Database database, LedgerOptions options) : IDisposable
{
    private readonly Lazy<LocalKey> _writer = new(() => KeyFile.ReadOrMake(Path.Combine(database.Directory, "chain.key"), options.KeyPassphraseFile));
    private readonly Lazy<LocalKey> _admin = new(() => KeyFile.ReadOrMake(Path.Combine(database.Directory, "trial-admin.key"), options.KeyPassphraseFile));

    /// <summary>Holds ANCHORER and REGISTRAR: the key of everyday writing.</summary>
    public LocalKey Writer => _writer.Value;

    /// <summary>Admin of contracts on the embedded chain. Elsewhere the admin's key is never here (design §4).</summary>
    public LocalKey TrialAdmin => _admin.Value;

    public void Dispose()
    {
        foreach (var key in new[] { _writer, _admin }.Where(k => k.IsValueCreated))
        {
            key.Value.Dispose();
        }
    }
}

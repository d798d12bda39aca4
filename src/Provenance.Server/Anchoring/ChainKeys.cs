using Provenance.Chain.Ethereum;
using Provenance.Chain.Keys;
using Provenance.Chain.Rpc;
using Provenance.Core.Ethereum;
using Provenance.Server.Storage;

namespace Provenance.Server.Anchoring;

/// <summary>The accounts that send transactions: keys in files of mode 600 in the data directory, made when first needed; or, of everyday writing, one whose key a signer elsewhere keeps.</summary>
internal sealed class ChainKeys(Database database, LedgerOptions options) : IDisposable
{
    private readonly Lazy<IAccount> _writer = new(() => options.Chain.SignerUrl is { } url
        ? new SignerEndpoint(new Uri(url), Address.Parse(options.Chain.SignerAccount!.ToLowerInvariant()))
        : KeyFile.ReadOrMake(Path.Combine(database.Directory, "chain.key"), options.KeyPassphraseFile));
    private readonly Lazy<LocalKey> _admin = new(() => KeyFile.ReadOrMake(Path.Combine(database.Directory, "trial-admin.key"), options.KeyPassphraseFile));

    /// <summary>Holds ANCHORER and REGISTRAR: the account of everyday writing.</summary>
    public IAccount Writer => _writer.Value;

    /// <summary>Admin of contracts on the embedded chain. Elsewhere the admin's key is never here (design §4).</summary>
    public LocalKey TrialAdmin => _admin.Value;

    public void Dispose()
    {
        if (_writer.IsValueCreated)
        {
            Writer.Dispose();
        }
        if (_admin.IsValueCreated)
        {
            TrialAdmin.Dispose();
        }
    }
}

using System.CommandLine;
using System.Numerics;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Keys;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary>What every command of the contract's admin is told.</summary>
internal sealed class AdminOptions
{
    public Option<DirectoryInfo> Data { get; } = new("--data") { HelpName = "DIR", Description = "The ledger's data directory", DefaultValueFactory = _ => new DirectoryInfo("data") };

    public Option<string[]> Rpc { get; } = new("--rpc") { HelpName = "URL", Description = "JSON-RPC endpoint of the chain; more than one are tried in order", Required = true, AllowMultipleArgumentsPerToken = true };

    public Option<FileInfo> AdminKey { get; } = new("--admin-key") { HelpName = "FILE", Description = "The admin's private key: 64 hex digits in a file. It pays, and is not kept anywhere", Required = true };

    public Option<string?> Passphrase { get; } = new("--passphrase-file") { HelpName = "FILE", Description = "As Ledger__KeyPassphraseFile: seals the keys in the data directory" };

    public Option<FeeMode> Fees { get; } = new("--fees") { Description = "How the chain charges", DefaultValueFactory = _ => FeeMode.Eip1559 };

    public Option<decimal?> CeilingGwei { get; } = new("--ceiling-gwei") { Description = "Most that a unit of gas may cost" };

    public Option<decimal> TipGwei { get; } = new("--minimum-tip-gwei") { Description = "Least tip (Polygon: 30)" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Data, Rpc, AdminKey, Passphrase, Fees, CeilingGwei, TipGwei])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Opens the chain and the admin's key.</summary>
    public async Task<AdminSession> OpenAsync(ParseResult parsed, CancellationToken cancel)
    {
        var urls = parsed.GetValue(Rpc)!;
        if (urls.FirstOrDefault(url => !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) is { } wrong)
        {
            throw new UsageException($"--rpc is '{wrong}'; take absolute http or https URLs.");
        }
        var file = parsed.GetValue(AdminKey)!;
        LocalKey admin;
        try
        {
            admin = LocalKey.Parse(file.Exists ? (await File.ReadAllTextAsync(file.FullName, cancel)).Trim().Split(' ')[0] : throw new UsageException($"--admin-key: there is no '{file}'."));
        }
        catch (FormatException e)
        {
            throw new UsageException($"--admin-key: {file} holds no private key: {e.Message}");
        }
        var chain = RpcChain.Open([.. urls.Select(url => new Uri(url))]);
        try
        {
            var policy = new FeePolicy(parsed.GetValue(Fees), Wei(parsed.GetValue(TipGwei)), parsed.GetValue(CeilingGwei) is { } ceiling ? Wei(ceiling) : null);
            return new AdminSession(chain, await chain.GetChainIdAsync(cancel), admin, policy, parsed.GetValue(Data)!.FullName, parsed.GetValue(Passphrase));
        }
        catch
        {
            chain.Dispose();
            admin.Dispose();
            throw;
        }
    }

    private static UInt128 Wei(decimal gwei) => (UInt128)(BigInteger)(gwei * 1_000_000_000);
}

/// <summary>The chain, and the key that pays.</summary>
internal sealed record AdminSession(IChain Chain, ulong ChainId, LocalKey Admin, FeePolicy Fees, string Data, string? PassphraseFile) : IDisposable
{
    public AdminSteps Steps(string name) => new(Chain, ChainId, Admin, Fees, Path.Combine(Data, name));

    /// <summary>A key of the data directory, made where it is not there.</summary>
    public LocalKey Key(string name) => KeyFile.ReadOrMake(Path.Combine(Data, name), PassphraseFile);

    public void Dispose()
    {
        Chain.Dispose();
        Admin.Dispose();
    }
}

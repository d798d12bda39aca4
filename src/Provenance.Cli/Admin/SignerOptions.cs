using System.CommandLine;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary>The signer that keeps the key of the account which anchors, where that key is not to lie in the data directory.</summary>
internal sealed class SignerOptions
{
    public Option<string?> Url { get; } = new("--signer") { HelpName = "URL", Description = "As Ledger__Chain__SignerUrl: keeps the key of the account that anchors (Web3Signer, Clef), instead of chain.key" };

    public Option<string?> Account { get; } = new("--signer-account") { HelpName = "ADDRESS", Description = "As Ledger__Chain__SignerAccount: the account that it signs for" };

    public void AddTo(Command command)
    {
        command.Options.Add(Url);
        command.Options.Add(Account);
    }

    /// <summary>The account, once the signer said that it has it; null where no signer is named. Sends nothing to the chain.</summary>
    /// <exception cref="UsageException">One without the other, a wrong value, or a signer that does not answer or has no such account.</exception>
    public async Task<Address?> FindAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (url, text) = (parsed.GetValue(Url), parsed.GetValue(Account));
        if (url is null && text is null)
        {
            return null;
        }
        if (url is null || text is null)
        {
            throw new UsageException($"--signer and --signer-account go together; {(url is null ? Url.Name : Account.Name)} is missing.");
        }
        if (!Address.TryParse(text.ToLowerInvariant(), out var account))
        {
            throw new UsageException($"--signer-account is '{text}'; take 0x and 40 hex digits.");
        }
        var (host, accounts) = await ListAsync(url, cancel);
        return accounts.Contains(account)
            ? account
            : throw new UsageException($"Signer {host} has no account {account}; it has {(accounts.Count == 0 ? "none" : string.Join(", ", accounts))}.");
    }

    /// <summary>The accounts of a signer.</summary>
    public static async Task<(string Host, IReadOnlyList<Address> Accounts)> ListAsync(string url, CancellationToken cancel)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new UsageException("--signer is no absolute http or https URL; take one such as http://127.0.0.1:9000.");
        }
        using var signer = new SignerEndpoint(uri, Address.Zero);
        try
        {
            return (signer.Host, await signer.ListAsync(cancel));
        }
        catch (SignerException e)
        {
            throw new UsageException(e.Message);
        }
    }
}

using Microsoft.Extensions.Options;
using Provenance.Core.Gs1;
using Provenance.Server.Anchoring;

namespace Provenance.Server;

/// <summary>Every setting of the server, below <c>Ledger</c> (environment: <c>Ledger__Name</c>). Read once, at start; an unknown or wrong one stops the server.</summary>
public sealed class LedgerOptions
{
    /// <summary>Folder of the database, documents, the ledger's key and the embedded chain. Default <c>data</c> below the working directory. Made with mode 700. One server at a time.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>The admin's API key, at least 16 characters. Default: made at the first start and printed once. A changed one replaces the one set before.</summary>
    public string? AdminKey { get; init; }

    /// <summary>How the operator's own party is called on pages. Default <c>The operator</c>. Taken up at every start; nothing recorded changes.</summary>
    public string OperatorName { get; init; } = "The operator";

    /// <summary>The operator's part of item URIs. Default <c>operator</c>. Taken at the first start only: item URIs must last.</summary>
    public string OperatorSlug { get; init; } = "operator";

    /// <summary>The operator's country, ISO 3166-1 alpha-2. Default <c>ZZ</c>, which says that none was given. Taken up at every start.</summary>
    public string OperatorCountry { get; init; } = NoCountry;

    /// <summary>Stands where no country was given (a code that ISO 3166-1 leaves to its users). It never goes into an event.</summary>
    internal const string NoCountry = "ZZ";

    /// <summary>Absolute http(s) URL under which others reach this server, without path. Default: the listening address. It goes into item URIs and QR codes, so it must last; until it is https and not loopback, labels say TRIAL.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>URLs this server had before: items named under them are still ours. Default none.</summary>
    public IList<string> FormerUrls { get; init; } = [];

    /// <summary>Largest request body, in mebibytes (1 to 1024). Default 32. A larger one is answered 413.</summary>
    public int MaxBodyMebibytes { get; init; } = 32;

    /// <summary>All documents and photos that one party may keep, in mebibytes (1 to 1048576). Default 1024. Beyond it uploads of that party are answered 413.</summary>
    public int PartyDocumentsMebibytes { get; init; } = 1024;

    /// <summary>
    /// A file outside <see cref="DataDirectory"/> that names the newest state (ledgerId, size, root), synced before each answer. Default none.
    /// With it a restart can write while the chain is away; a restored older copy of the data is noticed.
    /// </summary>
    public string? LineageFile { get; init; }

    /// <summary>
    /// A file with the passphrase under which private keys in <see cref="DataDirectory"/> are sealed, at least 16 characters. Default none: they lie in plain, for the owner alone.
    /// Keys in plain are sealed at the first start with it; from then on the server does not start without it.
    /// </summary>
    public string? KeyPassphraseFile { get; init; }

    /// <summary>The chain that anchors the log.</summary>
    public ChainOptions Chain { get; init; } = new();

    /// <summary>When the log is anchored.</summary>
    public AnchoringOptions Anchoring { get; init; } = new();

    /// <summary>Where subscriptions may send events.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>How much one sender may ask.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary><see cref="DataDirectory"/> as an absolute path.</summary>
    internal string DataPath => Path.GetFullPath(DataDirectory);
}

/// <summary>Settings below <c>Ledger:Chain</c>.</summary>
public sealed class ChainOptions
{
    /// <summary>JSON-RPC endpoints of one chain, tried in order. Default none: the server runs an embedded chain of its own, for trial.</summary>
    public IList<string> RpcUrls { get; init; } = [];

    /// <summary>Address of the ledger's contract there: <c>0x</c> and 40 hex digits. Needed with <see cref="RpcUrls"/>; the embedded chain deploys its own.</summary>
    public string? Contract { get; init; }

    /// <summary>
    /// URL of a signer that keeps the key of the account which writes to the chain, http or https, asked by JSON-RPC (<c>eth_signTransaction</c>: Web3Signer, Clef). A user and password in it go along as
    /// Basic authentication. Default none: the key lies in <see cref="LedgerOptions.DataDirectory"/>. Only with <see cref="RpcUrls"/>. While it is away recording goes on and anchors wait.
    /// </summary>
    public string? SignerUrl { get; init; }

    /// <summary>The account that the signer signs for: <c>0x</c> and 40 hex digits. Needed with <see cref="SignerUrl"/>; it pays, and the contract's admin has to give it the roles.</summary>
    public string? SignerAccount { get; init; }

    /// <summary>Path of Anvil, the embedded chain's program. Default: the one that <c>npm install</c> brought.</summary>
    public string? Anvil { get; init; }

    /// <summary>The kind of chain, which sets the defaults of what follows: <c>ethereum</c>, <c>gnosis</c>, <c>base</c>, <c>arbitrum</c>, <c>polygon</c> or <c>besu-qbft</c>. Default <c>ethereum</c>. The embedded chain needs none.</summary>
    public string? Profile { get; init; }

    /// <summary>When a block counts as final: <c>instant</c>, <c>finalized</c> or a number of confirmations. Default <c>finalized</c>, with <c>besu-qbft</c> <c>instant</c>; always <c>instant</c> on the embedded chain. Too low, and a proof can be taken back by a reorganisation.</summary>
    public string? Finality { get; init; }

    /// <summary>How the chain charges: <c>eip1559</c>, <c>legacy</c> or <c>zero</c>. Default <c>eip1559</c>, with <c>besu-qbft</c> <c>zero</c>.</summary>
    public string? Fees { get; init; }

    /// <summary>Least tip, in gwei a unit of gas. Default 0, with <c>polygon</c> 30. Too low, and no block takes the transaction.</summary>
    public decimal? MinimumTipGwei { get; init; }

    /// <summary>Most that a unit of gas may cost, in gwei. Default none. Above it anchoring waits, and entries stay unproven longer.</summary>
    public decimal? CeilingGwei { get; init; }

    /// <summary>By how much a replacement pays more, in percent (10 to 100). Default 12. Nodes refuse less than 10.</summary>
    public int? BumpPercent { get; init; }

    /// <summary>Seconds that a transaction may stay unmined before it is replaced by one that pays more (5 to 86400). Default 60, with <c>ethereum</c> 180.</summary>
    public int? BumpAfterSeconds { get; init; }

    /// <summary>Seconds that a node's newest block may be old before another URL is asked; 0 for chains that make blocks only when there is something in them. Default by profile, 60 to 300.</summary>
    public int? MostHeadAgeSeconds { get; init; }
}

/// <summary>Settings below <c>Ledger:Anchoring</c>.</summary>
public sealed class AnchoringOptions
{
    /// <summary>Seconds between anchors while there is something new (1 to 604800). Default 10 on the embedded chain, 600 elsewhere. Shorter costs more gas; longer leaves entries unproven for longer.</summary>
    public int? IntervalSeconds { get; init; }
}

/// <summary>Settings below <c>Ledger:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Whether webhooks may go to loopback, link-local and private addresses. Default <c>false</c>. With <c>true</c> whoever holds a key can make this server call into its own network.</summary>
    public bool AllowPrivateTargets { get; init; }
}

/// <summary>Settings below <c>Ledger:Limits</c>. More is answered 429 with <c>Retry-After</c>. The files of pages are not counted.</summary>
public sealed class LimitsOptions
{
    /// <summary>Requests a minute with one key (0 to 10000000; 0 for no limit). Default 0: keys belong to firms you know, and a full writing queue answers 429 by itself.</summary>
    public int PerKeyPerMinute { get; init; }

    /// <summary>Requests a minute without a key from one IPv4 address or IPv6 /64 (0 to 10000000; 0 for no limit). Default 3000: many readers share an address. This machine itself is not limited.</summary>
    public int PerAddressPerMinute { get; init; } = 3000;

    /// <summary>IP addresses of reverse proxies whose <c>X-Forwarded-For</c> says who asks, and <c>X-Forwarded-Proto</c> whether by https. Default none but this machine. Without it everybody behind a proxy on another machine shares one limit.</summary>
    public IList<string> Proxies { get; init; } = [];
}

/// <summary>Refuses settings that could only fail later, each by its name and value.</summary>
internal sealed class LedgerOptionsValidation : IValidateOptions<LedgerOptions>
{
    public ValidateOptionsResult Validate(string? name, LedgerOptions options)
    {
        var wrong = Wrong(options).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Wrong(LedgerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            yield return "Ledger__DataDirectory is empty; name a folder, or leave it out for 'data'.";
        }
        if (options.AdminKey is { Length: < 16 })
        {
            yield return "Ledger__AdminKey has fewer than 16 characters; take a longer one, or leave it out and one is made.";
        }
        if (string.IsNullOrWhiteSpace(options.OperatorName))
        {
            yield return "Ledger__OperatorName is empty; name the operator, or leave it out.";
        }
        if (OwnId.SlugFault(options.OperatorSlug) is { } slugFault)
        {
            yield return $"Ledger__OperatorSlug: {slugFault}.";
        }
        if (options.OperatorCountry != LedgerOptions.NoCountry && !CodeLists.IsCountry(options.OperatorCountry))
        {
            yield return $"Ledger__OperatorCountry is '{options.OperatorCountry}'; take two capital letters of ISO 3166-1, or leave it out.";
        }
        if (options.MaxBodyMebibytes is < 1 or > 1024)
        {
            yield return $"Ledger__MaxBodyMebibytes is {options.MaxBodyMebibytes}; take 1 to 1024.";
        }
        if (options.PartyDocumentsMebibytes is < 1 or > 1 << 20)
        {
            yield return $"Ledger__PartyDocumentsMebibytes is {options.PartyDocumentsMebibytes}; take 1 to 1048576.";
        }
        if (options.PublicUrl is { } url && !IsRoot(url))
        {
            yield return $"Ledger__PublicUrl is '{url}'; take an absolute http or https URL without path, query or slash at the end.";
        }
        foreach (var former in options.FormerUrls.Where(former => !IsRoot(former)))
        {
            yield return $"Ledger__FormerUrls holds '{former}'; take absolute http or https URLs without path, query or slash at the end.";
        }
        if (options.LineageFile is { } file && IsWithin(options.DataPath, Path.GetFullPath(file)))
        {
            yield return $"Ledger__LineageFile is '{file}', inside the data directory; whoever restores an old copy of that would restore it too. Take a path elsewhere.";
        }
        foreach (var (limit, value) in new[] { ("PerKeyPerMinute", options.Limits.PerKeyPerMinute), ("PerAddressPerMinute", options.Limits.PerAddressPerMinute) })
        {
            if (value is < 0 or > 10_000_000)
            {
                yield return $"Ledger__Limits__{limit} is {value}; take 0 (no limit) to 10000000 requests a minute.";
            }
        }
        foreach (var proxy in options.Limits.Proxies.Where(proxy => !System.Net.IPAddress.TryParse(proxy, out _)))
        {
            yield return $"Ledger__Limits__Proxies holds '{proxy}'; take IP addresses.";
        }
        if (options.Anchoring.IntervalSeconds is < 1 or > 604_800)
        {
            yield return $"Ledger__Anchoring__IntervalSeconds is {options.Anchoring.IntervalSeconds}; take 1 to 604800.";
        }
        if (options.Chain.RpcUrls.Count > 0 && !Core.Ethereum.Address.TryParse(options.Chain.Contract?.ToLowerInvariant(), out _))
        {
            yield return $"Ledger__Chain__Contract is '{options.Chain.Contract}'; with Ledger__Chain__RpcUrls it has to be the contract's address: 0x and 40 hex digits.";
        }
        foreach (var (i, _) in options.Chain.RpcUrls.Index().Where(rpc => !IsHttp(rpc.Item)))
        {
            // Providers' keys stand in these URLs, and what is said here goes into logs.
            yield return $"Ledger__Chain__RpcUrls__{i} is no absolute http or https URL; take one such as https://rpc.example. (It may hold a key, so it is not repeated here.)";
        }
        if (options.Chain.SignerUrl is { } signer && !IsHttp(signer))
        {
            yield return "Ledger__Chain__SignerUrl is no absolute http or https URL; take one such as http://127.0.0.1:9000.";
        }
        if (options.Chain.SignerUrl is not null && options.Chain.RpcUrls.Count == 0)
        {
            yield return "Ledger__Chain__SignerUrl is set and Ledger__Chain__RpcUrls is not; the embedded chain has keys of its own. Name the chain's URLs, or leave the signer out.";
        }
        if (options.Chain.SignerUrl is null != options.Chain.SignerAccount is null)
        {
            yield return $"Ledger__Chain__SignerUrl and Ledger__Chain__SignerAccount go together; Ledger__Chain__{(options.Chain.SignerUrl is null ? "SignerUrl" : "SignerAccount")} is missing.";
        }
        if (options.Chain.SignerAccount is { } account && !Core.Ethereum.Address.TryParse(account.ToLowerInvariant(), out _))
        {
            yield return $"Ledger__Chain__SignerAccount is '{account}'; take the account's address: 0x and 40 hex digits.";
        }
        if (options.Chain.Profile is { } profile && !ChainRules.ProfileNames.Contains(profile))
        {
            yield return $"Ledger__Chain__Profile is '{profile}'; take one of {string.Join(", ", ChainRules.ProfileNames)}.";
        }
        if (options.Chain.Fees is not (null or "eip1559" or "legacy" or "zero"))
        {
            yield return $"Ledger__Chain__Fees is '{options.Chain.Fees}'; take eip1559, legacy or zero.";
        }
        if (options.Chain.MinimumTipGwei is < 0 or > 1_000_000)
        {
            yield return $"Ledger__Chain__MinimumTipGwei is {options.Chain.MinimumTipGwei}; take 0 to 1000000 gwei.";
        }
        if (options.Chain.CeilingGwei is <= 0 or > 1_000_000)
        {
            yield return $"Ledger__Chain__CeilingGwei is {options.Chain.CeilingGwei}; take more than 0 and at most 1000000 gwei, or leave it out.";
        }
        if (options.Chain.BumpPercent is < 10 or > 100)
        {
            yield return $"Ledger__Chain__BumpPercent is {options.Chain.BumpPercent}; take 10 to 100, since nodes refuse less.";
        }
        if (options.Chain.BumpAfterSeconds is < 5 or > 86_400)
        {
            yield return $"Ledger__Chain__BumpAfterSeconds is {options.Chain.BumpAfterSeconds}; take 5 to 86400.";
        }
        if (options.Chain.MostHeadAgeSeconds is < 0 or > 86_400)
        {
            yield return $"Ledger__Chain__MostHeadAgeSeconds is {options.Chain.MostHeadAgeSeconds}; take 0 (never) to 86400.";
        }
        if (options.Chain.Finality is not (null or "instant" or "finalized") && !(int.TryParse(options.Chain.Finality, out var blocks) && blocks is > 0 and < 100_000))
        {
            yield return $"Ledger__Chain__Finality is '{options.Chain.Finality}'; take instant, finalized, or a number of confirmations from 1 to 99999.";
        }
    }

    private static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    private static bool IsRoot(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;

    private static bool IsWithin(string directory, string file) =>
        file.StartsWith(directory.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Provenance.Chain;
using Provenance.Chain.Rpc;
using Provenance.Core.Bundles;
using Provenance.Core.Ethereum;
using Provenance.Core.Events;
using Provenance.Core.Proofs;

namespace Provenance.Cli;

/// <summary><c>provenance verify</c>: judges a proof or bundle on this machine, asking nobody but the node that the caller names.</summary>
internal static class VerifyCommand
{
    // A damaged or crafted file must not take the machine's memory.
    private const long LargestFile = 2L << 30;

#if NETHEREUM
    private static readonly OpenChain Open = Chain.Nethereum.NethereumChain.Open;
#else
    private static readonly OpenChain Open = RpcChain.Open;
#endif

    public static Command Make()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A proof (.proof.json) or a bundle (.provenance.zip)" }.AcceptExistingOnly();
        var rpc = new Option<string?>("--rpc") { HelpName = "URL", Description = "JSON-RPC endpoint of a node that you trust; needs --contract" };
        var contract = new Option<string?>("--contract")
        {
            HelpName = "ADDRESS",
            Description = "The ledger's contract, as you know it from somebody other than who sent the file; needs --rpc",
        };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var command = new Command("verify",
            "Verify a proof or bundle, with the ledger's server switched off.\n"
            + "Exit code: 0 holds, 1 does not hold, 2 cannot tell (offline nothing can be told of the chain), 64 usage.")
        {
            file, rpc, contract, json,
        };
        command.SetAction((result, cancel) =>
            RunAsync(result.GetValue(file)!, result.GetValue(rpc), result.GetValue(contract), result.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo file, string? rpc, string? contract, bool json, CancellationToken cancel)
    {
        var node = ReadNode(rpc, contract);
        if (file.Length > LargestFile)
        {
            throw new UsageException($"{file.Name} is larger than 2 GiB, which no proof or bundle is.");
        }
        var bytes = await File.ReadAllBytesAsync(file.FullName, cancel);
        try
        {
            var opened = bytes.AsSpan().StartsWith("PK"u8)
                ? BundleVerifier.Open(bytes)
                : new OpenedBundle([ProofJson.Parse(bytes)], [], []);
            var facts = node is var (url, address) ? await AskAsync(url, address, opened, cancel) : null;
            var findings = BundleVerifier.Verify(opened, facts);
            var code = Verifier.ExitCode(findings);
            Console.Out.WriteLine(json ? AsJson(opened, findings, code) : AsText(opened, findings));
            return code;
        }
        catch (FormatException e)
        {
            Console.Out.WriteLine(json ? AsJson(null, [new Finding(Question.Content, Verdict.DoesNotHold, "malformed", e.Message)], Exit.DoesNotHold)
                : $"does not hold  {file.Name} is not a proof or bundle as it was made: {e.Message}");
            return Exit.DoesNotHold;
        }
    }

    private static (Uri Url, Address Contract)? ReadNode(string? rpc, string? contract)
    {
        if (rpc is null && contract is null)
        {
            return null;
        }
        if (rpc is null || contract is null)
        {
            throw new UsageException("--rpc and --contract go together: which node to ask, and about which contract.");
        }
        if (!Uri.TryCreate(rpc, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--rpc '{rpc}' is not an http or https URL.");
        }
        return Address.TryParse(contract.ToLowerInvariant(), out var address)
            ? (url, address)
            : throw new UsageException($"--contract '{contract}' is not an address: 0x and 40 hex digits.");
    }

    private static async Task<ChainFacts?> AskAsync(Uri url, Address contract, OpenedBundle bundle, CancellationToken cancel)
    {
        try
        {
            using var chain = Open([url]);
            return await OnlineFacts.GetAsync(chain, contract, bundle.Proofs.Select(p => p.Checkpoint.Root), bundle.Proofs.Select(FindBlock).OfType<ulong>(), cancel);
        }
        catch (ChainException e)
        {
            Console.Error.WriteLine($"{url.Host} could not be asked: {e.Message}");
            return null;
        }
    }

    private static ulong? FindBlock(Proof proof) =>
        proof.Anchor is { } anchor && BlockHeader.TryRead(anchor.Header, out var header, out _) ? header.Number : null;

    private static string AsText(OpenedBundle bundle, IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder();
        text.AppendLine(bundle.Proofs.Count == 1 ? "1 entry" : $"{bundle.Proofs.Count} entries");
        if (bundle.Request.Length > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"requested      {Encoding.UTF8.GetString(bundle.Request)}");
        }
        foreach (var finding in findings)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{Word(finding.Verdict),-14} {finding.Question switch
            {
                Question.Content => "Content",
                Question.Author => "Author",
                Question.Recorded => "Recorded",
                Question.UnchangedHistory => "Unchanged history",
                Question.OnTheChain => "On the chain",
                _ => "Complete",
            },-18} {finding.Words}");
        }
        text.Append("Not proven: that the goods are what the record says, that what was typed in was true, that nothing recorded later contradicts it.");
        return text.ToString();
    }

    private static string AsJson(OpenedBundle? bundle, IReadOnlyList<Finding> findings, int exitCode)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("exitCode", exitCode);
            json.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("question", JsonNamingPolicy.CamelCase.ConvertName(finding.Question.ToString()));
                json.WriteString("verdict", Word(finding.Verdict));
                json.WriteString("reason", finding.Reason);
                json.WriteString("words", finding.Words);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("events");
            foreach (var proof in bundle?.Proofs ?? [])
            {
                json.WriteStartObject();
                json.WriteNumber("leafIndex", proof.LeafIndex);
                json.WritePropertyName("event");
                json.WriteRawValue(EventFields.Assemble(proof.Disclosures));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "holds",
        Verdict.DoesNotHold => "does not hold",
        _ => "cannot tell",
    };
}

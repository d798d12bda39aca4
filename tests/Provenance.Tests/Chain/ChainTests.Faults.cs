using System.Net;
using System.Net.Sockets;
using Provenance.Chain;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

/// <summary>A provider's fault must never look like a statement of the chain's.</summary>
public abstract partial class ChainTests
{
    private const string Four = """{"jsonrpc":"2.0","id":ID,"result":"0x4"}""";

    private const string Question = "eth_getTransactionCount";

    private static readonly Uri Nobody = new($"http://127.0.0.1:{ClosedPort()}");

    [Theory]
    [InlineData(200, Four, RpcOutcome.Answered)]
    [InlineData(200, """{"jsonrpc":"2.0","id":ID,"error":null,"result":"0x4"}""", RpcOutcome.Answered)]
    [InlineData(200, """{"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"no such method"}}""", RpcOutcome.Refused)]
    [InlineData(400, """{"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"no such method"}}""", RpcOutcome.Refused)]
    [InlineData(200, """{"jsonrpc":"2.0","id":ID,"error":{"code":-32005,"message":"daily request count exceeded"}}""", RpcOutcome.RateLimited)]
    [InlineData(200, """{"jsonrpc":"2.0","id":ID,"error":{"code":429,"message":"slow down"}}""", RpcOutcome.RateLimited)]
    [InlineData(429, "slow down", RpcOutcome.RateLimited)]
    [InlineData(200, """{"jsonrpc":"2.0","id":0,"result":"0x4"}""", RpcOutcome.Malformed)]
    [InlineData(200, """{"jsonrpc":"2.0","id":null,"result":"0x4"}""", RpcOutcome.Malformed)]
    [InlineData(200, """{"jsonrpc":"2.0","id":ID}""", RpcOutcome.Malformed)]
    [InlineData(200, """{"jsonrpc":"2.0","id":ID,"error":"no"}""", RpcOutcome.Malformed)]
    [InlineData(200, """{"jsonrpc":"2.0","id":ID,"result":"0x""", RpcOutcome.Malformed)]
    [InlineData(200, "", RpcOutcome.Malformed)]
    [InlineData(200, "[]", RpcOutcome.Malformed)]
    [InlineData(502, "<html>", RpcOutcome.HttpError)]
    [InlineData(401, """{"message":"bad key"}""", RpcOutcome.HttpError)]
    [InlineData(301, "", RpcOutcome.HttpError)]
    public async Task What_a_node_sends_is_sorted(int status, string body, RpcOutcome outcome)
    {
        await using var node = await ScriptedNode.StartAsync(body, status);
        using var chain = Open([node.Url]);
        Assert.Equal(outcome, await AskAsync(chain));
    }

    [Theory]
    [InlineData("\"4\"")]
    [InlineData("\"0x\"")]
    [InlineData("\"0x04\"")]
    [InlineData("\"0xG\"")]
    [InlineData("\"0x4A\"")]
    [InlineData("4")]
    [InlineData("\"0x10000000000000000\"")]
    [InlineData("null")]
    public async Task A_quantity_in_another_spelling_is_malformed(string result)
    {
        await using var node = await ScriptedNode.StartAsync($$"""{"jsonrpc":"2.0","id":ID,"result":{{result}}}""");
        using var chain = Open([node.Url]);
        var fault = await Assert.ThrowsAsync<ChainException>(() => chain.GetTransactionCountAsync(Address.Zero));
        Assert.Equal(RpcOutcome.Malformed, fault.Outcome);
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable_and_silence_is_a_time_out()
    {
        using var nobody = Open([Nobody]);
        Assert.Equal(RpcOutcome.Unreachable, await AskAsync(nobody));

        await using var node = await ScriptedNode.StartAsync((http, _, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var silent = Open([node.Url], timeout: TimeSpan.FromMilliseconds(200));
        Assert.Equal(RpcOutcome.TimedOut, await AskAsync(silent));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_question_is_a_time_out()
    {
        await using var node = await ScriptedNode.StartAsync((http, _, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        using var chain = Open([node.Url]);
        Assert.Equal(RpcOutcome.TimedOut, await AskAsync(chain));
    }

    [Fact]
    public async Task The_next_url_is_asked_when_one_does_not_answer_and_stays_the_first_to_be_asked()
    {
        await using var broken = await ScriptedNode.StartAsync("", 503);
        await using var good = await ScriptedNode.StartAsync(Four);
        using var chain = Open([Nobody, broken.Url, good.Url]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(RpcOutcome.Answered, await AskAsync(chain));
        }
        Assert.Equal(["eth_chainId", Question], broken.Asked);
        Assert.Equal(good.Url.Authority, chain.Host);
    }

    [Fact]
    public async Task A_refusal_is_an_answer_and_nobody_else_is_asked()
    {
        await using var first = await ScriptedNode.StartAsync("""{"jsonrpc":"2.0","id":ID,"error":{"code":3,"message":"execution reverted"}}""");
        await using var second = await ScriptedNode.StartAsync(Four);
        using var chain = Open([first.Url, second.Url]);
        Assert.Equal(RpcOutcome.Refused, await AskAsync(chain));
        Assert.Empty(second.Asked);
    }

    [Fact]
    public async Task A_node_of_another_chain_is_asked_nothing_else()
    {
        await using var other = await ScriptedNode.StartAsync(Four, chainId: "0x8");
        await using var ours = await ScriptedNode.StartAsync(Four);
        using var chain = Open([other.Url, ours.Url], chainId: 7);
        Assert.Equal(RpcOutcome.Answered, await AskAsync(chain));
        Assert.Equal(["eth_chainId"], other.Asked);

        using var alone = Open([other.Url], chainId: 7);
        Assert.Equal(RpcOutcome.WrongChain, await AskAsync(alone));
    }

    [Fact]
    public async Task Without_an_expected_chain_all_urls_must_serve_the_chain_of_the_first()
    {
        await using var first = await ScriptedNode.StartAsync("", 503);
        await using var other = await ScriptedNode.StartAsync(Four, chainId: "0x8");
        using var chain = Open([first.Url, other.Url]);
        // Not "another chain" as long as one of the right chain may come back.
        var fault = await Assert.ThrowsAsync<ChainException>(() => chain.GetTransactionCountAsync(Address.Zero));
        Assert.Equal(RpcOutcome.HttpError, fault.Outcome);
        Assert.Contains($"{other.Url.Authority} serves chain 8, expected 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["eth_chainId"], other.Asked);
    }

    [Fact]
    public async Task The_providers_key_in_a_url_is_in_no_message()
    {
        await using var node = await ScriptedNode.StartAsync("", 503);
        using var chain = Open([new Uri(node.Url, "/v3/secretkey"), new Uri(Nobody, "/secretkey")]);
        var fault = await Assert.ThrowsAsync<ChainException>(() => chain.GetTransactionCountAsync(Address.Zero));
        Assert.Contains(node.Url.Authority, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secretkey", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_node_repeats_of_its_url_is_in_no_message()
    {
        await using var node = await ScriptedNode.StartAsync(
            """{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"no project secretkey for user:open sesame (dXNlcjpvcGVuIHNlc2FtZQ==) with token=querykey at /v3/SECRETKEY, try later"}}""");
        var url = new UriBuilder(node.Url) { UserName = "user", Password = "open%20sesame", Path = "/v3/secretkey", Query = "token=querykey" }.Uri;
        using var chain = Open([url]);
        var fault = await Assert.ThrowsAsync<ChainException>(() => chain.GetTransactionCountAsync(Address.Zero));
        Assert.Contains("no project … for … (…) with token=… at /v3/…, try later", fault.Message, StringComparison.Ordinal);
        Assert.All(["secretkey", "sesame", "dXNlcjpvcGVuIHNlc2FtZQ", "querykey"], secret => Assert.DoesNotContain(secret, fault.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    // geth, Erigon, Reth
    [InlineData("already known", BroadcastOutcome.AlreadyKnown)]
    [InlineData("nonce too low: next nonce 7, tx nonce 6", BroadcastOutcome.NonceTooLow)]
    [InlineData("replacement transaction underpriced", BroadcastOutcome.Underpriced)]
    [InlineData("transaction underpriced: tip needed 30000000000, tip permitted 1000000000", BroadcastOutcome.Underpriced)]
    [InlineData("max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1, baseFee: 7", BroadcastOutcome.Underpriced)]
    [InlineData("insufficient funds for gas * price + value: balance 0", BroadcastOutcome.Rejected)]
    // Anvil
    [InlineData("transaction already imported", BroadcastOutcome.AlreadyKnown)]
    // Besu
    [InlineData("Known transaction", BroadcastOutcome.AlreadyKnown)]
    [InlineData("Nonce too low", BroadcastOutcome.NonceTooLow)]
    [InlineData("Gas price below configured minimum gas price", BroadcastOutcome.Underpriced)]
    [InlineData("Upfront cost exceeds account balance", BroadcastOutcome.Rejected)]
    // Nethermind
    [InlineData("AlreadyKnown", BroadcastOutcome.AlreadyKnown)]
    [InlineData("OldNonce, Current nonce: 5, nonce of rejected tx: 4", BroadcastOutcome.NonceTooLow)]
    [InlineData("FeeTooLowToCompete", BroadcastOutcome.Underpriced)]
    public async Task Every_clients_words_for_a_refused_broadcast_are_understood(string message, BroadcastOutcome outcome)
    {
        await using var node = await ScriptedNode.StartAsync(
            """{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"WORDS"}}""".Replace("WORDS", message, StringComparison.Ordinal));
        using var chain = Open([node.Url]);
        var broadcast = await chain.BroadcastAsync(SomeTransaction);
        Assert.Equal(outcome, broadcast.Outcome);
        Assert.Contains(message, broadcast.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broadcast_without_an_answer_is_unknown_not_failed()
    {
        await using var silent = await ScriptedNode.StartAsync((http, _, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var alone = Open([silent.Url], timeout: TimeSpan.FromMilliseconds(200));
        Assert.Equal(BroadcastOutcome.Unknown, (await alone.BroadcastAsync(SomeTransaction)).Outcome);

        // The second node's refusal does not undo what the first may have taken.
        await using var poor = await ScriptedNode.StartAsync("""{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"insufficient funds"}}""");
        using var both = Open([silent.Url, poor.Url], timeout: TimeSpan.FromMilliseconds(200));
        Assert.Equal(BroadcastOutcome.Unknown, (await both.BroadcastAsync(SomeTransaction)).Outcome);
    }

    [Theory]
    [InlineData("\"0x08c379a00000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000000000000"
        + "26e6f000000000000000000000000000000000000000000000000000000000000\"", "Error", "no")]
    [InlineData("\"0x4e487b710000000000000000000000000000000000000000000000000000000000000011\"", "Panic", "0x11")]
    [InlineData("\"Reverted 0x4ce89eba\"", "LedgerClosed", "")]
    [InlineData("""{"data":"0x4ce89eba"}""", "LedgerClosed", "")]
    [InlineData("\"0x30d7485d\"", "unknown", "execution reverted (0x30d7485d)")]
    public async Task A_revert_is_named_wherever_the_client_puts_it(string data, string error, string detail)
    {
        await using var node = await ScriptedNode.StartAsync(
            """{"jsonrpc":"2.0","id":ID,"error":{"code":3,"message":"execution reverted","data":DATA}}""".Replace("DATA", data, StringComparison.Ordinal));
        using var chain = Open([node.Url]);
        var estimate = await chain.EstimateGasAsync(Address.Zero, Address.Zero, default);
        Assert.Equal(new GasEstimate.Reverts(new Revert(error, detail)), estimate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    // A size of 2^64, a time after year 9999.
    [InlineData("0000000000000000000000000000000000000000000000010000000000000000" + Zeros + Zeros)]
    [InlineData(Zeros + Zeros + "000000000000000000000000000000000000000000000000ffffffffffffffff")]
    [InlineData(Zeros + Zeros)]
    public async Task What_is_no_checkpoint_is_not_read_as_an_empty_log(string words)
    {
        await using var node = await ScriptedNode.StartAsync(
            """{"jsonrpc":"2.0","id":ID,"result":"0xWORDS"}""".Replace("WORDS", words, StringComparison.Ordinal));
        using var chain = Open([node.Url]);
        var fault = await Assert.ThrowsAsync<ChainException>(() => chain.GetHeadAsync(Address.Zero));
        Assert.Equal(RpcOutcome.Malformed, fault.Outcome);
    }

    [Fact]
    public async Task A_fee_beyond_all_money_is_malformed()
    {
        await using var node = await ScriptedNode.StartAsync("""{"jsonrpc":"2.0","id":ID,"result":"0xffffffffffffffffffffffffffffffffffff"}""");
        using var chain = Open([node.Url]);
        var fault = await Assert.ThrowsAsync<ChainException>(() => chain.FindFeesAsync(new FeePolicy(FeeMode.Legacy)));
        Assert.Equal(RpcOutcome.Malformed, fault.Outcome);
    }

    [Fact]
    public async Task A_receipt_that_is_null_is_unknown_and_one_that_lacks_members_is_malformed()
    {
        await using var empty = await ScriptedNode.StartAsync("""{"jsonrpc":"2.0","id":ID,"result":null}""");
        using var unknown = Open([empty.Url]);
        Assert.Null(await unknown.FindReceiptAsync(Digest.Zero));

        await using var poor = await ScriptedNode.StartAsync("""{"jsonrpc":"2.0","id":ID,"result":{"status":"0x1"}}""");
        using var chain = Open([poor.Url]);
        Assert.Equal(RpcOutcome.Malformed, (await Assert.ThrowsAsync<ChainException>(() => chain.FindReceiptAsync(Digest.Zero))).Outcome);
    }

    [Fact]
    public async Task Who_stops_waiting_for_a_silent_node_does_so_at_once()
    {
        await using var node = await ScriptedNode.StartAsync((http, _, _) => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var chain = Open([node.Url], timeout: TimeSpan.FromMinutes(5));
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chain.GetHeadAsync(Address.Zero, patience.Token).WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    private IChain Open(IReadOnlyList<Uri> urls, ulong? chainId = null, TimeSpan? timeout = null) => _fixture.Open(urls, chainId, timeout);

    /// <summary>How one question ends; the answer must be four.</summary>
    private static async Task<RpcOutcome> AskAsync(IChain chain)
    {
        try
        {
            Assert.Equal(4UL, await chain.GetTransactionCountAsync(Address.Zero));
            return RpcOutcome.Answered;
        }
        catch (ChainException e)
        {
            return e.Outcome;
        }
    }

    private static readonly SignedTransaction SomeTransaction = new(new byte[] { 2, 0xc0 }, Digest.Zero);

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

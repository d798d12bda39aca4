using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;

namespace Provenance.Tests.Chain;

/// <summary>Signers that answer badly, late, or not at all.</summary>
public sealed partial class SignerTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"\"")]
    [InlineData("\"0x\"")]
    [InlineData("\"0xzz\"")]
    [InlineData("\"f86c\"")]
    [InlineData("{}")]
    [InlineData("{\"raw\":7}")]
    [InlineData("{\"tx\":{}}")]
    [InlineData("[\"0x02\"]")]
    [InlineData("\"0x02\"")]
    [InlineData("\"0x02c0\"")]
    [InlineData("\"0xa3f20717a250c2b0b729b7e5becbff67fdaef7e0699da4de7ca5895b02a170a12d887fd3b17bfdce3481f10bea41f45ba9f709d39ce8325427b57afcfc994cee1b\"")]
    public async Task An_answer_of_another_shape_is_refused(string result)
    {
        _signer.BendAnswer = _ => JsonNode.Parse(result);

        Assert.Contains("answered with", await FaultAsync(Anchor()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "", "answered HTTP 401")]
    [InlineData(403, "<html>", "answered HTTP 403")]
    [InlineData(500, "", "answered HTTP 500")]
    [InlineData(429, "", "wants fewer questions")]
    [InlineData(200, "", "did not answer in JSON")]
    [InlineData(200, "[]", "answered another question")]
    [InlineData(200, """{"jsonrpc":"2.0","id":-1,"result":"0x00"}""", "answered another question")]
    [InlineData(200, """{"jsonrpc":"2.0","id":"ID"}""", "answered with neither result nor error")]
    [InlineData(200, """{"jsonrpc":"2.0","id":"ID","error":{"code":-32000,"message":"No unlocked account matches the Sender"}}""", "refused: No unlocked account matches the Sender (-32000)")]
    [InlineData(400, """{"jsonrpc":"2.0","id":"ID","error":{"code":-32602,"message":"Invalid params"}}""", "refused: Invalid params (-32602)")]
    [InlineData(200, """{"jsonrpc":"2.0","id":"ID","error":{"code":-32601,"message":"no such method"}}""", "refused: no such method (-32601)")]
    public async Task A_refusal_and_a_broken_answer_are_told_in_the_signers_words(int status, string body, string says)
    {
        _signer.Instead = (status, body);

        var fault = await FaultAsync(Anchor());

        Assert.StartsWith($"Signer {_signer.Url.Authority} ", fault, StringComparison.Ordinal);
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signer_that_is_slow_or_gone_is_told_and_can_be_asked_again()
    {
        using var hasty = new SignerEndpoint(_signer.Url, _key.Address, TimeSpan.FromMilliseconds(200));
        _signer.Delay = TimeSpan.FromSeconds(5);
        Assert.Contains("did not answer within 0.2 s", (await Assert.ThrowsAsync<SignerException>(() => hasty.SignAsync(Anchor()))).Message, StringComparison.Ordinal);
        _signer.Delay = default;

        _signer.Stop();
        Assert.Contains("cannot be reached", await FaultAsync(Anchor()), StringComparison.Ordinal);

        _signer.Start();
        Assert.Equal(_key.Address, SignerOf(Anchor(), await _account.SignAsync(Anchor())));
    }

    [Fact]
    public async Task Who_stops_waiting_stops_at_once()
    {
        _signer.Delay = TimeSpan.FromSeconds(20);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _account.SignAsync(Anchor(), stop.Token));
    }

    [Fact]
    public async Task A_user_and_password_go_along_and_are_in_no_message()
    {
        var url = new UriBuilder(_signer.Url) { UserName = "ledger", Password = "open%20sesame", Path = "/secret-path" }.Uri;
        using var account = new SignerEndpoint(url, _key.Address);
        await account.SignAsync(Anchor());
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ledger:open sesame")), _signer.Authorizations.Single());

        _signer.Instead = (401, "");
        var refused = await Assert.ThrowsAsync<SignerException>(() => account.SignAsync(Anchor()));
        Assert.All(["ledger:", "sesame", "secret-path"], secret => Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal));
    }
}

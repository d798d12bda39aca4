using System.Diagnostics;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Chain.Ethereum;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain;

/// <summary>An account whose key a signer elsewhere keeps: what it is asked, which of its answers are taken, and that nothing else ever is.</summary>
public sealed partial class SignerTests : IDisposable
{
    private static readonly BigInteger Order =
        new(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141"), isUnsigned: true, isBigEndian: true);

    private readonly LocalKey _key = LocalKey.Create();
    private readonly TestSigner _signer;
    private readonly SignerEndpoint _account;

    public SignerTests()
    {
        _signer = new TestSigner(_key);
        _account = new SignerEndpoint(_signer.Url, _key.Address);
    }

    public void Dispose()
    {
        _account.Dispose();
        _signer.Stop();
        _key.Dispose();
    }

    [Fact]
    public async Task Every_kind_of_transaction_comes_back_signed_by_the_account_whichever_shape_the_answer_has()
    {
        foreach (var asked in new[] { Anchor(), Free(), Creation(), WithAccessList() })
        {
            foreach (var (isObject, methods) in new[] { (false, "eth_signTransaction"), (true, "eth_signTransaction"), (true, "account_signTransaction") })
            {
                (_signer.AnswersObject, _signer.Methods) = (isObject, [methods]);
                var signed = await _account.SignAsync(asked);

                Assert.Equal(Keccak256.Hash(signed.Raw.Span), signed.Hash);
                Assert.Equal(_key.Address, SignerOf(asked, signed));
            }
        }
    }

    [Fact]
    public async Task It_is_asked_for_every_member_that_it_would_else_fill_in_by_itself()
    {
        await _account.SignAsync(Anchor());

        Assert.Equal(
            $$"""{"from":"{{_key.Address}}","gas":"0x249f0","value":"0x0","nonce":"0x7","data":"0x0102","chainId":"0x64","to":"0x00000000000000000000000000000000000000aa","maxFeePerGas":"0xba43b7400","maxPriorityFeePerGas":"0x3b9aca00"}""",
            _signer.Question!.ToJsonString());
        await _account.SignAsync(Free());
        Assert.Equal("0x0", (string)_signer.Question!["gasPrice"]!);
        Assert.False(_signer.Question.ContainsKey("maxFeePerGas"));
        await _account.SignAsync(Creation());
        Assert.False(_signer.Question!.ContainsKey("to"));
    }

    [Theory]
    [InlineData("nonce", "0x8", "nonce is 8, asked for 7")]
    [InlineData("chainId", "0x1", "chainId is 1, asked for 100")]
    [InlineData("to", "0x00000000000000000000000000000000000000bb", "to is 0x00000000000000000000000000000000000000bb, asked for 0x00000000000000000000000000000000000000aa")]
    [InlineData("to", null, "to is nobody, asked for 0x00000000000000000000000000000000000000aa")]
    [InlineData("value", "0x1", "value is 1, asked for 0")]
    [InlineData("data", "0x0103", "data is 2 bytes with hash")]
    [InlineData("gas", "0x249f1", "gas is 150001, asked for 150000")]
    [InlineData("maxFeePerGas", "0xba43b7401", "maxFeePerGas is 50000000001, asked for 50000000000")]
    [InlineData("maxPriorityFeePerGas", "0x0", "maxPriorityFeePerGas is 0, asked for 1000000000")]
    public async Task A_transaction_that_differs_in_any_field_is_refused_by_the_fields_name(string field, string? value, string says)
    {
        _signer.Bend = question =>
        {
            question.Remove(field);
            if (value is not null)
            {
                question[field] = value;
            }
        };

        Assert.Contains($"signed another transaction: {says}", await FaultAsync(Anchor()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_list_that_was_not_asked_for_is_refused()
    {
        _signer.Bend = question => question["accessList"] = new JsonArray(new JsonObject { ["address"] = Address.Zero.ToString(), ["storageKeys"] = new JsonArray() });

        Assert.Contains("accessList is one of 1, asked for one of 0", await FaultAsync(Anchor()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_type_than_asked_for_is_refused_both_ways()
    {
        _signer.Bend = question =>
        {
            question.Remove("maxFeePerGas");
            question["gasPrice"] = "0xba43b7400";
        };
        Assert.Contains("signed a legacy transaction, asked for a transaction of type 2", await FaultAsync(Anchor()), StringComparison.Ordinal);

        _signer.Bend = question =>
        {
            question.Remove("gasPrice");
            question["maxFeePerGas"] = "0x0";
            question["maxPriorityFeePerGas"] = "0x0";
        };
        Assert.Contains("signed a transaction of type 2, asked for a legacy transaction", await FaultAsync(Free()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_legacy_transaction_for_another_chain_or_for_any_is_refused()
    {
        _signer.Bend = question => question["chainId"] = "0x1";
        Assert.Contains("signed for another chain: v is", await FaultAsync(Free()), StringComparison.Ordinal);

        // As before EIP-155: v is 27 or 28, and the transaction is good on every chain.
        _signer.Bend = null;
        _signer.BendAnswer = raw =>
        {
            var fields = Rlp.Decode(Hex.FindPrefixed(raw)).Items.Select(item => item.Encoding.ToArray()).ToArray();
            fields[6] = Rlp.EncodeInteger(27);
            return Hex.Prefixed(Rlp.EncodeList(fields));
        };
        Assert.Contains("signed for another chain: v is 27", await FaultAsync(Free()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_accounts_signature_is_refused_and_that_account_named()
    {
        using var other = LocalKey.Create();
        await using var mistaken = new TestSigner(other);
        using var account = new SignerEndpoint(mistaken.Url, _key.Address);

        var refused = await Assert.ThrowsAsync<SignerException>(() => account.SignAsync(Anchor()));

        Assert.Contains($"signed as {other.Address}, asked for {_key.Address}. Nothing was sent", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_high_s_and_a_signature_that_no_key_made_are_refused()
    {
        _signer.BendSignature = signature =>
        {
            var s = (Order - new BigInteger(signature.S.ToArray(), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
            return new EthSignature(signature.R, new Digest([.. new byte[Digest.Size - s.Length], .. s]), (byte)(27 + 28 - signature.V));
        };
        Assert.Contains("s is high (EIP-2)", await FaultAsync(Anchor()), StringComparison.Ordinal);

        _signer.BendSignature = signature => signature with { R = default };
        Assert.Contains("no key can have made", await FaultAsync(Anchor()), StringComparison.Ordinal);

        _signer.BendSignature = signature => signature with { V = 30 };
        Assert.Contains("v is 3, neither 0 nor 1", await FaultAsync(Anchor()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_bit_turned_anywhere_in_the_answer_is_refused()
    {
        foreach (var asked in new[] { Anchor(), Free() })
        {
            var raw = (await _account.SignAsync(asked)).Raw.ToArray();
            var bent = Enumerable.Range(0, raw.Length * 8).Select(bit =>
            {
                var copy = (byte[])raw.Clone();
                copy[bit / 8] ^= (byte)(1 << bit % 8);
                return copy;
            });
            Assert.Null(SignedCheck.FindFault(asked, _key.Address, raw));
            Assert.All(bent.Append([.. raw, 0]).Append(raw[..^1]).Append([]), answer => Assert.NotNull(SignedCheck.FindFault(asked, _key.Address, answer)));
        }
    }

    [Fact]
    public async Task It_lists_its_accounts_by_either_name_of_the_method()
    {
        Assert.Equal([_key.Address], await _account.ListAsync());
        _signer.Methods = ["account_list"];
        Assert.Equal([_key.Address], await _account.ListAsync());
        Assert.Equal(["eth_accounts", "eth_accounts", "account_list"], _signer.Asked);

        _signer.Instead = (200, """{"jsonrpc":"2.0","id":"ID","result":["0x12"]}""");
        await Assert.ThrowsAsync<SignerException>(() => _account.ListAsync());
    }

    /// <summary>A signer that is not of our making: Anvil keeps keys too, and signs what it is asked as geth would.</summary>
    [AnvilFact]
    public async Task A_node_that_keeps_keys_signs_what_it_is_asked()
    {
        var start = new ProcessStartInfo(Anvil.Program!, ["--port", "0", "--chain-id", "100", "--accounts", "1"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        try
        {
            var line = "";
            while (!line.Contains("Listening on", StringComparison.Ordinal))
            {
                line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Anvil ended.");
            }
            _ = process.StandardOutput.ReadToEndAsync();
            var url = new Uri($"http://127.0.0.1:{line[(line.LastIndexOf(':') + 1)..].Trim()}/");
            using var lister = new SignerEndpoint(url, Address.Zero);
            var address = (await lister.ListAsync())[0];
            using var account = new SignerEndpoint(url, address);

            foreach (var asked in new[] { Anchor(), Free(), Creation() })
            {
                Assert.Equal(address, SignerOf(asked, await account.SignAsync(asked)));
            }
            var refused = await Assert.ThrowsAsync<SignerException>(() => lister.SignAsync(Anchor()));
            Assert.Contains("refused", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private async Task<string> FaultAsync(Transaction asked) => (await Assert.ThrowsAsync<SignerException>(() => _account.SignAsync(asked))).Message;

    private static Transaction Anchor() => new()
    {
        ChainId = 100,
        Nonce = 7,
        To = Address.Parse("0x00000000000000000000000000000000000000aa"),
        Data = new byte[] { 1, 2 },
        GasLimit = 150_000,
        Fees = new Fees.Eip1559(50_000_000_000, 1_000_000_000),
    };

    private static Transaction Free() => new()
    {
        ChainId = 100,
        Nonce = 0,
        To = Address.Parse("0x00000000000000000000000000000000000000aa"),
        Data = new byte[] { 1, 2 },
        GasLimit = 150_000,
        Fees = new Fees.Legacy(0),
    };

    private static Transaction Creation() => new()
    {
        ChainId = 100,
        Nonce = 1,
        To = null,
        Data = new byte[] { 0x60, 0x00 },
        GasLimit = 150_000,
        Value = 3,
        Fees = new Fees.Eip1559(5, 1),
    };

    private static Transaction WithAccessList() => new()
    {
        ChainId = ulong.MaxValue,
        Nonce = 300,
        To = Address.Zero,
        GasLimit = 21_000,
        Fees = new Fees.Eip1559(UInt128.MaxValue, 0),
        AccessList = [(Address.Zero, [Digest.Sha256("slot"u8)])],
    };

    /// <summary>Reads the signature out of the bytes by another way than the product does.</summary>
    private static Address? SignerOf(Transaction asked, SignedTransaction signed)
    {
        var isTyped = asked.Fees is Fees.Eip1559;
        var fields = Rlp.Decode(isTyped ? signed.Raw.Span[1..] : signed.Raw.Span).Items;
        var v = new BigInteger(fields[^3].Bytes.Span, isUnsigned: true, isBigEndian: true);
        var parity = isTyped ? v : v - asked.ChainId * (BigInteger)2 - 35;
        return Secp256k1.Recover(asked.SigningHash, new EthSignature(Word(fields[^2]), Word(fields[^1]), (byte)(27 + parity)));
    }

    private static Digest Word(RlpItem item) => new([.. new byte[Digest.Size - item.Bytes.Length], .. item.Bytes.Span]);
}

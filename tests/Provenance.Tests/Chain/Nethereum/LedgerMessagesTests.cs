using System.Globalization;
using System.Reflection;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.Contracts.MessageEncodingServices;
using Provenance.Chain;
using Provenance.Chain.Nethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Tests.Chain.Nethereum;

/// <summary>Nethereum's typed messages say what the contract's artifact and our own encoder say.</summary>
public class LedgerMessagesTests
{
    private static readonly PartyId Party = new(Digest.Sha256("party"u8));
    private static readonly Address Key = Address.Parse("0x3535353535353535353535353535353535353535");
    private static readonly Digest Root = Digest.Sha256("root"u8);
    private static readonly EthSignature First = new(Root, Party.Value, 27);
    private static readonly EthSignature Second = new(Party.Value, Root, 28);

    [Fact]
    public void Every_message_has_the_selector_of_its_function_in_the_artifact()
    {
        var messages = typeof(HeadFunction).Assembly.GetTypes().Where(type => type.GetCustomAttribute<FunctionAttribute>() is not null).ToList();
        Assert.Equal(15, messages.Count);
        foreach (var message in messages)
        {
            var name = message.Name[..^"Function".Length];
            var selector = (uint)typeof(LedgerArtifact.Selectors).GetField(name)!.GetRawConstantValue()!;
            Assert.Equal(selector.ToString("x8", CultureInfo.InvariantCulture), ABITypedRegistry.GetFunctionABI(message).Sha3Signature);
        }
    }

    [Fact]
    public void Every_event_has_the_topic_of_the_artifact()
    {
        var events = typeof(HeadFunction).Assembly.GetTypes().Where(type => type.GetCustomAttribute<EventAttribute>() is not null).ToList();
        Assert.Equal(7, events.Count);
        foreach (var type in events)
        {
            var topic = (Digest)typeof(LedgerArtifact.Topics).GetField(type.Name[..^"EventDTO".Length])!.GetValue(null)!;
            Assert.Equal(topic.ToString(), ABITypedRegistry.GetEvent(type).Sha3Signature);
        }
    }

    [Fact]
    public void Both_encode_every_transaction_to_the_same_bytes()
    {
        var party = Party.Value.ToArray();
        var key = Key.ToString();
        AssertSame(LedgerCalls.Anchor(7, Root, [Root, Party.Value]), new AnchorFunction { Size = 7, Root = Root.ToArray(), Proof = [Root.ToArray(), party] });
        AssertSame(LedgerCalls.Anchor(ulong.MaxValue, Root, []), new AnchorFunction { Size = ulong.MaxValue, Root = Root.ToArray() });
        AssertSame(LedgerCalls.Succeed(5, Key), new SucceedFunction { ChainId = 5, Next = key });
        AssertSame(LedgerCalls.GrantAnchorer(Key), new GrantRoleFunction { Role = LedgerArtifact.Roles.Anchorer.ToArray(), Account = key });
        AssertSame(LedgerCalls.GrantRegistrar(Key), new GrantRoleFunction { Role = LedgerArtifact.Roles.Registrar.ToArray(), Account = key });
        AssertSame(LedgerCalls.RegisterKey(Party, Key, First), new RegisterKeyFunction { Party = party, Key = key, KeySignature = First.ToArray() });
        AssertSame(LedgerCalls.RegisterKey(Party, Key, null), new RegisterKeyFunction { Party = party, Key = key });
        AssertSame(
            LedgerCalls.AddKey(Party, Key, First, Second),
            new AddKeyFunction { Party = party, Key = key, KeySignature = First.ToArray(), OwnerSignature = Second.ToArray() });
        AssertSame(LedgerCalls.RevokeKey(Party, Key, Second), new RevokeKeyFunction { Party = party, Key = key, OwnerSignature = Second.ToArray() });
        AssertSame(
            LedgerCalls.ReportCompromised(Party, Key, 9, Second),
            new ReportCompromisedFunction { Party = party, Key = key, Since = 9, OwnerSignature = Second.ToArray() });
        AssertSame(LedgerCalls.ProposeKey(Party, Key, First), new ProposeKeyFunction { Party = party, Key = key, KeySignature = First.ToArray() });
        AssertSame(
            LedgerCalls.RejectProposal(Party, Key, Second), new RejectProposalFunction { Party = party, Key = key, OwnerSignature = Second.ToArray() });
        AssertSame(LedgerCalls.ApplyProposal(Party, Key), new ApplyProposalFunction { Party = party, Key = key });
    }

    [Fact]
    public void Both_deploy_the_same_code_with_the_same_arguments()
    {
        var encoding = new DeploymentMessageEncodingService<LedgerDeployment>();
        Assert.Equal(Hex.Prefixed(LedgerCalls.Deploy(Key)), encoding.GetDeploymentData(new LedgerDeployment { Admin = Key.ToString() }));
        Assert.Equal(
            Hex.Prefixed(LedgerCalls.DeploySuccessor(Key, Root, 3, Key, 4, Party.Value)),
            encoding.GetDeploymentData(new LedgerDeployment
            {
                Admin = Key.ToString(),
                LedgerId = Root.ToArray(),
                PredecessorChainId = 3,
                Predecessor = Key.ToString(),
                StartSize = 4,
                StartRoot = Party.Value.ToArray(),
            }));
    }

    private static void AssertSame<TMessage>(byte[] ours, TMessage theirs)
        where TMessage : FunctionMessage, new() =>
        Assert.Equal(Convert.ToHexStringLower(ours), Convert.ToHexStringLower(theirs.GetCallData()));
}

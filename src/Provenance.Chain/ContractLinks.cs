using System.Numerics;
using Provenance.Chain.Rpc;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Chain;

/// <summary>Which contract a ledger's contract continues, and which continues it, as it says itself (design §4, Succession).</summary>
/// <param name="PredecessorChainId">Zero, as <paramref name="Predecessor"/>, in a ledger's first contract.</param>
/// <param name="StartSize">Leaves under its first head.</param>
/// <param name="SuccessorChainId">Zero, as <paramref name="Successor"/>, while it takes entries.</param>
public sealed record ContractLinks(
    ulong PredecessorChainId, Address Predecessor, ulong StartSize, Digest StartRoot, ulong SuccessorChainId, Address Successor)
{
    public bool IsFirst => PredecessorChainId == 0 && Predecessor == Address.Zero;

    public bool IsOpen => SuccessorChainId == 0 && Successor == Address.Zero;

    /// <param name="ask">The word in a slot of the contract at the newest block. The contract's code is known before.</param>
    /// <exception cref="ChainException">The words are none that the contract can have stored.</exception>
    internal static async Task<ContractLinks> ReadAsync(Func<Digest, Task<Digest>> ask, Func<string> host)
    {
        var (predecessor, startSize) = LedgerSlots.FindPredecessor(await ask(LedgerSlots.Predecessor)) ?? throw Malformed(host());
        return new ContractLinks(
            Number(await ask(LedgerSlots.PredecessorChainId), host()), predecessor, startSize, await ask(LedgerSlots.StartRoot),
            Number(await ask(LedgerSlots.SuccessorChainId), host()), new Address((await ask(LedgerSlots.Successor)).ToArray().AsSpan(Digest.Size - Address.Size)));
    }

    private static ulong Number(Digest word, string host) =>
        new BigInteger(word.ToArray(), isUnsigned: true, isBigEndian: true) is var number && number <= ulong.MaxValue ? (ulong)number : throw Malformed(host);

    private static ChainException Malformed(string host) => new(RpcOutcome.Malformed, $"{host} shows words in the contract's storage that it cannot hold.");
}

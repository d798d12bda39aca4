using Provenance.Core.Ethereum;

namespace Provenance.Chain.Ethereum;

/// <summary>An account that sends transactions: a key in this process (<see cref="LocalKey"/>), or one that a signer elsewhere keeps
/// (<see cref="Rpc.SignerEndpoint"/>).</summary>
public interface IAccount : IDisposable
{
    Address Address { get; }

    /// <summary>Signs; sends nothing. Raw bytes and hash are to be stored before they are broadcast (design §5, Writing).</summary>
    /// <exception cref="SignerException">A signer elsewhere gave no signature that can be used. Nothing was sent.</exception>
    Task<SignedTransaction> SignAsync(Transaction transaction, CancellationToken cancel = default);
}

/// <summary>A signer cannot be asked, refuses, or signed something else. The message says which, for people, and holds no credential.</summary>
public sealed class SignerException(string message, Exception? inner = null) : Exception(message, inner);

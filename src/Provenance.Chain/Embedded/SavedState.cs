using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Provenance.Chain.Embedded;

/// <summary>
/// The embedded chain's state on the disk: Anvil's JSON with one member in front that Anvil does not read, the SHA-256 of the chain's id and the rest. A turned bit in either
/// would otherwise become another chain, and the server would deploy a successor as if the first had been lost.
/// </summary>
public static class SavedState
{
    private const string Member = "{\"provenanceSha256\":\"";

    /// <summary>How a state begins that was saved before the sum was written.</summary>
    private const string Bare = "{\"block\":";

    /// <summary>The chain's id, once state and id were found to be as they were written.</summary>
    /// <exception cref="InvalidOperationException">They are not; the message has the way out.</exception>
    internal static async Task<ulong> ReadChainIdAsync(string directory, string idFile, string stateFile, CancellationToken cancel)
    {
        var id = File.Exists(idFile) ? await File.ReadAllTextAsync(idFile, cancel) : "";
        return ulong.TryParse(id, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var chainId) && IsWhole(chainId, await File.ReadAllBytesAsync(stateFile, cancel))
            ? chainId
            : throw new InvalidOperationException(
                $"The embedded chain in '{directory}' was changed since it was saved (state.json or chain-id). Restore the newest backup; or move that folder away, "
                + "and the server goes on in a new contract that says its predecessor was lost.");
    }

    internal static async Task WriteAsync(Stream file, ulong chainId, ReadOnlyMemory<byte> state, CancellationToken cancel)
    {
        var rest = state[1..]; // without the brace
        await file.WriteAsync(Encoding.ASCII.GetBytes($"{Member}{Sum(chainId, rest.Span)}\","), cancel);
        await file.WriteAsync(rest, cancel);
    }

    /// <summary>Whether a saved state is as it was written.</summary>
    public static bool IsWhole(ulong chainId, ReadOnlySpan<byte> saved)
    {
        var head = Member.Length + 2 * SHA256.HashSizeInBytes + 2;
        return saved.StartsWith(Encoding.ASCII.GetBytes(Bare))
            || (saved.Length > head && saved[..head].SequenceEqual(Encoding.ASCII.GetBytes($"{Member}{Sum(chainId, saved[head..])}\",")));
    }

    private static string Sum(ulong chainId, ReadOnlySpan<byte> rest)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{chainId}\n")));
        sum.AppendData(rest);
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }
}

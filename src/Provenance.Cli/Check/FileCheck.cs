using System.Buffers.Binary;
using System.Globalization;
using Provenance.Chain.Embedded;
using Provenance.Chain.Ethereum;

namespace Provenance.Cli.Check;

/// <summary>The files beside the database: keys that lie in plain, the embedded chain, SQLite's log.</summary>
/// <remarks>A sealed key shows a change when the server opens it: that takes its passphrase.</remarks>
internal static class FileCheck
{
    private static readonly string[] Keys = ["ledger.key", "chain.key", "trial-admin.key"];

    public static void Compare(string directory, FaultList faults)
    {
        foreach (var name in Keys.Where(name => File.Exists(Path.Combine(directory, name))))
        {
            if (WhyNotKey(File.ReadAllText(Path.Combine(directory, name)).Trim()) is { } why)
            {
                faults.Add($"{name}: {why}");
            }
        }
        var state = Path.Combine(directory, "chain", "state.json");
        var id = Path.Combine(directory, "chain", "chain-id");
        if (File.Exists(state) && !(File.Exists(id) && ulong.TryParse(File.ReadAllText(id), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var chainId)
            && SavedState.IsWhole(chainId, File.ReadAllBytes(state))))
        {
            faults.Add("chain/state.json: it or chain/chain-id was changed since the embedded chain was saved");
        }
        var log = Path.Combine(directory, "ledger.db-wal");
        // A server that runs may be just writing the frame: then it is whole a moment later.
        if (DamagedFrame(log) is { } frame && Wait() && DamagedFrame(log) == frame)
        {
            faults.Add($"ledger.db-wal: frame {frame} is damaged, and later commits are behind it: what they recorded is lost to SQLite. Restore a backup, or keep this file for a specialist");
        }
    }

    private static bool Wait()
    {
        Thread.Sleep(300);
        return true;
    }

    private static string? WhyNotKey(string text)
    {
        if (text.StartsWith("provenance-key-1 ", StringComparison.Ordinal))
        {
            return null;
        }
        var parts = text.Split(' ', 2);
        try
        {
            using var key = LocalKey.Parse(parts[0]);
            return parts.Length == 1 || parts[1] == key.Address.ToString() ? null : "its key is not that of the account beside it";
        }
        catch (FormatException)
        {
            return "it holds no private key, plain or sealed";
        }
    }

    /// <summary>
    /// SQLite reads its log up to the first frame whose checksum is wrong, and takes the rest for what a crash left half-written. A crash can leave one commit like that: each is synced
    /// before the next is begun. Where two or more follow, the frame was written whole once. (File format §4.2.)
    /// </summary>
    private static long? DamagedFrame(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }
        using var wal = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var head = new byte[32];
        if (wal.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            return null;
        }
        var big = (BinaryPrimitives.ReadUInt32BigEndian(head) & 1) == 1;
        var pageSize = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(8));
        var sum = Sum(head.AsSpan(0, 24), (0, 0), big);
        if (!Holds(head.AsSpan(24), sum) || pageSize is < 512 or > 65536)
        {
            return 0;
        }
        var frame = new byte[24 + pageSize];
        long? damaged = null;
        var commits = 0;
        for (var number = 1L; wal.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; number++)
        {
            if (!frame.AsSpan(8, 8).SequenceEqual(head.AsSpan(16, 8)))
            {
                if (damaged is null)
                {
                    damaged = number; // of an earlier round of the log, or its salt was hit: what follows tells
                }
                continue;
            }
            if (damaged is null)
            {
                sum = Sum(frame.AsSpan(24), Sum(frame.AsSpan(0, 8), sum, big), big);
                damaged = Holds(frame.AsSpan(16), sum) ? null : number;
            }
            commits += damaged is not null && BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0 ? 1 : 0;
        }
        return commits >= 2 ? damaged : null;
    }

    private static bool Holds(ReadOnlySpan<byte> stored, (uint, uint) sum) =>
        (BinaryPrimitives.ReadUInt32BigEndian(stored), BinaryPrimitives.ReadUInt32BigEndian(stored[4..])) == sum;

    private static (uint, uint) Sum(ReadOnlySpan<byte> bytes, (uint One, uint Two) sum, bool big)
    {
        var (one, two) = sum;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            one += (big ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes)) + two;
            two += (big ? BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])) + one;
        }
        return (one, two);
    }
}

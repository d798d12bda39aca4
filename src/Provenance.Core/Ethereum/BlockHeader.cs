using System.Diagnostics.CodeAnalysis;

namespace Provenance.Core.Ethereum;

/// <summary>A block's header, read from the RLP fields of which the block hash is the keccak-256 (yellow paper §4.4).</summary>
/// <param name="Hash">keccak256(rlp(fields)).</param>
/// <param name="Timestamp">Seconds since 1970.</param>
public sealed record BlockHeader(Digest Hash, Digest StateRoot, ulong Number, ulong Timestamp)
{
    /// <summary>Up to <c>nonce</c>: what every header has. Forks append fields.</summary>
    private const int MinimumFields = 15;

    /// <summary>Far more than any fork has (21 since Prague): a bound on what is hashed for a stranger.</summary>
    private const int MaximumFields = 64;

    /// <summary>The last second that <see cref="DateTimeOffset"/> has, in the year 9999.</summary>
    private const ulong LastSecond = 253_402_300_799;

    private enum Kind
    {
        /// <summary>Exactly so many bytes.</summary>
        Fixed,

        /// <summary>Big-endian without leading zeros, at most so many bytes.</summary>
        Integer,

        /// <summary>Any bytes: clients and consensus protocols put their own into it.</summary>
        Free,
    }

    private static readonly (string Name, Kind Kind, int Width)[] Fields =
    [
        ("parentHash", Kind.Fixed, 32), ("ommersHash", Kind.Fixed, 32), ("beneficiary", Kind.Fixed, 20), ("stateRoot", Kind.Fixed, 32),
        ("transactionsRoot", Kind.Fixed, 32), ("receiptsRoot", Kind.Fixed, 32), ("logsBloom", Kind.Fixed, 256),
        ("difficulty", Kind.Integer, 32), ("number", Kind.Integer, 8), ("gasLimit", Kind.Integer, 8), ("gasUsed", Kind.Integer, 8),
        ("timestamp", Kind.Integer, 8), ("extraData", Kind.Free, 0), ("mixHash", Kind.Fixed, 32), ("nonce", Kind.Fixed, 8),
        ("baseFeePerGas", Kind.Integer, 32), // EIP-1559
        ("withdrawalsRoot", Kind.Fixed, 32), // EIP-4895
        ("blobGasUsed", Kind.Integer, 8), ("excessBlobGas", Kind.Integer, 8), // EIP-4844
        ("parentBeaconBlockRoot", Kind.Fixed, 32), // EIP-4788
        ("requestsHash", Kind.Fixed, 32), // EIP-7685
    ];

    /// <summary>The block's time, UTC.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeSeconds((long)Timestamp);

    /// <summary>Reads a header from its fields in order, each without its RLP prefix. Fields of forks yet to come are taken as they are.</summary>
    /// <param name="reason">Names the field that no header can have.</param>
    public static bool TryRead(IReadOnlyList<byte[]> fields, [NotNullWhen(true)] out BlockHeader? header, [NotNullWhen(false)] out string? reason)
    {
        header = null;
        reason = FindFault(fields);
        if (reason is not null)
        {
            return false;
        }
        var hash = Keccak256.Hash(Rlp.EncodeList([.. fields.Select(field => Rlp.EncodeBytes(field))]));
        header = new BlockHeader(hash, new Digest(fields[3]), ToUInt64(fields[8]), ToUInt64(fields[11]));
        return true;
    }

    private static string? FindFault(IReadOnlyList<byte[]> fields)
    {
        if (fields.Count is < MinimumFields or > MaximumFields)
        {
            return $"a block header has {MinimumFields} fields or some more, not {fields.Count}";
        }
        foreach (var ((name, kind, width), field) in Fields.Zip(fields))
        {
            var fits = kind switch
            {
                Kind.Fixed => field.Length == width,
                Kind.Integer => field.Length <= width && field is not [0, ..],
                _ => true,
            };
            if (!fits)
            {
                return kind == Kind.Fixed
                    ? $"{name} of a block header is {width} bytes, not {field.Length}"
                    : $"{name} of a block header is an integer of at most {width} bytes without leading zeros";
            }
        }
        return ToUInt64(fields[11]) > LastSecond ? "timestamp of a block header lies beyond the year 9999" : null;
    }

    private static ulong ToUInt64(byte[] bigEndian) => bigEndian.Aggregate(0UL, (value, digit) => value << 8 | digit);
}

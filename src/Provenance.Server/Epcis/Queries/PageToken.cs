using System.Buffers.Binary;
using System.Buffers.Text;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis.Queries;

/// <summary>
/// Where the next page of an answer goes on: behind a place in its order, among the events there were when its first page was answered.
/// It opens nothing: whoever sends one sees what the key may see.
/// </summary>
/// <param name="Mark">Of the query and resource that it belongs to.</param>
/// <param name="Size">Events in the log at the first page.</param>
/// <param name="After">The last place looked at.</param>
/// <param name="IsByTime">The order goes by eventTime, which <see cref="After"/> then has; else by the log.</param>
/// <param name="Left">Events that eventCountLimit leaves; -1 where there is none.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
internal sealed record PageToken(long Mark, long Size, TimedLeaf After, bool IsByTime, int Left, DateTimeOffset ExpiresAt)
{
    /// <summary>How long a reader may take from page to page.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int Length = (6 * sizeof(long)) + 1;

    /// <summary>The token of a request; none on the first page.</summary>
    /// <param name="mark">Of the query and resource asked for.</param>
    public static Problem? Read(string? text, long mark, DateTimeOffset now, out PageToken? token)
    {
        token = text is null ? null : Find(text);
        return text is null || (token is not null && token.Mark == mark && token.ExpiresAt > now) ? null : QueryRequest.StaleToken(text);
    }

    /// <summary>Null for what no page was ever answered with.</summary>
    private static PageToken? Find(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length > 2 * Length || !Base64Url.IsValid(text, out var length) || length != Length || !Base64Url.TryDecodeFromChars(text, bytes, out _))
        {
            return null;
        }
        var (mark, size, at, leaf, left, expires) = (Long(bytes, 0), Long(bytes, 1), Long(bytes, 2), Long(bytes, 3), Long(bytes, 4), Long(bytes, 5));
        return size >= 0 && leaf >= -1 && leaf <= size && left is >= -1 and <= int.MaxValue && expires is > 0 and < 253_402_300_800_000 && bytes[^1] <= 1
            ? new PageToken(mark, size, new TimedLeaf(at, leaf), bytes[^1] == 1, (int)left, DateTimeOffset.FromUnixTimeMilliseconds(expires))
            : null;

        static long Long(ReadOnlySpan<byte> all, int place) => BinaryPrimitives.ReadInt64BigEndian(all[(place * sizeof(long))..]);
    }

    /// <summary>As it stands in the link to the next page.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        var place = 0;
        foreach (var value in (ReadOnlySpan<long>)[Mark, Size, After.At, After.Leaf, Left, ExpiresAt.ToUnixTimeMilliseconds()])
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes[place..], value);
            place += sizeof(long);
        }
        bytes[^1] = IsByTime ? (byte)1 : (byte)0;
        return Base64Url.EncodeToString(bytes);
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Provenance.Core.Log;

/// <summary>Who recorded an entry and when, as the operator states it. Hidden behind its hash from those who may not know the author.</summary>
/// <param name="Party">The party for which it was recorded.</param>
/// <param name="RecordedAt">UTC, whole milliseconds.</param>
/// <param name="Salt">Unpadded base64url of 128 random bits: 22 characters.</param>
/// <param name="Seq">The party's own count of its entries, from 1 without gaps.</param>
/// <param name="Submission">SHA-256 of the submission record that the party signed; null where the operator recorded for it.</param>
public sealed record EntryMeta(PartyId Party, DateTimeOffset RecordedAt, string Salt, ulong Seq, Digest? Submission)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>SHA-256 of <see cref="ToBytes"/>.</summary>
    public Digest Hash => Digest.Sha256(ToBytes());

    /// <summary>A salt from 16 random bytes.</summary>
    public static string SaltOf(ReadOnlySpan<byte> random128) => Base64Url.EncodeToString(random128);

    /// <summary>A time as every hashed text of ours spells it: UTC, three decimals, <c>Z</c>.</summary>
    public static string Print(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads <see cref="Print"/>'s spelling and no other.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    /// <summary>JCS of the five members.</summary>
    public byte[] ToBytes()
    {
        var submission = Submission is { } s ? $"\"{s}\"" : "null";
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"party\":\"{Party}\",\"recordedAt\":\"{Print(RecordedAt)}\",\"salt\":\"{Salt}\",\"seq\":{Seq},\"submission\":{submission}}}"));
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Where the next page of a list of names goes on.</summary>
/// <param name="Mark">Of the resource that it belongs to.</param>
/// <param name="After">The last name listed.</param>
internal sealed record NameToken(long Mark, string After, DateTimeOffset ExpiresAt)
{
    private const int Head = 2 * sizeof(long);

    /// <summary>Null for what no page was ever answered with.</summary>
    public static NameToken? Find(string text)
    {
        if (text.Length > 8192 || !Base64Url.IsValid(text, out var length) || length <= Head)
        {
            return null;
        }
        var bytes = Base64Url.DecodeFromChars(text);
        var expires = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(sizeof(long)));
        return expires is > 0 and < 253_402_300_800_000
            ? new NameToken(BinaryPrimitives.ReadInt64BigEndian(bytes), Encoding.UTF8.GetString(bytes.AsSpan(Head)), DateTimeOffset.FromUnixTimeMilliseconds(expires))
            : null;
    }

    public override string ToString()
    {
        var bytes = new byte[Head + Encoding.UTF8.GetByteCount(After)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Mark);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(sizeof(long)), ExpiresAt.ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(After, bytes.AsSpan(Head));
        return Base64Url.EncodeToString(bytes);
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Where the next page of a list of names goes on.</summary>
/// <param name="Mark">Of the resource that it belongs to.</param>
/// <param name="After">The last name listed.</param>
internal sealed record NameToken(long Mark, string After, DateTimeOffset ExpiresAt)
{
    private const int Head = 2 * sizeof(long);

    /// <summary>The token of a request; none on the first page.</summary>
    /// <param name="mark">Of the resource asked for.</param>
    public static Problem? Read(string? text, long mark, DateTimeOffset now, out NameToken? token)
    {
        token = text is null ? null : Find(text);
        return text is null || (token is not null && token.Mark == mark && token.ExpiresAt > now) ? null : QueryRequest.StaleToken(text);
    }

    /// <summary>Null for what no page was ever answered with.</summary>
    private static NameToken? Find(string text)
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

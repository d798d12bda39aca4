using System.Text.Json;
using Provenance.Core;

namespace Provenance.Tests.Core.Ethereum;

/// <summary>Reads the hex of outside vectors, which use either case.</summary>
internal static class VectorJson
{
    public static byte[] HexBytes(this JsonElement vector, string member) => HexBytes(vector.GetProperty(member));

    public static byte[] HexBytes(this JsonElement text) => Convert.FromHexString(text.GetString()![2..]);

    public static Digest Digest(this JsonElement vector, string member) => new(HexBytes(vector, member));
}

using Provenance.Server.Storage;

namespace Provenance.Tests.Server.Storage;

public sealed class SipHashTests
{
    /// <summary>From the reference implementation's vectors_sip64: key 00…0f, input 00, 01, … of that length.</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void It_gives_what_the_reference_gives(int length, ulong expected)
    {
        var key = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();
        var input = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

        Assert.Equal(expected, SipHash.Hash(key, input));
    }
}

using Provenance.Core.Ethereum;

namespace Provenance.Tests.Core.Ethereum;

public class Keccak256Tests
{
    [Fact]
    public void The_published_hashes_of_nothing_and_of_abc_come_out()
    {
        Assert.Equal("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Keccak256.Hash([]).ToString());
        Assert.Equal("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45", Keccak256.Hash("abc"u8).ToString());
    }

    [ConformanceFact]
    public void Every_outside_vector_comes_out()
    {
        foreach (var vector in Conformance.Json("ethereum/keccak256.json").EnumerateArray())
        {
            Assert.Equal(vector.GetProperty("keccak256").GetString(), "0x" + Keccak256.Hash(vector.HexBytes("data")));
        }
    }

    [Theory]
    [InlineData(135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446")]
    [InlineData(136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e")]
    [InlineData(137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39")]
    [InlineData(271, "132f47effd6c8b1b299efa53fe68aece77ec8ae4eb2e294f668eec94f76001e1")]
    [InlineData(272, "cf7fcd4f705ee749930d19ca84561a9bf62516bd90a471545fa2f49fdc7e63c8")]
    [InlineData(273, "5a7b8187d2778e614097fac3097573de1fee4d972304d3360796a857029bb176")]
    public void Padding_is_right_on_both_sides_of_a_block_boundary(int length, string hashByEthers)
    {
        Assert.Equal(hashByEthers, Keccak256.Hash(Enumerable.Repeat((byte)'a', length).ToArray()).ToString());
    }
}

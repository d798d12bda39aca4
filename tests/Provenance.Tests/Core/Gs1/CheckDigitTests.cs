using Provenance.Core.Gs1;

namespace Provenance.Tests.Core.Gs1;

public class CheckDigitTests
{
    [Theory]
    [InlineData("9506000134352", "09506000134352")]
    [InlineData("02345673", "00000002345673")]
    [InlineData("416000336108", "00416000336108")]
    [InlineData("09506000134352", "09506000134352")]
    [InlineData("9506000134353", null)]
    [InlineData("950600013435", null)]
    [InlineData("950600013435 ", null)]
    [InlineData("123", null)]
    public void A_GTIN_of_any_length_becomes_14_digits(string gtin, string? padded) => Assert.Equal(padded, CheckDigit.Gtin14(gtin));

    [Fact]
    public void The_check_pair_of_a_model_number_is_GS1s() => Assert.Equal("2K", CheckDigit.PairOf("1987654Ad4X4bL5ttr2310c"));
}

using System.Globalization;
using Provenance.Core.Gs1;

namespace Provenance.Tests.Core.Gs1;

public class EpcUrnTests
{
    [ConformanceFact]
    public void Every_pair_of_the_vectors_converts_both_ways()
    {
        foreach (var row in Gs1Vectors.Rows("gs1/epc-urn-digital-link.tsv").Skip(1))
        {
            Assert.True(EpcUrn.TryParse(row[1], out var link, out var error), error);
            Assert.Equal(row[3], link.ToString());
            Assert.True(DigitalLink.TryParse(row[3], out link, out error), error);
            Assert.Equal(row[1], EpcUrn.Of(link, int.Parse(row[2], CultureInfo.InvariantCulture)));
        }
    }

    [Theory]
    [InlineData("urn:epc:id:itip:4012345.012345.01.02.999", "https://id.gs1.org/8006/040123451234560102/21/999")]
    [InlineData("urn:epc:idpat:itip:4012345.012345.01.02.*", "https://id.gs1.org/8006/040123451234560102")]
    [InlineData("urn:epc:id:upui:4012345.012345.AB12", "https://id.gs1.org/01/04012345123456/235/AB12")]
    [InlineData("urn:epc:id:cpi:4012345.AB%23C.123", "https://id.gs1.org/8010/4012345AB%23C/8011/123")]
    [InlineData("urn:epc:idpat:cpi:4012345.ABC.*", "https://id.gs1.org/8010/4012345ABC")]
    [InlineData("urn:epc:idpat:grai:4012345.66666.*", "https://id.gs1.org/8003/04012345666663")]
    [InlineData("urn:epc:idpat:gdti:4012345.55555.*", "https://id.gs1.org/253/4012345555554")]
    [InlineData("urn:epc:idpat:sgcn:4012345.99999.*", "https://id.gs1.org/255/4012345999990")]
    [InlineData("urn:epc:id:gdti:95252084.0001.0003555480001000", "https://id.gs1.org/253/95252084000140003555480001000")]
    [InlineData("urn:epc:id:sgtin:950600013.0435.a.b", "https://id.gs1.org/01/09506000134352/21/a.b")]
    public void Other_schemes_convert_both_ways(string urn, string uri)
    {
        Assert.True(EpcUrn.TryParse(urn, out var link, out var error), error);
        Assert.Equal(uri, link.ToString());
        Assert.True(DigitalLink.TryParse(uri, out link, out error), error);
        Assert.Equal(urn, EpcUrn.Of(link, urn.Split(':')[4].IndexOf('.')));
    }

    [Theory]
    [InlineData("urn:epc:class:lgtin:6000001.recycled-copper.batch-2032-03")]
    [InlineData("urn:epc:id:sgtin:4012345.012345")]
    [InlineData("urn:epc:id:sgtin:4012345.012345.")]
    [InlineData("urn:epc:id:sgtin:40123.01234567.1")]
    [InlineData("urn:epc:id:sgtin:4012345.012345.A B")]
    [InlineData("urn:epc:id:sgtin:4012345.012345.%00")]
    [InlineData("urn:epc:idpat:sgtin:4012345.012345.7")]
    [InlineData("urn:epc:idpat:sscc:4012345.*")]
    [InlineData("urn:epc:id:cpi:4012345.ABC.012")]
    [InlineData("urn:epc:id:gid:95100000.12345.400")]
    [InlineData("urn:epc:id:sgtin")]
    [InlineData("urn:uuid:8d3e6e36-0000-4000-8000-000000000000")]
    public void Other_texts_are_refused(string urn)
    {
        Assert.False(EpcUrn.TryParse(urn, out _, out var error));
        Assert.Contains(urn, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_whose_qualifiers_no_URN_has_gives_none()
    {
        Assert.True(DigitalLink.TryParse("https://id.gs1.org/01/09506000134352/10/L/21/S", out var link, out _));
        Assert.Null(EpcUrn.Of(link, 9));
        Assert.True(DigitalLink.TryParse("https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K", out link, out _));
        Assert.Null(EpcUrn.Of(link, 7));
    }
}

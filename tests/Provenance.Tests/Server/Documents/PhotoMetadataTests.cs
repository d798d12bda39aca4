using System.Text;
using Provenance.Server.Documents;

namespace Provenance.Tests.Server.Documents;

public sealed class PhotoMetadataTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes(Photos.Secret);

    public static TheoryData<string, byte> Kinds { get; } = new()
    {
        { "jpeg", 1 }, { "jpeg", 6 }, { "progressive", 1 }, { "progressive", 8 }, { "png", 1 }, { "png", 3 }, { "webp", 1 }, { "webp", 6 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_left_of_a_photo_but_the_picture_its_colours_and_which_way_is_up(string kind, byte orientation)
    {
        var file = Taken(kind, orientation);
        Assert.True(file.AsSpan().IndexOf(Secret) > 0);

        var kept = Strip(file);

        Assert.Equal(-1, kept.AsSpan().IndexOf(Secret));
        Assert.Equal(Pictures(kind).Length, Pictures(kind).Count(part => kept.AsSpan().IndexOf(part) > 0));
        Assert.Equal(orientation != 1, kept.AsSpan().IndexOf("MM\0*"u8) > 0);
        Assert.Equal(kind != "png", kept.AsSpan().IndexOf("a colour profile"u8) > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_stripped_stays_as_it_is_when_sent_again(string kind, byte orientation)
    {
        var once = Strip(Taken(kind, orientation));

        Assert.Equal(once, Strip(once));
    }

    [Fact]
    public void A_photo_without_metadata_is_kept_byte_for_byte()
    {
        Assert.Equal(Photos.Jpeg, Strip(Photos.Jpeg));
        Assert.Equal(Photos.ProgressiveJpeg, Strip(Photos.ProgressiveJpeg));
        Assert.Equal(Photos.Png, Strip(Photos.Png));
        Assert.Equal(Photos.Webp, Strip(Photos.Webp));
        Assert.Equal(Photos.Pdf, Strip(Photos.Pdf));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("progressive")]
    [InlineData("png")]
    [InlineData("webp")]
    public void A_photo_cut_off_anywhere_is_refused(string kind)
    {
        var whole = Strip(Taken(kind, 6));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(DocumentContent.Read(whole.AsMemory(0, length), out var fault));
            Assert.NotEmpty(fault);
        }
    }

    [Fact]
    public void Whatever_a_damaged_file_holds_it_is_kept_without_secrets_or_refused()
    {
        var random = new Random(20261124);
        foreach (var kind in new[] { "jpeg", "progressive", "png", "webp" })
        {
            var file = Taken(kind, 6);
            for (var i = 0; i < 3000; i++)
            {
                var damaged = (byte[])file.Clone();
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                if (DocumentContent.Read(damaged, out _) is { } kept)
                {
                    Assert.NotNull(DocumentContent.Read(kept.Bytes, out _));
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")]
    [InlineData("<html>%PDF-1.4 %%EOF")]
    [InlineData("GIF89a")]
    [InlineData("%PDF-1.7 cut off")]
    [InlineData("RIFF\u0004\0\0\0WAVE")]
    public void What_is_no_document_is_refused(string text)
    {
        Assert.Null(DocumentContent.Read(Encoding.Latin1.GetBytes(text), out var fault));
        Assert.NotEmpty(fault);
    }

    private static byte[] Strip(byte[] file)
    {
        var kept = DocumentContent.Read(file, out var fault);
        Assert.True(kept is not null, fault);
        return kept.Bytes.ToArray();
    }

    private static byte[] Taken(string kind, byte orientation) => kind switch
    {
        "jpeg" => Photos.JpegOfAPhone(Photos.Jpeg, orientation),
        "progressive" => Photos.JpegOfAPhone(Photos.ProgressiveJpeg, orientation),
        "png" => Photos.PngOfAProgram(orientation),
        _ => Photos.WebpOfAPhone(orientation),
    };

    /// <summary>What has to be there still, bit for bit.</summary>
    private static byte[][] Pictures(string kind) => kind switch
    {
        "jpeg" => [Photos.Jpeg[20..]],
        "progressive" => [Photos.ProgressiveJpeg[20..]],
        "png" => [Photos.Png[8..33], Photos.Png[33..]],
        _ => [Photos.Webp[12..]],
    };
}

namespace Provenance.Server.Documents;

/// <summary>What a document is, by its content.</summary>
internal enum DocumentType
{
    Pdf,
    Png,
    Jpeg,
    Webp,
}

internal static class DocumentTypes
{
    public static string MediaType(this DocumentType type) => type switch
    {
        DocumentType.Pdf => "application/pdf",
        DocumentType.Png => "image/png",
        DocumentType.Jpeg => "image/jpeg",
        DocumentType.Webp => "image/webp",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>With its dot.</summary>
    public static string Extension(this DocumentType type) => type == DocumentType.Jpeg ? ".jpg" : "." + type.ToString().ToLowerInvariant();

    /// <summary>Back from <see cref="MediaType"/>.</summary>
    public static DocumentType Parse(string mediaType) => Enum.GetValues<DocumentType>().First(type => type.MediaType() == mediaType);
}

/// <summary>A file as it is kept: a PDF byte for byte, a photo without what it says of its taker (decisions/0012-documents.md).</summary>
internal sealed record DocumentContent(DocumentType Type, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Null when the file is none of the types, or one of them and damaged: then <paramref name="fault"/> says which.</summary>
    /// <remarks>Neither a name nor a header is asked: both are the sender's word.</remarks>
    public static DocumentContent? Read(ReadOnlyMemory<byte> file, out string fault)
    {
        fault = "";
        if (TypeOf(file.Span) is not { } type)
        {
            fault = "This is no PDF, PNG, JPEG or WebP file. Send one of these; the type is told by the content, not by a name.";
            return null;
        }
        try
        {
            return new DocumentContent(type, type switch
            {
                DocumentType.Png => PngMetadata.Strip(file.Span),
                DocumentType.Jpeg => JpegMetadata.Strip(file.Span),
                DocumentType.Webp => WebpMetadata.Strip(file.Span),
                _ => Whole(file),
            });
        }
        catch (FormatException e)
        {
            fault = $"This {type.ToString().ToUpperInvariant()} file is damaged: {e.Message}. Save or export it again and send that.";
            return null;
        }
    }

    private static DocumentType? TypeOf(ReadOnlySpan<byte> file) =>
        file.StartsWith("%PDF-"u8) ? DocumentType.Pdf
        : file.StartsWith(PngMetadata.Signature) ? DocumentType.Png
        : file.StartsWith(JpegMetadata.Start) ? DocumentType.Jpeg
        : file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8) ? DocumentType.Webp
        : null;

    // ISO 32000-2 §7.5.5: readers look for the end marker in the last 1,024 bytes. One that is missing was cut off on its way.
    private static ReadOnlyMemory<byte> Whole(ReadOnlyMemory<byte> pdf) => pdf.Span[Math.Max(0, pdf.Length - 1024)..].IndexOf("%%EOF"u8) >= 0
        ? pdf : throw new FormatException("its end is missing");
}

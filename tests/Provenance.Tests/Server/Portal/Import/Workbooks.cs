using System.IO.Compression;
using System.Text;

namespace Provenance.Tests.Server.Portal.Import;

/// <summary>Workbooks part by part, as no spreadsheet program would write them but the format (ECMA-376) allows or an attacker sends.</summary>
internal static class Workbooks
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>One sheet; its rows as XML, shared strings and further parts if there are any.</summary>
    public static byte[] Of(string rows, string? sharedStrings = null, string dtd = "", params (string Name, string Content)[] parts)
    {
        var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "[Content_Types].xml", """
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
                """);
            Add(archive, "_rels/.rels", $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Related}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Add(archive, "xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="{Related}"><sheets><sheet name="Rows" sheetId="1" r:id="rId1"/></sheets></workbook>""");
            Add(archive, "xl/_rels/workbook.xml.rels", $"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Related}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{Related}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="{Related}/styles" Target="styles.xml"/></Relationships>""");
            // Style 1 is a date (format 14).
            Add(archive, "xl/styles.xml", $"""<styleSheet xmlns="{Main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>""");
            Add(archive, "xl/worksheets/sheet1.xml", $"""{dtd}<worksheet xmlns="{Main}"><sheetData>{rows}</sheetData></worksheet>""");
            Add(archive, "xl/sharedStrings.xml", $"""<sst xmlns="{Main}">{sharedStrings}</sst>""");
            foreach (var (name, content) in parts)
            {
                Add(archive, name, content);
            }
        }
        return output.ToArray();
    }

    /// <summary>A row of texts.</summary>
    public static string Row(params string[] cells) => $"<row>{string.Concat(cells.Select(cell => $"<c t=\"inlineStr\"><is><t>{System.Security.SecurityElement.Escape(cell)}</t></is></c>"))}</row>";

    /// <summary>The workbook with a further row of letters on its first sheet.</summary>
    public static byte[] WithRow(byte[] workbook)
    {
        var output = new MemoryStream();
        output.Write(workbook);
        using (var archive = new ZipArchive(output, ZipArchiveMode.Update, leaveOpen: true))
        {
            var part = archive.Entries.First(entry => entry.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal));
            string xml;
            using (var reader = new StreamReader(part.Open()))
            {
                xml = reader.ReadToEnd();
            }
            part.Delete();
            Add(archive, part.FullName, xml.Replace("</sheetData>", Row("x") + "</sheetData>", StringComparison.Ordinal));
        }
        return output.ToArray();
    }

    /// <summary>The XML of the first sheet.</summary>
    public static string FirstSheet(byte[] workbook)
    {
        using var archive = new ZipArchive(new MemoryStream(workbook));
        using var reader = new StreamReader(archive.Entries.First(entry => entry.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal)).Open());
        return reader.ReadToEnd();
    }

    private static void Add(ZipArchive archive, string name, string content)
    {
        using var part = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
        part.Write(Encoding.UTF8.GetBytes(content));
    }
}

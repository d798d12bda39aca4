using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Provenance.Server.Portal.Import;

namespace Provenance.Tests.Server.Portal.Import;

/// <summary>Files as firms have them, and as attackers send them.</summary>
public sealed class SheetTests
{
    private static readonly ImportKind Batches = ImportKind.Find("batches")!;

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16", false)]
    [InlineData("windows-1252", false)]
    public void Text_is_read_in_the_encoding_it_has(string name, bool hasMark)
    {
        var encoding = name == "windows-1252" ? CodePagesEncodingProvider.Instance.GetEncoding(1252)! : Encoding.GetEncoding(name);
        byte[] file = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("Produkt;Charge\r\nMühlviertler Brötchen;L–1\r\n")];

        var sheet = SheetReader.Read(file).Sheet!;

        Assert.Equal(["Produkt", "Charge"], sheet.Headers);
        Assert.Equal(["Mühlviertler Brötchen", "L–1"], sheet.Rows[0].Cells.Select(cell => cell.Text));
    }

    [Theory]
    [InlineData("a,b,c\n1,\"x;y\tz\",3\n", ',')]
    [InlineData("a;b;c\n1;\"x,y\tz\";3,5\n", ';')]
    [InlineData("a\tb\tc\n1\tx,y;z\t3\n", '\t')]
    [InlineData("sep=;\na;b;c\n1;x,y,z,w;3\n", ';')]
    public void Columns_are_told_apart_by_what_separates_them(string text, char separator)
    {
        var sheet = SheetReader.Read(Encoding.UTF8.GetBytes(text)).Sheet!;

        Assert.Equal(separator, sheet.Separator);
        Assert.Equal(["a", "b", "c"], sheet.Headers);
        Assert.Equal(3, sheet.Rows[0].Cells.Count);
    }

    [Theory]
    [InlineData("12,5|1.000,25|7", "comma", "12.5 1000.25 7")]
    [InlineData("12.5|1,000.25|7", "point", "12.5 1000.25 7")]
    [InlineData("1,000|0,5", "comma", "1.000 0.5")]
    [InlineData("1,000|12.5", "point", "1000 12.5")]
    [InlineData("1 000,5|1'000", "comma", "1000.5 1000")]
    [InlineData("1,000|2,000", "", "? ?")]
    [InlineData("1,5|1.5|1,234.5|1.234,5|1,000", "", "1.5 1.5 1234.5 1234.5 ?")]
    [InlineData("1,23,4|1..2|12a", "", "'1,23,4' '1..2' '12a'")]
    public void A_decimal_sign_is_known_by_the_column_and_never_guessed(string cells, string sign, string read)
    {
        var (columns, rows) = Column("Quantity", cells.Split('|'));

        Assert.Equal(sign, columns.Decimal);
        Assert.Equal(read, string.Join(' ', rows.Select(row => RowRequest.Of(Batches, columns, row)).Select(request => request.Faults.Count > 0 ? "?"
            : JsonNode.Parse(request.Body)!["quantity"]! is var value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? value.ToJsonString() : $"'{value}'")));
    }

    [Theory]
    [InlineData("2026-11-20|20.11.2026|2026/11/20|20261120|1.2.2026", "", "2026-11-20 2026-11-20 2026-11-20 2026-11-20 2026-02-01")]
    [InlineData("20/11/2026|03/04/2026", "dmy", "2026-11-20 2026-04-03")]
    [InlineData("11/20/2026|03/04/2026", "mdy", "2026-11-20 2026-03-04")]
    [InlineData("03/04/2026|3-4-2026", "", "? ?")]
    [InlineData("20.11.26|soon|20.11.2026 7:30", "", "20.11.26 soon 2026-11-20T07:30")]
    public void A_date_is_read_as_it_is_written_where_that_is_clear(string cells, string order, string read)
    {
        var (columns, rows) = Column("Made on", cells.Split('|'));

        Assert.Equal(order, columns.Dates);
        Assert.Equal(read, string.Join(' ', rows.Select(row => RowRequest.Of(Batches, columns, row)).Select(request => request.Faults.Count > 0 ? "?" : (string)JsonNode.Parse(request.Body)!["at"]!)));
    }

    [Theory]
    [InlineData("9506000134352", "9506000134352")]
    [InlineData("12345670", "12345670")]
    [InlineData("36000291452", "00036000291452")] // a spreadsheet took the zero away
    [InlineData("9506000134351", "9506000134351")] // wrong stays wrong
    [InlineData("9 506000 134352", "9506000134352")]
    public void A_gtin_gets_its_zeros_back(string cell, string read)
    {
        var (columns, rows) = Column("GTIN", [cell]);

        Assert.Equal(read, (string)JsonNode.Parse(RowRequest.Of(Batches, columns, rows[0]).Body)!["product"]!["gtin"]!);
    }

    [Fact]
    public void A_workbooks_numbers_dates_texts_and_results_of_formulas_are_read()
    {
        var file = Workbooks.Of("""
            <row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>B</t></is></c><c r="D2" t="inlineStr"><is><t>D</t></is></c></row>
            <row r="5"><c r="A5" s="1"><v>46346</v></c><c r="B5"><v>1.1000000000000001</v></c><c r="C5"><v>9506000134352</v></c><c r="D5"><f>[1]Other!A1*2</f><v>42</v></c><c r="E5" t="b"><v>1</v></c><c r="F5" t="e"><v>#REF!</v></c><c r="G5" t="inlineStr"><is><t>not t="e" here</t></is></c></row>
            """, "<si><r><t>Ru</t></r><r><t>st</t></r></si>");

        var sheet = SheetReader.Read(file).Sheet!;

        Assert.Equal(["Rust", "B", "C", "D", "E"], sheet.Headers.Take(5));
        Assert.Equal(5, sheet.Rows[0].Number);
        Assert.Equal(["2026-11-20", "1.1", "9506000134352", "42", "true", "#REF!", "not t=\"e\" here"], sheet.Rows[0].Cells.Select(cell => cell.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData(";;;\n;;;\n")]
    [InlineData("only;headers\n")]
    public void A_file_without_rows_is_refused(string text) => Assert.Contains(SheetReader.Read(Encoding.UTF8.GetBytes(text)).Fault, new[] { "empty", "blank" });

    [Fact]
    public void What_is_no_table_is_refused_with_its_reason()
    {
        var many = new StringBuilder("a\n");
        many.Insert(many.Length, "1\n", Sheet.MostRows + 1);

        Assert.Equal("old", SheetReader.Read([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]).Fault);
        Assert.Equal("kind", SheetReader.Read("%PDF-1.7 …"u8.ToArray()).Fault);
        Assert.Equal("kind", SheetReader.Read([1, 0, 0, 7, 9, 0, 0]).Fault);
        Assert.Equal("kind", SheetReader.Read(Zip(("a.txt", "x"u8.ToArray()))).Fault);
        Assert.Equal("broken", SheetReader.Read([0x50, 0x4B, 3, 4, 1, 2, 3]).Fault);
        Assert.Equal("broken", SheetReader.Read(Workbooks.Of("<row><c")).Fault);
        Assert.Equal("wide", SheetReader.Read(Encoding.UTF8.GetBytes(string.Join(';', Enumerable.Range(0, 101)) + "\n1;2\n")).Fault);
        Assert.Equal("long", SheetReader.Read(Encoding.UTF8.GetBytes(many.ToString())).Fault);
        Assert.Equal("large", SheetReader.Read(new byte[SheetReader.MostBytes + 1]).Fault);
    }

    [Fact]
    public void A_zip_bomb_is_not_unpacked_whether_its_directory_tells_the_truth_or_not()
    {
        var bomb = Lying(Workbooks.Of(Workbooks.Row("a") + Workbooks.Row("b")), "xl/worksheets/sheet1.xml", declared: 300 << 20);
        var liar = Lying(Workbooks.Of(Workbooks.Row("a") + string.Concat(Enumerable.Repeat(Workbooks.Row("b"), 50_000))), "xl/worksheets/sheet1.xml", declared: 900);
        var clock = Stopwatch.StartNew();

        Assert.Equal("bomb", SheetReader.Read(bomb).Fault);
        Assert.NotNull(SheetReader.Read(liar).Fault);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"{clock.Elapsed}");
    }

    [Fact]
    public void Entities_are_not_expanded_and_nothing_outside_is_read()
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, "the secret");
        try
        {
            var file = Workbooks.Of("<row><c t=\"inlineStr\"><is><t>a</t></is></c></row><row><c t=\"inlineStr\"><is><t>&x;</t></is></c></row>",
                dtd: $"<!DOCTYPE worksheet [<!ENTITY x SYSTEM \"file://{secret}\">]>");

            Assert.Equal("broken", SheetReader.Read(file).Fault);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public void A_huge_cell_is_cut_where_no_field_takes_more()
    {
        var sheet = SheetReader.Read(Encoding.UTF8.GetBytes("a;b\n" + new string('x', 500_000) + ";1\n")).Sheet!;

        Assert.Equal(2_001, sheet.Rows[0][0].Text.Length);
        Assert.Equal("quotes", SheetReader.Read(Encoding.UTF8.GetBytes("a;b\n\"" + new string('x', 2_000_000) + ";1\n")).Fault);
    }

    [Fact]
    public void Broken_workbooks_never_throw()
    {
        var whole = Workbooks.Of(Workbooks.Row("a", "b") + Workbooks.Row("1", "2"), "<si><t>x</t></si>");
        var random = new Random(11);
        for (var i = 0; i < 400; i++)
        {
            var broken = whole.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                broken[random.Next(4, broken.Length)] = (byte)random.Next(256);
            }
            var (sheet, fault) = SheetReader.Read(i % 4 == 0 ? broken[..random.Next(4, broken.Length)] : broken);
            Assert.True(sheet is null != (fault is null));
        }
    }

    private static (Columns Columns, IReadOnlyList<SheetRow> Rows) Column(string header, IReadOnlyList<string> cells)
    {
        var sheet = SheetReader.Read(Encoding.UTF8.GetBytes($"{header}\tLot\n{string.Join('\n', cells.Select(cell => $"{cell}\tL"))}\n")).Sheet!;
        return (Columns.Of(sheet, Batches, new Dictionary<string, string>()), sheet.Rows);
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] parts)
    {
        var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var part = archive.CreateEntry(name).Open();
                part.Write(content);
            }
        }
        return output.ToArray();
    }

    /// <summary>The archive with another length for one part, in its directory and in front of the part (APPNOTE 4.3.7 and 4.3.12).</summary>
    private static byte[] Lying(byte[] archive, string part, uint declared)
    {
        var name = Encoding.UTF8.GetBytes(part);
        for (var at = 0; at < archive.Length - 46; at++)
        {
            var (length, start) = BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(at)) switch { 0x04034b50 => (22, 30), 0x02014b50 => (24, 46), _ => (0, 0) };
            if (start > 0 && archive.AsSpan(at + start).StartsWith(name))
            {
                BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(at + length), declared);
            }
        }
        return archive;
    }
}

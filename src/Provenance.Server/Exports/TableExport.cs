using System.Globalization;
using CsvHelper;
using Provenance.Core.Log;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace Provenance.Server.Exports;

/// <summary>A trail as a table: a row for each item of each event, as far as the caller may see it.</summary>
internal static class TableExport
{
    /// <summary>RFC 7111, RFC 4180.</summary>
    public const string CsvType = "text/csv; charset=utf-8; header=present";

    public const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>What a cell of Excel holds.</summary>
    private const int LongestCell = 32_767;

    private static readonly string[] Columns =
    [
        "index", "eventTime", "timeZone", "timePrecision", "type", "action", "bizStep", "disposition", "party", "place", "city", "country", "basis",
        "item", "role", "quantity", "uom", "eventId", "declaredAnError",
    ];

    private static readonly double[] Widths = [8, 26, 11, 13, 20, 10, 24, 16, 24, 20, 16, 9, 10, 60, 9, 10, 7, 48, 18];

    // A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). Without the byte order mark Excel takes UTF-8 for the local code page.
    private static readonly CsvWriterOptions Format = new() { Injection = CsvInjection.Escape, WriteByteOrderMark = true };

    public static byte[] Csv(Trail trail)
    {
        var output = new MemoryStream();
        using (var csv = CsvWriter.Create(output, Format, leaveOpen: true))
        {
            csv.WriteHeader(Columns);
            foreach (var row in Rows(trail))
            {
                foreach (var (text, number) in row)
                {
                    if (number is null)
                    {
                        csv.WriteField(text);
                    }
                    else
                    {
                        csv.WriteField(number);
                    }
                }
                csv.EndRecord();
            }
        }
        return output.ToArray();
    }

    /// <summary>Numbers are numbers and all else is text, which no spreadsheet runs. A second sheet says what was asked for.</summary>
    public static async Task<byte[]> XlsxAsync(Trail trail, DateTimeOffset now)
    {
        var output = new MemoryStream();
        await using (var book = await Spreadsheet.CreateNewAsync(output))
        {
            var head = book.AddStyle(new Style { Font = { Bold = true } });
            var options = new WorksheetOptions { FrozenRows = 1 };
            for (var i = 0; i < Widths.Length; i++)
            {
                options.Column(i + 1).Width = Widths[i];
            }
            await book.StartWorksheetAsync("trail", options);
            await book.AddRowAsync([.. Columns.Select(column => new StyledCell(column, head))]);
            foreach (var row in Rows(trail))
            {
                await book.AddRowAsync([.. row.Select(cell => cell.Number is { } number ? new DataCell(number) : new DataCell(Clean(cell.Text)))]);
            }
            var about = new WorksheetOptions();
            (about.Column(1).Width, about.Column(2).Width) = (16, 80);
            await book.StartWorksheetAsync("about", about);
            foreach (var (name, value) in About(trail, now))
            {
                await book.AddRowAsync([new StyledCell(name, head), new StyledCell(Clean(value), null)]);
            }
            await book.FinishAsync();
        }
        return output.ToArray();
    }

    private static IEnumerable<(string Name, string Value)> About(Trail trail, DateTimeOffset now)
    {
        yield return ("item", trail.Item.Uri);
        yield return ("madeAt", EntryMeta.Print(now));
        yield return ("seenBy", trail.Caller?.Party.Name ?? "public");
        foreach (var (name, value) in new (string, string?)[]
        {
            ("party", trail.Filter.Party?.Name),
            ("from", trail.Filter.From?.ToString("O", CultureInfo.InvariantCulture)),
            ("before", trail.Filter.Before?.ToString("O", CultureInfo.InvariantCulture)),
        })
        {
            if (value is not null)
            {
                yield return (name, value);
            }
        }
        yield return ("truncated", trail.Trace.Truncated ? "yes" : "no");
        foreach (var erased in trail.Trace.Erased ?? [])
        {
            yield return ("erased", $"{erased.Item} {erased.On}");
        }
    }

    private static IEnumerable<(string? Text, decimal? Number)[]> Rows(Trail trail)
    {
        foreach (var e in trail.Events)
        {
            foreach (var mention in e.Items.DefaultIfEmpty())
            {
                yield return
                [
                    // As UTC+01:00: a cell that began with the sign would be taken for a formula.
                    (null, e.Index), (e.EventTime, null), ("UTC" + e.EventTimeZoneOffset, null), (e.TimePrecision, null), (e.Type, null), (e.Action, null), (e.BizStep, null), (e.Disposition, null),
                    (e.Party, null), (e.Place, null), (e.City, null), (e.Country, null), (e.Basis, null),
                    (mention?.Item, null), (mention?.Role, null), (null, mention?.Quantity?.Value), (mention?.Quantity?.Uom, null),
                    (e.EventId, null), (e.Declared is null ? null : e.Declared.Reason ?? "yes", null),
                ];
            }
        }
    }

    /// <summary>What XML can hold (1.0 §2.2) and a cell takes.</summary>
    private static string? Clean(string? text)
    {
        if (text is null)
        {
            return null;
        }
        var cut = text.Length <= LongestCell ? text : text[..(LongestCell - 1)] + "…";
        return cut.All(System.Xml.XmlConvert.IsXmlChar) ? cut : string.Concat(cut.Select(c => System.Xml.XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));
    }
}

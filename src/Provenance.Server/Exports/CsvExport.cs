using CsvHelper;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Exports;

/// <summary>An item's trail as a table: a row for each item of each event, as far as the caller may see it.</summary>
internal sealed class CsvExport(Tracer tracer)
{
    /// <summary>RFC 7111, RFC 4180.</summary>
    public const string MediaType = "text/csv; charset=utf-8; header=present";

    private const int Depth = 50;

    private static readonly string[] Columns =
    [
        "index", "eventTime", "timeZone", "timePrecision", "type", "action", "bizStep", "disposition", "party", "place", "city", "country", "basis",
        "item", "role", "quantity", "uom", "eventId", "declaredAnError",
    ];

    // A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). Without the byte order mark Excel takes UTF-8 for the local code page.
    private static readonly CsvWriterOptions Format = new() { Injection = CsvInjection.Escape, WriteByteOrderMark = true };

    /// <summary>Null when nothing is on record about the item.</summary>
    /// <param name="caller">Null for the public.</param>
    public byte[]? Make(ItemId item, Caller? caller)
    {
        if (tracer.Trace(item, TraceDirection.Both, Depth, caller) is not { } trace)
        {
            return null;
        }
        var output = new MemoryStream();
        using (var csv = CsvWriter.Create(output, Format, leaveOpen: true))
        {
            csv.WriteHeader(Columns);
            foreach (var e in trace.Events)
            {
                foreach (var mention in e.Items.DefaultIfEmpty())
                {
                    Write(csv, e, mention);
                }
            }
        }
        return output.ToArray();
    }

    private static void Write(CsvWriter csv, EventAnswer e, MentionAnswer? mention)
    {
        csv.WriteField(e.Index);
        // As UTC+01:00: a cell that began with the sign would be taken for a formula.
        foreach (var text in new[]
        {
            e.EventTime, "UTC" + e.EventTimeZoneOffset, e.TimePrecision, e.Type, e.Action, e.BizStep, e.Disposition, e.Party, e.Place, e.City, e.Country, e.Basis,
            mention?.Item, mention?.Role,
        })
        {
            csv.WriteField(text);
        }
        csv.WriteField(mention?.Quantity?.Value);
        csv.WriteField(mention?.Quantity?.Uom);
        csv.WriteField(e.EventId);
        csv.WriteField(e.Declared is null ? null : e.Declared.Reason ?? "yes");
        csv.EndRecord();
    }
}

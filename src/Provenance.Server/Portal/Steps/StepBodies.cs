using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Resolver;

namespace Provenance.Server.Portal.Steps;

/// <summary>Makes of a form the bodies that <c>POST /api/batches/events</c> takes. Nothing is judged here: what is missing stays out, what is wrong goes in as it is.</summary>
internal sealed class StepBodies(Party party, OwnIds own)
{
    /// <summary>The step itself; and, where goods came damaged, the inspection that says so.</summary>
    /// <returns>Each with what its Idempotency-Key adds to the form's own: the same form sent again records neither twice.</returns>
    public IReadOnlyList<(string Suffix, byte[] Body)> Of(StepForm form) =>
        form.Word == StepForm.Receive && form.Rows.Any(IsDamaged) ? [("", Main(form)), ("-damaged", Damaged(form))] : [("", Main(form))];

    public static bool IsDamaged(FormRow row) => row.Damaged.Length > 0 && RegisterForm.FindNumber(row.Damaged) is not 0;

    /// <summary>The member that holds the form's rows.</summary>
    public static string RowsOf(string word) => word switch
    {
        StepForm.Transform => "inputs",
        StepForm.Pack => "contents",
        _ => "items",
    };

    private byte[] Main(StepForm form) => Write(form, form.Word, json =>
    {
        if (form.Word == StepForm.Receive)
        {
            RegisterForm.Optional(json, "shipment", form.Shipment);
        }
        if (form.HasPartner && form.Partner.Length > 0)
        {
            json.WriteStartObject(form.Word == StepForm.Receive ? "from" : "to");
            json.WriteString("party", form.Partner);
            json.WriteEndObject();
        }
        if (form.Word == StepForm.Pack)
        {
            RegisterForm.Optional(json, "into", ContainerOf(form.Into));
        }
        if (form.Word == StepForm.Ship)
        {
            RegisterForm.Optional(json, "carrier", form.Carrier);
            if (form.Sold)
            {
                json.WriteBoolean("sold", true);
            }
        }
        Rows(json, RowsOf(form.Word), form.Rows, row => (row.Quantity, form.TakesPapers));
        if (form.Word == StepForm.Transform)
        {
            form.Made.WriteMade(json);
        }
    });

    private byte[] Damaged(StepForm form) => Write(form, "inspect", json =>
    {
        json.WriteString("result", "fail");
        Rows(json, "items", [.. form.Rows.Where(IsDamaged)], row => (row.Damaged, false));
    });

    private static byte[] Write(StepForm form, string step, Action<Utf8JsonWriter> own)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("step", step);
            RegisterForm.Optional(json, "at", form.Made.Made);
            RegisterForm.Optional(json, "place", form.Made.Place);
            own(json);
            Papers(json, form.Papers);
            RegisterForm.Optional(json, "note", form.Note);
            if (form.Made.Again)
            {
                json.WriteBoolean("again", true);
            }
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    private void Rows(Utf8JsonWriter json, string member, IReadOnlyList<FormRow> rows, Func<FormRow, (string Quantity, bool MayComeFromPapers)> of)
    {
        json.WriteStartArray(member);
        foreach (var row in rows)
        {
            var (quantity, mayComeFromPapers) = of(row);
            json.WriteStartObject();
            if (row.Name.Length == 0 || !TryWriteLot(json, row))
            {
                json.WriteString("item", row.Item);
            }
            RegisterForm.Amount(json, "quantity", quantity);
            if (quantity.Length > 0)
            {
                RegisterForm.Optional(json, "uom", row.Uom);
            }
            if (mayComeFromPapers && (row.Supplier.Length > 0 || row.Country.Length > 0))
            {
                json.WriteStartObject("supplier");
                RegisterForm.Optional(json, "name", row.Supplier);
                RegisterForm.Optional(json, "country", row.Country);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>By product and lot, so that the product gets its name. False for another firm's own numbers, and for what has no lot.</summary>
    private bool TryWriteLot(Utf8JsonWriter json, FormRow row)
    {
        if (!ItemId.TryParse(row.Item, own, out var item, out _) || item.Lot is not { } lot || (item.Gtin is null && item.Own?.Slug != party.Slug))
        {
            return false;
        }
        json.WriteStartObject("product");
        json.WriteString(item.Gtin is null ? "sku" : "gtin", item.Gtin ?? item.Own!.Sku);
        json.WriteString("name", row.Name);
        json.WriteEndObject();
        json.WriteString("lot", lot);
        return true;
    }

    /// <summary>A container by its SSCC or in any other spelling; a bare word is the firm's own number for it.</summary>
    private string ContainerOf(string typed)
    {
        if (TypedItem.TryRead(typed, "", own, out var item, out _))
        {
            return item.Uri;
        }
        // Digits of an SSCC's length are one with a typing error, and no number of the firm's own.
        var isOwnNumber = typed.Length > 0 && char.IsAsciiLetterOrDigit(typed[0]) && !typed.Contains('/', StringComparison.Ordinal)
            && !typed.Where(c => c is not (' ' or '-')).All(char.IsAsciiDigit) && OwnId.PartFault("number", typed) is null;
        return isOwnNumber ? ItemId.Of(own, OwnId.OfUnit(party.Slug, typed)).Uri : typed;
    }

    /// <summary>Documents as a member of a step; none where there are none.</summary>
    public static void Papers(Utf8JsonWriter json, IReadOnlyList<FormPaper> papers)
    {
        if (papers.Count == 0)
        {
            return;
        }
        json.WriteStartArray("documents");
        foreach (var paper in papers)
        {
            json.WriteStartObject();
            json.WriteString("type", paper.Type);
            RegisterForm.Optional(json, "number", paper.Number);
            RegisterForm.Optional(json, "sha256", paper.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

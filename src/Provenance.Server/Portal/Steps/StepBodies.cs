using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Resolver;

namespace Provenance.Server.Portal.Steps;

/// <summary>Makes of a form the body that <c>POST /api/batches/events</c> takes. Nothing is judged here: what is missing stays out, what is wrong goes in as it is.</summary>
internal sealed class StepBodies(Party party, OwnIds own)
{
    /// <summary>The member that holds the form's rows.</summary>
    public static string RowsOf(string word) => word switch
    {
        StepForm.Transform => "inputs",
        StepForm.Pack => "contents",
        _ => "items",
    };

    public byte[] Of(StepForm form)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("step", form.Word);
            RegisterForm.Optional(json, "at", form.Made.Made);
            RegisterForm.Optional(json, "place", form.Made.Place);
            Own(json, form);
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

    /// <summary>What this step takes and others do not.</summary>
    private void Own(Utf8JsonWriter json, StepForm form)
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
        Rows(json, form);
        if (form.Word == StepForm.Transform)
        {
            Outputs(json, form);
        }
    }

    private static void Outputs(Utf8JsonWriter json, StepForm form)
    {
        if (form.Others.Count == 0)
        {
            form.Made.WriteMade(json);
            return;
        }
        json.WriteStartArray("outputs");
        foreach (var output in form.Others.Prepend(form.Made))
        {
            json.WriteStartObject();
            output.WriteMade(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Rows(Utf8JsonWriter json, StepForm form)
    {
        json.WriteStartArray(RowsOf(form.Word));
        foreach (var row in form.Rows)
        {
            json.WriteStartObject();
            if (row.Name.Length == 0 || !TryWriteLot(json, row))
            {
                json.WriteString("item", row.Item);
            }
            RegisterForm.Amount(json, "quantity", row.Quantity);
            if (row.Quantity.Length > 0)
            {
                RegisterForm.Optional(json, "uom", row.Uom);
            }
            if (form.Word == StepForm.Receive && row.IsDamaged)
            {
                RegisterForm.Amount(json, "damaged", row.Damaged);
            }
            if (form.TakesPapers && (row.Supplier.Length > 0 || row.Country.Length > 0))
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

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Steps;

/// <summary>What stands in the form that corrects an event. What differs from the event becomes the step <c>correct</c>; what does not stays out.</summary>
/// <param name="Rows">What it was about, or what went in.</param>
/// <param name="Lot">Of the one batch that it made; with its amount and date. Null where it made none, or several.</param>
/// <param name="Partner">As forms take it; null where none can be told.</param>
/// <param name="Reason">Why, for whoever reads the record.</param>
internal sealed record CorrectionForm(
    string Step, string At, IReadOnlyList<FormRow> Rows, string? Lot, string Quantity, string Uom, string Until, bool IsUseBy, string? Partner, string Note, string Reason, string Once)
{
    /// <summary>As the event says it.</summary>
    /// <param name="sentFor">What a form takes for a firm.</param>
    public static CorrectionForm Of(OwnEvent one, Func<ItemId, string> sentFor)
    {
        var (facts, body) = (one.Event.Facts, one.Event.Body);
        var made = facts.Items.Where(mention => one.Event.Makes(mention.Item) && mention.Role is ItemRole.Output or ItemRole.Subject).ToList();
        var isMaking = made.Count > 0 && one.Step is "make" or "transform" or "repack";
        var rows = facts.Items.Where(mention => mention.Role is ItemRole.Input or ItemRole.Child || (mention.Role == ItemRole.Subject && !isMaking));
        var ilmd = body.TryGetProperty("ilmd", out var held) && held.ValueKind == JsonValueKind.Object ? held : default;
        string Date(string name) => ilmd.ValueKind == JsonValueKind.Object ? EventFacts.Text(ilmd, name) ?? "" : "";
        var only = isMaking && made is [{ Item.Kind: ItemKind.Lot } lot] ? lot : null;
        var partner = one.Step switch
        {
            "ship" => facts.Destinations,
            "receive" or "return" => facts.Sources,
            _ => [],
        };
        return new CorrectionForm(
            one.Step, one.At[..10], [.. rows.Select(Row)], only?.Item.Lot, only?.Value is { } value ? RegisterForm.Show(value) : "", only is null ? "" : UnitOf(only.Uom),
            Date("cbvmda:bestBeforeDate") + Date("cbvmda:itemExpirationDate"), Date("cbvmda:itemExpirationDate").Length > 0, partner is [var first, ..] ? sentFor(first) : null,
            EventFacts.Text(body, "rdfs:comment") ?? "", "", RegisterForm.NewOnce());
    }

    /// <summary>As it was sent, beside what the event says: which rows and fields there are is the event's.</summary>
    public CorrectionForm With(IFormCollection sent)
    {
        return this with
        {
            At = Text("made"),
            Rows = [.. Rows.Select((row, i) => row with { Quantity = AtIndex("row-quantity", i), Uom = row.Uom.Length > 0 ? AtIndex("row-uom", i) : "" })],
            Lot = Lot is null ? null : Text("lot"),
            Quantity = Text("quantity"),
            Uom = Text("uom"),
            Until = Text("until"),
            IsUseBy = sent["untilKind"] == "useBy",
            Partner = Partner is null ? null : Text("partner"),
            Note = Text("note"),
            Reason = Text("reason"),
            Once = Text("once") is { Length: > 0 and <= 100 } once ? once : RegisterForm.NewOnce(),
        };

        string Text(string name) => Cut(sent[name].ToString());
        string AtIndex(string name, int i) => sent[name] is StringValues values && i < values.Count ? Cut(values[i] ?? "") : "";
        static string Cut(string typed) => typed.Trim() is var text && text.Length > RegisterForm.Longest ? text[..RegisterForm.Longest] : text;
    }

    public IEnumerable<(string Name, string Value)> Fields =>
    [
        .. Rows.SelectMany(row => new[] { ("row-quantity", row.Quantity), ("row-uom", row.Uom) }),
        ("made", At), ("lot", Lot ?? ""), ("quantity", Quantity), ("uom", Uom), ("until", Until), ("untilKind", IsUseBy ? "useBy" : "bestBefore"), ("partner", Partner ?? ""), ("note", Note), ("reason", Reason), ("once", Once),
    ];

    /// <summary>The body of <c>POST /api/batches/events</c>.</summary>
    public byte[] ToRequest(string eventId, CorrectionForm before)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("step", "correct");
            json.WriteString("event", eventId);
            RegisterForm.Optional(json, "note", Reason);
            json.WriteStartObject("replacement");
            WriteChanges(json, before);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    private void WriteChanges(Utf8JsonWriter json, CorrectionForm before)
    {
        Changed("at", At, before.At);
        RegisterForm.Optional(json, "note", Note == before.Note ? "" : Note); // what was noted can be said otherwise, not unsaid
        if (Partner != before.Partner)
        {
            json.WriteStartObject(Step == "ship" ? "to" : "from");
            RegisterForm.Optional(json, "party", Partner ?? "");
            json.WriteEndObject();
        }
        if (!Rows.SequenceEqual(before.Rows))
        {
            WriteRows(json);
        }
        Changed("lot", Lot ?? "", before.Lot ?? "");
        if (Quantity != before.Quantity || Uom != before.Uom)
        {
            RegisterForm.Amount(json, "quantity", Quantity.Length > 0 ? Quantity : "–"); // emptied is no number
            RegisterForm.Optional(json, "uom", Uom);
        }
        if (Until != before.Until || (Until.Length > 0 && IsUseBy != before.IsUseBy))
        {
            RegisterForm.Optional(json, IsUseBy ? "useBy" : "bestBefore", Until.Length > 0 ? Until : "–");
        }

        void Changed(string member, string value, string was)
        {
            if (value != was)
            {
                RegisterForm.Optional(json, member, value.Length > 0 ? value : "–");
            }
        }
    }

    private void WriteRows(Utf8JsonWriter json)
    {
        json.WriteStartArray(Step switch
        {
            "transform" or "repack" => "inputs",
            "pack" or "unpack" => "contents",
            _ => "items",
        });
        foreach (var row in Rows)
        {
            json.WriteStartObject();
            json.WriteString("item", row.Item);
            RegisterForm.Amount(json, "quantity", row.Quantity);
            if (row.Quantity.Length > 0)
            {
                RegisterForm.Optional(json, "uom", row.Uom);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static FormRow Row(ItemMention mention) => new(mention.Item.Uri, mention.Value is { } value ? RegisterForm.Show(value) : "", mention.Value is null ? "" : UnitOf(mention.Uom));

    private static string UnitOf(string? uom) => RegisterForm.UnitOf(uom) ?? uom ?? "";
}

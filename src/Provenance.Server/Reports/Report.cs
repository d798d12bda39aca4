namespace Provenance.Server.Reports;

/// <summary>What a reader of a public page reports.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Contact">Null where the reader wants no answer.</param>
internal sealed record Report(string Kind, string Text, string? Contact)
{
    public const int LongestText = 2_000;
    public const int LongestContact = 200;

    /// <summary>In the order in which the form offers them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["quality", "foreign-body", "illness", "label", "not-the-same", "other"];

    /// <summary>Reads the form as it was sent; null, with the fields that are wrong, where something is.</summary>
    public static Report? Read(ReportForm form, out IReadOnlyList<string> wrong)
    {
        var (text, contact) = (form.Text.Trim(), form.Contact.Trim());
        wrong =
        [
            .. Kinds.Contains(form.Kind) ? [] : new[] { "kind" },
            .. text.Length is > 0 and <= LongestText ? [] : new[] { "text" },
            .. contact.Length <= LongestContact ? [] : new[] { "contact" },
        ];
        return wrong.Count > 0 ? null : new Report(form.Kind, text, contact.Length > 0 ? contact : null);
    }
}

/// <summary>What was typed, right or wrong, so that it can be given back.</summary>
public sealed record ReportForm(string Kind, string Text, string Contact)
{
    public static ReportForm Empty { get; } = new("", "", "");

    public static ReportForm Of(IFormCollection form) => new(form["kind"].ToString(), form["text"].ToString(), form["contact"].ToString());
}

using System.Globalization;
using System.Text.RegularExpressions;
using Provenance.Server.Http;

namespace Provenance.Server.Portal.Steps;

/// <summary>What is wrong with a field of a form.</summary>
/// <param name="Field">Id of the field on the page.</param>
/// <param name="Kind">Which text says what it should be: <c>steps.fault.KIND</c>, and <c>steps.fault.KIND.none</c> where it is empty.</param>
/// <param name="Detail">The API's words; null where the portal found it.</param>
internal sealed record FieldProblem(string Field, string Kind, string? Value, string? Detail)
{
    /// <summary>Where the cursor goes is the first of these.</summary>
    public static readonly IReadOnlyList<string> InOrder =
        ["code", "row-item", "row-quantity", "row-damaged", "row-supplier", "row-country", "row-name", "into", "partner", "carrier", "product", "number", "name", "lot", "quantity", "uom", "until", "made", "place", "paper-number", "file", "note", "reason"];
}

/// <summary>Finds for each fault of a request the field of the form that its value was typed into.</summary>
internal static partial class StepFaults
{
    /// <param name="made">The first of what came out.</param>
    public static IReadOnlyList<FieldProblem> Of(Problem problem, RegisterForm made, IReadOnlyList<RegisterForm>? others = null) =>
    [
        .. (problem.Errors.Count > 0 ? problem.Errors : [(problem.Field ?? "", problem.Value, problem.Detail)])
            .Select(error => FieldOf(error.Field, made, others ?? []) is var (field, kind) && field.Length > 0 ? new FieldProblem(field, kind, Shown(error.Value), error.Detail) : null)
            .OfType<FieldProblem>()
            .OrderBy(fault => FieldProblem.InOrder.ToList().IndexOf(fault.Kind)),
    ];

    private static (string Field, string Kind) FieldOf(string member, RegisterForm made, IReadOnlyList<RegisterForm> others)
    {
        var name = member.StartsWith("replacement.", StringComparison.Ordinal) ? member["replacement.".Length..] : member;
        if (Element().Match(name) is { Success: true } match && int.TryParse(match.Groups["i"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var i))
        {
            var rest = match.Groups["rest"].Value;
            return match.Groups["list"].Value switch
            {
                "documents" => ($"paper-number-{i}", "paper-number"),
                "outputs" when i == 0 => OfMade(rest.Length > 0 ? rest : "lot", made),
                "outputs" => OfMade(rest.Length > 0 ? rest : "lot", i <= others.Count ? others[i - 1] : made) is var (field, kind) ? ($"out-{field}-{i - 1}", kind) : default,
                _ => rest switch
                {
                    "quantity" or "uom" => ($"row-quantity-{i}", "row-quantity"),
                    "damaged" => ($"row-damaged-{i}", "row-damaged"),
                    "supplier.country" => ($"row-country-{i}", "row-country"),
                    "supplier" or "supplier.name" => ($"row-supplier-{i}", "row-supplier"),
                    "product.name" => ($"row-name-{i}", "row-name"),
                    _ => ($"row-item-{i}", "row-item"),
                },
            };
        }
        return name switch
        {
            "items" or "inputs" or "contents" or "item" or "shipment" => ("code", "code"),
            "from" or "from.party" or "to" or "to.party" => ("partner", "partner"),
            "at" => ("made", "made"),
            "place" or "place.name" or "place.city" => ("place", "place"),
            "into" or "carrier" or "note" => (name, name),
            _ => OfMade(name, made),
        };
    }

    /// <summary>A field of one lot that came out.</summary>
    private static (string Field, string Kind) OfMade(string member, RegisterForm made) => member switch
    {
        "product" or "product.gtin" or "product.sku" when made.Product.Length > 0 => ("product", "product"),
        "product" or "product.gtin" or "product.sku" => ("number", "number"),
        "product.name" => ("name", "name"),
        "bestBefore" or "useBy" => ("until", "until"),
        "lot" or "quantity" or "uom" => (member, member),
        _ => ("", ""),
    };

    /// <summary>As it was typed: JSON's quotation marks were not, and an empty list is nothing.</summary>
    private static string? Shown(string? value) => value is ['"', .. var inner, '"'] ? inner : value == "[]" ? null : value;

    [GeneratedRegex(@"^(?<list>items|inputs|contents|documents|outputs)\[(?<i>\d+)\]\.?(?<rest>.*)$")]
    private static partial Regex Element();
}

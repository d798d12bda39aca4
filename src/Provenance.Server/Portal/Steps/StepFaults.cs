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
    /// <param name="rows">The form's rows by their number in the request; of an inspection only some are in it.</param>
    public static IReadOnlyList<FieldProblem> Of(Problem problem, RegisterForm made, Func<int, int>? rows = null) =>
    [
        .. (problem.Errors.Count > 0 ? problem.Errors : [(problem.Field ?? "", problem.Value, problem.Detail)])
            .Select(error => FieldOf(error.Field, made, rows ?? (i => i)) is var (field, kind) && field.Length > 0 ? new FieldProblem(field, kind, Shown(error.Value), error.Detail) : null)
            .OfType<FieldProblem>()
            .OrderBy(fault => FieldProblem.InOrder.ToList().IndexOf(fault.Kind)),
    ];

    private static (string Field, string Kind) FieldOf(string member, RegisterForm made, Func<int, int> rows)
    {
        var name = member.StartsWith("replacement.", StringComparison.Ordinal) ? member["replacement.".Length..] : member;
        if (Element().Match(name) is { Success: true } match && int.TryParse(match.Groups["i"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var i))
        {
            var rest = match.Groups["rest"].Value;
            return match.Groups["list"].Value switch
            {
                "documents" => ($"paper-number-{i}", "paper-number"),
                _ => rest switch
                {
                    "quantity" or "uom" => ($"row-quantity-{rows(i)}", "row-quantity"),
                    "supplier.country" => ($"row-country-{rows(i)}", "row-country"),
                    "supplier" or "supplier.name" => ($"row-supplier-{rows(i)}", "row-supplier"),
                    "product.name" => ($"row-name-{rows(i)}", "row-name"),
                    _ => ($"row-item-{rows(i)}", "row-item"),
                },
            };
        }
        return name switch
        {
            "items" or "inputs" or "contents" or "item" or "shipment" => ("code", "code"),
            "from" or "from.party" or "to" or "to.party" => ("partner", "partner"),
            "product" or "product.gtin" or "product.sku" when made.Product.Length > 0 => ("product", "product"),
            "product" or "product.gtin" or "product.sku" => ("number", "number"),
            "product.name" => ("name", "name"),
            "at" => ("made", "made"),
            "place" or "place.name" or "place.city" => ("place", "place"),
            "bestBefore" or "useBy" => ("until", "until"),
            "into" or "carrier" or "note" or "lot" or "quantity" or "uom" => (name, name),
            _ => ("", ""),
        };
    }

    /// <summary>As it was typed: JSON's quotation marks were not.</summary>
    private static string? Shown(string? value) => value is ['"', .. var inner, '"'] ? inner : value;

    [GeneratedRegex(@"^(?<list>items|inputs|contents|documents)\[(?<i>\d+)\]\.?(?<rest>.*)$")]
    private static partial Regex Element();
}

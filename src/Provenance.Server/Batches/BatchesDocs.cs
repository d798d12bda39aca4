using System.Text;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Provenance.Server.Batches;

/// <summary>What the API's page says of the plain API: every step there is, with a request to try.</summary>
internal static class BatchesDocs
{
    private const string Common = """
        **Members of every step.** `at`: a time with its offset, or a date. `item`, or `items` of `{item, quantity, uom}`: an item is its URI, a Digital Link, an element
        string `(01)…(10)…`, an SSCC, or `{product, lot}`. `place`: the id of a place of yours, or `{name, city, country, gln?, geo?, timeZone?}`; without it your first place. `documents`,
        `certificates`, `readings`, `note`, `extra` (fields of your own), `again`.

        **Quantity.** At most 12 digits, 3 of them decimals; pieces are whole. `uom` is a UN/ECE Rec 20 code or a name such as kg, Liter, piezas; none means pieces. Without quantity: all
        that you still hold by the record. More out than in is a warning in the answer, never a refusal.

        **The same again.** With the header `Idempotency-Key` a request sent twice is recorded once. Without it, equal content is refused with 409 `possible-duplicate`; `"again": true` records it.
        """;

    public static string OfRegistering { get; } = Describe(StepTable.All.Where(kind => kind.Word is "make" or "transform"));

    public static string OfSteps { get; } = Describe(StepTable.All);

    /// <summary>Puts the steps' examples where the page lets its reader choose one.</summary>
    public static Task ShowExamples(OpenApiOperation operation, Func<StepKind, bool> isShown)
    {
        if (operation.RequestBody?.Content?.TryGetValue("application/json", out var body) == true)
        {
            body.Examples = StepTable.All.Where(isShown).ToDictionary(
                kind => kind.Word, IOpenApiExample (kind) => new OpenApiExample { Summary = kind.Says, Value = JsonNode.Parse(kind.Example) });
        }
        return Task.CompletedTask;
    }

    private static string Describe(IEnumerable<StepKind> kinds)
    {
        var text = new StringBuilder(Common).Append("\n\n| step | what it says |\n|---|---|\n");
        foreach (var kind in kinds)
        {
            text.Append("| `").Append(kind.Word).Append("` | ").Append(kind.Says).Append(" |\n");
        }
        return text.ToString();
    }
}

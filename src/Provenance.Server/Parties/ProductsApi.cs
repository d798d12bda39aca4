using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Core.Units;
using Provenance.Server.Http;

namespace Provenance.Server.Parties;

internal static class ProductsApi
{
    public static void MapProducts(this IEndpointRouteBuilder app)
    {
        var products = app.MapGroup("/api/products").WithTags("Products");

        products.MapPost("/", Add).RequireRecorder().WithSummary("Add a product, by GTIN or by the firm's own SKU");
        products.MapGet("/", List).RequireKey().WithSummary("All products for admin and auditor; a supplier's own");
    }

    private static async Task<Results<Created<ProductAnswer>, Problem>> Add(NewProduct asked, Caller caller, PartyStore parties, ProductStore products, OwnIds own)
    {
        if (asked.WhyNot() is { } problem)
        {
            return problem;
        }
        var owner = asked.Party is null ? caller.Party : parties.FindBySlug(asked.Party);
        if (owner is null)
        {
            return Problem.Invalid("party", asked.Party, $"There is no party '{asked.Party}'.");
        }
        if (!caller.MayActFor(owner))
        {
            return Problem.Forbidden("Only an admin adds products for another party.") with { Field = "party", Value = asked.Party };
        }
        var added = new Product(owner.Row, asked.Gtin is null ? null : CheckDigit.Gtin14(asked.Gtin), asked.Sku, asked.Name, asked.NetContent?.InCodes());
        return await products.AddAsync(added, caller) is { } why ? why : TypedResults.Created((string?)null, ProductAnswer.Of(added, owner, own));
    }

    private static Ok<List<ProductAnswer>> List(Caller caller, ProductStore products, PartyStore parties, OwnIds own) => TypedResults.Ok(
        products.List(caller.SeesEverything ? null : caller.Party.Row).Select(product => ProductAnswer.Of(product, parties.Get(product.Party), own)).ToList());
}

/// <param name="Gtin">8, 12, 13 or 14 digits. Either this or <paramref name="Sku"/>.</param>
/// <param name="Sku">The firm's own number, for firms without GS1 keys.</param>
/// <param name="Party">Slug of the maker; an admin may name any party. Default the caller's own.</param>
/// <param name="NetContent">What one piece holds: the only way from pieces to kilograms or litres.</param>
internal sealed record NewProduct(string Name, string? Gtin = null, string? Sku = null, string? Party = null, NetContent? NetContent = null)
{
    public Problem? WhyNot()
    {
        if ((Gtin is null) == (Sku is null))
        {
            return Problem.Invalid("gtin", Gtin, "A product has either a gtin or a sku.");
        }
        if (Gtin is not null && CheckDigit.Gtin14(Gtin) is null)
        {
            return Problem.Invalid("gtin", Gtin, $"'{Gtin}' is no GTIN: 8, 12, 13 or 14 digits of which the last checks the others.");
        }
        if (Sku is not null && OwnId.SkuFault(Sku) is { } fault)
        {
            return Problem.Invalid("sku", Sku, $"The {fault}.");
        }
        return Fields.WhyNotName(Name) ?? NetContent?.WhyNot();
    }
}

/// <param name="Value">Above 0, at most 12 digits, 3 of them decimals.</param>
/// <param name="Uom">UN/ECE Rec 20 code, or an everyday name such as kg, g, l.</param>
internal sealed record NetContent(decimal Value, string Uom)
{
    public Problem? WhyNot()
    {
        if (Value <= 0 || Value >= 1_000_000_000 || decimal.Round(Value, 3) != Value)
        {
            return Problem.Invalid("netContent.value", Value.ToString(CultureInfo.InvariantCulture), "The net content should be above 0, with at most 3 decimals and 9 digits before them.");
        }
        if (!Unit.TryParse(Uom, out var unit, out var error))
        {
            return Problem.Invalid("netContent.uom", Uom, error + ".");
        }
        return unit.IsAmount ? null : Problem.Invalid("netContent.uom", Uom, $"'{Uom}' measures no amount; send a weight, volume or count, such as g.");
    }

    /// <summary>The same with the unit as EPCIS writes it.</summary>
    /// <exception cref="InvalidOperationException"><see cref="WhyNot"/> was not asked first.</exception>
    public NetContent InCodes() => Unit.TryParse(Uom, out var unit, out _) ? this with { Uom = unit.Code } : throw new InvalidOperationException($"'{Uom}' is no unit.");
}

/// <param name="Item">URI of the product's class.</param>
/// <param name="Party">Slug of the maker.</param>
internal sealed record ProductAnswer(string Item, string? Gtin, string? Sku, string Name, string Party, NetContent? NetContent)
{
    public static ProductAnswer Of(Product product, Party owner, OwnIds own) =>
        new(product.ItemOf(owner, own).Uri, product.Gtin, product.Sku, product.Name, owner.Slug, product.NetContent);
}

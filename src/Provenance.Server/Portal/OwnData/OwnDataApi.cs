using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;

namespace Provenance.Server.Portal.OwnData;

/// <summary>The products and places that a firm keeps itself, by the rules of <c>/api/products</c> and <c>/api/places</c>.</summary>
internal static class OwnDataApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapOwnData(this RouteGroupBuilder inside)
    {
        var own = inside.MapGroup("").AddEndpointFilter(OnlyRecorders);
        own.MapMethods("/products", Reading, Products);
        own.MapPost("/products", SaveProductAsync);
        own.MapMethods("/places", Reading, Places);
        own.MapPost("/places", SavePlaceAsync);
    }

    internal static async ValueTask<object?> OnlyRecorders(EndpointFilterInvocationContext filter, EndpointFilterDelegate next) =>
        filter.HttpContext.Features.Get<Session>()!.Caller.Role == Role.Auditor
            ? PortalErrors.Of(filter.HttpContext, Problem.Forbidden("An auditor's key records nothing."))
            : await next(filter);

    /// <param name="change">GTIN or SKU of the product to change; without it one is added.</param>
    private static RazorComponentResult<ProductsPage> Products(HttpContext context, Session session, ProductStore products, OwnIds own, string? change = null) =>
        Page(context, session, products, own, products.List(session.Caller.Party.Row).FirstOrDefault(product => change is not null && NumberOf(product) == change) is { } product ? ProductForm.Of(product) : ProductForm.Empty);

    private static async Task<IResult> SaveProductAsync(HttpContext context, Session session, ProductStore products, OwnIds own)
    {
        var form = ProductForm.Of(await context.Request.ReadFormAsync(context.RequestAborted));
        var asked = form.ToProduct();
        var problem = form.WhyNot(asked);
        if (problem is null)
        {
            var product = new Product(session.Caller.Party.Row, asked.Gtin is null ? null : CheckDigit.Gtin14(asked.Gtin), asked.Sku, asked.Name, asked.NetContent?.InCodes());
            problem = !form.IsChange ? await products.AddAsync(product, session.Caller)
                : await products.ChangeAsync(product) ? null : Problem.NotFound("number", form.Number, $"There is no product {form.Number} of yours.");
        }
        return problem is null
            ? new SeeOther(Words.Of(context.Request).Link($"{PortalDoor.Root}/products#list"))
            : Page(context, session, products, own, form, problem);
    }

    private static RazorComponentResult<ProductsPage> Page(HttpContext context, Session session, ProductStore products, OwnIds own, ProductForm form, Problem? problem = null) =>
        PortalApi.Page<ProductsPage>(context, new ProductsModel(session, products.List(session.Caller.Party.Row), own, form, problem), problem?.Status ?? StatusCodes.Status200OK);

    /// <param name="change">Id of the place to change; without it one is added.</param>
    private static RazorComponentResult<PlacesPage> Places(HttpContext context, Session session, PlaceStore places, string? change = null) =>
        Page(context, session, places, change is not null && places.Find(session.Caller.Party.Row, change) is { } place ? PlaceForm.Of(place) : PlaceForm.Empty(session.Caller.Party));

    private static async Task<IResult> SavePlaceAsync(HttpContext context, Session session, PlaceStore places)
    {
        var caller = session.Caller;
        var form = PlaceForm.Of(await context.Request.ReadFormAsync(context.RequestAborted));
        var (asked, problem) = form.ToPlace(places.List(caller.Party.Row));
        problem ??= asked!.WhyNot();
        if (problem is null)
        {
            var place = new Place(caller.Party.Row, asked!.Id, asked.Name, asked.City, asked.Country, asked.Gln, asked.Geo, asked.TimeZone);
            problem = form.IsChange ? await places.ChangeAsync(place, caller) : await places.AddAsync(place, caller);
        }
        return problem is null
            ? new SeeOther(Words.Of(context.Request).Link($"{PortalDoor.Root}/places#list"))
            : Page(context, session, places, form, problem);
    }

    private static RazorComponentResult<PlacesPage> Page(HttpContext context, Session session, PlaceStore places, PlaceForm form, Problem? problem = null) =>
        PortalApi.Page<PlacesPage>(context, new PlacesModel(session, places.List(session.Caller.Party.Row), places, form, problem), problem?.Status ?? StatusCodes.Status200OK);

    internal static string NumberOf(Product product) => product.Gtin ?? product.Sku!;

    /// <summary>What is wrong with a GS1 number, as somebody reads it who holds the pack in hand. Null where its digits are right.</summary>
    /// <param name="lengths">In digits, that such a number can have.</param>
    internal static string? DigitFault(string number, Words words, params IReadOnlyList<int> lengths)
    {
        if (!number.All(char.IsAsciiDigit))
        {
            return words["own.fault.digits"];
        }
        var all = string.Join(", ", lengths.Select(length => length.ToString(CultureInfo.InvariantCulture)));
        return !lengths.Contains(number.Length) ? words.Say("own.fault.length", ("n", number.Length), ("lengths", all))
            : CheckDigit.Holds(number) ? null : words.Say("own.fault.check", ("digit", CheckDigit.Of(number.AsSpan()[..^1])));
    }
}

/// <param name="Problem">Why the form was not taken.</param>
internal sealed record ProductsModel(Session Session, IReadOnlyList<Product> Products, OwnIds Own, ProductForm Form, Problem? Problem);

internal sealed record PlacesModel(Session Session, IReadOnlyList<Place> Places, PlaceStore Store, PlaceForm Form, Problem? Problem);

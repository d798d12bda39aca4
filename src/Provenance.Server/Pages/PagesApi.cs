using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.FileProviders;
using Provenance.Core.Gs1;
using Provenance.Server.Epcis;
using Provenance.Server.Http;
using Provenance.Server.Pages.Map;
using Provenance.Server.Resolver;

namespace Provenance.Server.Pages;

/// <summary>What the public may see of an item; null when it may see nothing, or there is nothing.</summary>
internal delegate BuyerPage? FindBuyerPage(ItemId item);

/// <summary>The public pages.</summary>
internal static class PagesApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The one page whose readers choose whom to ask.</summary>
    private static readonly string VerifyPolicy =
        SecurityHeaders.Policy.Replace("connect-src 'self'", "connect-src 'self' https: http://127.0.0.1:* http://localhost:*", StringComparison.Ordinal);

    /// <summary>Where a browser has no reader of barcodes, ours is WebAssembly.</summary>
    internal static readonly string ScanPolicy =
        SecurityHeaders.Policy.Replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", StringComparison.Ordinal);

    public static void AddPages(this IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider(); // nothing here is protected by it, so no key needs to be kept
        services.AddRazorComponents();
        services.AddSingleton<BuyerPageStore>();
        services.AddSingleton(new Atlas(WorldMap.Load(Path.Combine(AppContext.BaseDirectory, "wwwroot", "lib", "world.json"))));
        services.AddSingleton<FindBuyerPage>(provider => provider.GetRequiredService<BuyerPageStore>().Find);
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All)); // names stay readable in the source, too
        services.AddResponseCompression(options => options.EnableForHttps = true);
    }

    /// <summary>Styles, scripts, words and fonts, from beside the program.</summary>
    public static void UsePageFiles(this IApplicationBuilder app)
    {
        // Only these are compressed: they are the same for everybody, and hold no secret whose length could tell something (BREACH).
        app.UseWhen(context => Path.HasExtension(context.Request.Path) || IsBuyersPage(context.Request), files => files.UseResponseCompression());
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot")),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache", // asked again each time, answered 304
        });
    }

    public static void MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapMethods("/", Reading, Home);
        pages.MapMethods("/look-up", Reading, LookUp);
        pages.MapMethods("/verify", Reading, Verify);
        pages.MapMethods("/b/{**rest}", Reading, Buyer);
        pages.MapMethods("/id/{**rest}", Reading, Buyer);
        app.MapMethods("/qr", Reading, Qr.Draw).WithSummary("The QR code of an item").WithTags("Labels");
    }

    private static IResult Home(HttpContext context, LedgerOptions ledger)
    {
        if (EpcisResources.AreAskedFor(context.Request))
        {
            return new EpcisResources();
        }
        context.Response.Headers.ContentSecurityPolicy = ScanPolicy;
        return Page<HomePage>(StatusCodes.Status200OK, new { Words = Words.For(context), IsTrial = IsTrial(ledger) });
    }

    private static RazorComponentResult<VerifyPage> Verify(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = VerifyPolicy;
        return Page<VerifyPage>(StatusCodes.Status200OK, new { Words = Words.For(context), Host = context.Request.Host.Value });
    }

    /// <summary>What somebody typed: to the item's page, or back to the box with what is wrong.</summary>
    private static IResult LookUp(HttpContext context, LedgerOptions ledger, OwnIds own, string? item = null, string? lot = null)
    {
        if (!TypedItem.TryRead(item ?? "", lot?.Trim() ?? "", own, out var found, out var fault))
        {
            context.Response.Headers.ContentSecurityPolicy = ScanPolicy;
            return Page<HomePage>(StatusCodes.Status400BadRequest, new { Words = Words.For(context), IsTrial = IsTrial(ledger), Item = item, Lot = lot, Fault = fault });
        }
        return PathOf(found) is { } path ? new SeeOther(Words.Of(context.Request).Link(path)) : PageOf(context, found);
    }

    /// <summary>The page behind a path: <c>/b/</c> and a Digital Link's, or an id of our own.</summary>
    private static IResult Buyer(HttpContext context, OwnIds own)
    {
        var path = RawTarget.Of(context).Path;
        var uri = path.StartsWith("/b/", StringComparison.Ordinal) ? DigitalLink.CanonicalStem + path[2..] : own.PublicUrl + path;
        return ItemId.TryParse(uri, own, out var item, out var fault)
            ? PageOf(context, item)
            : ErrorPages.Of(context, Problem.Invalid("path", path, fault));
    }

    private static IResult PageOf(HttpContext context, ItemId item)
    {
        if (context.RequestServices.GetRequiredService<FindBuyerPage>()(item) is not { } model)
        {
            return ErrorPages.Of(context, Problem.NotFound("item", item.Uri, $"There is no record of {item.Uri} that the public may see."));
        }
        var own = context.RequestServices.GetRequiredService<OwnIds>();
        var status = model.Subject is not BuyerSubject.UnknownLot ? StatusCodes.Status200OK : model.Erased.Count > 0 ? StatusCodes.Status410Gone : StatusCodes.Status404NotFound;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Append("Vary", "Accept");
        if (ProductJsonLd.IsWanted(context.Request))
        {
            return model.Subject is BuyerSubject.UnknownLot
                ? Problem.NotFound("item", item.Uri, $"There is no record of {item.Uri} that the public may see.")
                : TypedResults.Text(ProductJsonLd.Write(model, own.PublicUrl), ProductJsonLd.MediaType);
        }
        return Page<LotPage>(status, new { Words = Words.For(context), Model = model, Host = context.Request.Host.Value, Url = own.PublicUrl + PathOf(item) });
    }

    /// <summary>Path of an item's page; null for one that can only be looked up.</summary>
    internal static string? PathOf(ItemId item) => item.Own is { } id ? id.Path
        : item.Uri.StartsWith(DigitalLink.CanonicalStem + "/", StringComparison.Ordinal) ? "/b" + item.Uri[DigitalLink.CanonicalStem.Length..]
        : null;

    private static bool IsBuyersPage(HttpRequest request) =>
        request.Path.StartsWithSegments("/b", StringComparison.Ordinal) || request.Path.StartsWithSegments("/id", StringComparison.Ordinal);

    private static bool IsTrial(LedgerOptions ledger) => ledger.Chain.RpcUrls.Count == 0;

    private static RazorComponentResult<T> Page<T>(int status, object parameters) where T : Microsoft.AspNetCore.Components.IComponent =>
        new(parameters) { StatusCode = status, PreventStreamingRendering = true };
}

using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Pages;

namespace Provenance.Server.Resolver;

/// <summary>A GS1-conformant resolver (standard 1.2): from the code on a pack to what there is about it.</summary>
internal static class ResolverApi
{
    private const string Methods = "GET, HEAD, OPTIONS";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Options];

    public static void AddResolver(this IServiceCollection services)
    {
        services.AddSingleton<LinkStore>();
        services.AddSingleton<LinkTree>();
        services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<CompressedLinkConstraint>("compressed"));
    }

    public static void MapResolver(this IEndpointRouteBuilder app)
    {
        var resolver = app.MapGroup("").ExcludeFromDescription();
        foreach (var key in Ai.All.Where(ai => ai.IsKey))
        {
            resolver.MapMethods($"/{key.Code}/{{**rest}}", Reading, Resolve);
        }
        resolver.MapMethods("/{packed:compressed}", Reading, Resolve);
        resolver.MapMethods("/.well-known/gs1resolver", Reading, Describe);
    }

    private static IResult Resolve(HttpContext context, LinkTree links, OwnIds own)
    {
        AllowAnyOrigin(context.Response.Headers);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            return TypedResults.NoContent();
        }
        if (!ResolverRequest.TryRead(RawTarget.Of(context), own, out var asked, out var fault))
        {
            return Refusal(context, Problem.Invalid("path", RawTarget.Of(context).Path, $"This is no GS1 Digital Link: {fault}."));
        }
        PointToLinkset(context.Response.Headers, asked, own);
        var wishes = Wishes.Of(context.Request);
        return context.Request.Query["linkType"].FirstOrDefault() switch
        {
            "linkset" or "all" => AllOf(context, asked, wishes, links, own),
            null or "" when wishes.Name(Linkset.MediaType) => AllOf(context, asked, wishes, links, own),
            null or "" or "gs1:defaultLink" => new Redirect(links.DefaultOf(asked.Link, wishes), asked.Query),
            { } type => OfType(context, type, asked, wishes, links, own),
        };
    }

    /// <summary>The links of one type at the nearest level that has any: to the one that fits best, or a choice of those that fit alike.</summary>
    private static IResult OfType(HttpContext context, string text, ResolverRequest asked, Wishes wishes, LinkTree links, OwnIds own)
    {
        if (LinkType.TryParse(text, out var type, out _))
        {
            foreach (var level in links.Of(asked.Link))
            {
                var fitting = type == LinkType.Default ? [level.Default]
                    : wishes.Narrow([.. level.Links.Where(link => type == LinkType.DefaultMulti ? link.IsDefault : link.Type == type)]);
                if (fitting.Count > 0)
                {
                    return fitting.Count == 1 ? new Redirect(fitting[0], asked.Query)
                        : Answer(context, StatusCodes.Status300MultipleChoices, [level with { Links = fitting }], wishes, own);
                }
            }
        }
        return Refusal(context, Problem.NotFound("linkType", text, $"There is no link of type '{text}' here for {asked.Path}."));
    }

    private static IResult AllOf(HttpContext context, ResolverRequest asked, Wishes wishes, LinkTree links, OwnIds own) =>
        links.Of(asked.Link).ToList() is { Count: > 0 } levels
            ? Answer(context, StatusCodes.Status200OK, levels, wishes, own)
            : Refusal(context, Problem.NotFound("path", asked.Path, $"There are no links here for {asked.Path}."));

    /// <summary>Links as what the client reads: a page for people who ask for one, else JSON.</summary>
    private static IResult Answer(HttpContext context, int status, IReadOnlyList<LinkLevel> levels, Wishes wishes, OwnIds own)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        if (ErrorPages.AreWanted(context.Request) && !wishes.Name(Linkset.MediaType))
        {
            return new RazorComponentResult<LinksPage>(new { Words = Words.For(context), Levels = levels, IsChoice = status == StatusCodes.Status300MultipleChoices })
            {
                StatusCode = status,
                PreventStreamingRendering = true,
            };
        }
        headers.Append("Link", $"<{Linkset.Context}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");
        var isJsonLd = wishes.Name("application/ld+json") && !wishes.Name(Linkset.MediaType);
        context.Response.StatusCode = status;
        var mediaType = isJsonLd ? "application/ld+json" : wishes.Name("application/json") && !wishes.Name(Linkset.MediaType) ? "application/json" : Linkset.MediaType;
        return new Body(status, Linkset.Write(levels, own.PublicUrl, isJsonLd), mediaType);
    }

    private static IResult Describe(HttpContext context, OwnIds own, LedgerOptions options)
    {
        AllowAnyOrigin(context.Response.Headers);
        return HttpMethods.IsOptions(context.Request.Method) ? TypedResults.NoContent() : TypedResults.Ok(new ResolverDescription(
            options.OperatorName, own.PublicUrl, ["all"], [new VocabularyDescription(LinkType.Vocabulary, "gs1:")], LinkTypeDefaultCanBeLinkset: false, Linkset.Context,
            new ContactDescription(options.OperatorName)));
    }

    private static IResult Refusal(HttpContext context, Problem problem) => ErrorPages.AreWanted(context.Request) ? ErrorPages.Of(context, problem) : problem;

    private static void AllowAnyOrigin(IHeaderDictionary headers)
    {
        headers.Allow = Methods;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = "Accept, Accept-Language";
        headers.AccessControlExposeHeaders = "Link, Location";
        headers.Append("Vary", "Accept, Accept-Language");
    }

    // A header of its own each: readers part them at the comma.
    private static void PointToLinkset(IHeaderDictionary headers, ResolverRequest asked, OwnIds own)
    {
        headers.Append("Link", $"<{own.PublicUrl}{asked.Path}?linkType=linkset>; rel=\"linkset\"; type=\"{Linkset.MediaType}\"; title=\"All links of this item\"");
        if (asked.IsCompressed)
        {
            headers.Append("Link", $"<{own.PublicUrl}{asked.Path}>; rel=\"owl:sameAs\"");
        }
    }

    private sealed record Body(int Status, byte[] Bytes, string MediaType) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = Status;
            httpContext.Response.ContentType = MediaType;
            httpContext.Response.ContentLength = Bytes.Length;
            return HttpMethods.IsHead(httpContext.Request.Method) ? Task.CompletedTask : httpContext.Response.Body.WriteAsync(Bytes).AsTask();
        }
    }

    /// <summary>307 to a link, the request's query handed on.</summary>
    private sealed record Redirect(Link Link, string Query) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var own = httpContext.RequestServices.GetRequiredService<OwnIds>();
            // Under the public name the whole address, as the linkset has it; under any other a path that works there too.
            var isPublicName = own.PublicUrl.EndsWith("//" + httpContext.Request.Host.Value, StringComparison.OrdinalIgnoreCase);
            httpContext.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            httpContext.Response.Headers.CacheControl = "no-cache";
            httpContext.Response.Headers.Location = WithQuery(isPublicName ? Link.HrefOn(own.PublicUrl) : Link.Href);
            return Task.CompletedTask;
        }

        private string WithQuery(string href)
        {
            if (Query.Length < 2 || !Link.KeepsQuery)
            {
                return href;
            }
            var (page, fragment) = href.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? (href[..at], href[at..]) : (href, "");
            return new StringBuilder(page).Append(page.Contains('?', StringComparison.Ordinal) ? '&' : '?').Append(Query.AsSpan(1)).Append(fragment).ToString();
        }
    }
}

/// <summary>The resolver description file of GS1's resolver standard, §3.</summary>
internal sealed record ResolverDescription(
    string Name, string ResolverRoot, IReadOnlyList<string> SupportedPrimaryKeys, IReadOnlyList<VocabularyDescription> SupportedLinkType, bool LinkTypeDefaultCanBeLinkset,
    string JsonLdContextLocation, ContactDescription Contact);

/// <param name="Prefix">With its colon.</param>
internal sealed record VocabularyDescription(string Namespace, string Prefix);

/// <param name="Fn">Formatted name, as a vCard has it.</param>
internal sealed record ContactDescription(string Fn);

/// <summary>A path segment that unpacks to a GS1 key: such a request is for the resolver, any other single word is not.</summary>
internal sealed class CompressedLinkConstraint : IRouteConstraint
{
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string packed && CompressedLink.TryExpand("https://host/" + packed, out _);
}

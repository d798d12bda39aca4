using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Pages;

namespace Provenance.Server.Portal;

/// <summary>
/// Lets browsers into the portal: takes the session from the cookie, sends whoever has none to the sign-in page, and refuses forms that come from another site
/// or from another session. The cookie belongs to <c>/portal</c> alone: no public page and no API route ever gets it.
/// </summary>
internal sealed class PortalDoor(RequestDelegate next, Sessions sessions)
{
    public const string Root = "/portal";

    /// <summary>Name of the field that holds <see cref="Session.FormToken"/>.</summary>
    public const string TokenField = "form-token";

    private const string Cookie = "provenance-portal";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        context.Response.Headers.CacheControl = "no-store";
        var session = context.Request.Cookies[Cookie] is { Length: > 0 } id ? await sessions.FindAsync(id) : null;
        context.Features.Set(session);
        var isForm = HttpMethods.IsPost(context.Request.Method);
        var isInside = context.GetEndpoint()?.Metadata.GetMetadata<SignedIn>() is not null;
        if (isForm && !ComesFromHere(context.Request))
        {
            await Refuse(context).ExecuteAsync(context);
        }
        else if (isInside && session is null)
        {
            // Whoever had a session is told that it ended; whoever never had one only has to sign in.
            new SeeOther(Words.Of(context.Request).Link(Root + (context.Request.Cookies.ContainsKey(Cookie) ? "?ended=1" : ""))).Send(context.Response);
        }
        else if (isInside && isForm && !session!.Holds((await context.Request.ReadFormAsync(context.RequestAborted))[TokenField]))
        {
            await Refuse(context).ExecuteAsync(context);
        }
        else
        {
            await next(context);
        }
    }

    /// <summary>Lets the browser keep the session until it ends here.</summary>
    public static void Remember(HttpContext context, string sessionId) => context.Response.Cookies.Append(Cookie, sessionId, OptionsOf(context));

    public static void Forget(HttpContext context) => context.Response.Cookies.Delete(Cookie, OptionsOf(context));

    // Lax and not Strict: with Strict a link in a mail would find its reader signed out. What changes anything is a form, and forms carry a token.
    private static CookieOptions OptionsOf(HttpContext context) => new()
    {
        Path = Root,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        IsEssential = true,
        MaxAge = Sessions.Longest,
        Secure = context.Request.IsHttps
            || context.RequestServices.GetRequiredService<OwnIds>().PublicUrl.StartsWith("https:", StringComparison.Ordinal), // TLS ends at a proxy
    };

    /// <summary>Browsers say with every form where it stood; a form of another site is not ours, whatever it holds.</summary>
    private static bool ComesFromHere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.ToString() is "" or "null" || (Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value));

    private static IResult Refuse(HttpContext context) => PortalErrors.Of(context, Problem.Forbidden(Words.Of(context.Request)["portal.form-refused"]));
}

/// <summary>Marks what is only for somebody signed in.</summary>
internal sealed record SignedIn;

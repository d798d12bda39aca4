using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Server.Http;

namespace Provenance.Server.Pages;

/// <summary>A problem as a page, for people; programs get the same problem as JSON.</summary>
internal static class ErrorPages
{
    /// <summary>Whether the request comes from somebody who looks at pages: asks for HTML by name, outside the API.</summary>
    public static bool AreWanted(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static RazorComponentResult<ErrorPage> Of(HttpContext context, Problem problem) =>
        new(new { Words = Words.For(context), problem.Status, problem.Detail }) { StatusCode = problem.Status, PreventStreamingRendering = true };
}

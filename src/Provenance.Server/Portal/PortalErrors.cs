using Provenance.Server.Http;
using Provenance.Server.Pages;

namespace Provenance.Server.Portal;

/// <summary>A problem as a page of the portal; for whoever is not signed in, as a public one.</summary>
internal static class PortalErrors
{
    public static IResult Of(HttpContext context, Problem problem) => context.Features.Get<Session>() is { } session
        ? new Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<PortalErrorPage>(new { Words = Words.For(context), Firm = session.Caller.Party.Name, problem.Status, problem.Detail })
        {
            StatusCode = problem.Status,
            PreventStreamingRendering = true,
        }
        : ErrorPages.Of(context, problem);
}

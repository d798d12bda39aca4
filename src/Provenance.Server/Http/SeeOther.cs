namespace Provenance.Server.Http;

/// <summary>303: the answer to a form is a page of its own, so that going back or loading again sends nothing twice.</summary>
internal sealed record SeeOther(string Path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        Send(httpContext.Response);
        return Task.CompletedTask;
    }

    public void Send(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = Path;
    }
}

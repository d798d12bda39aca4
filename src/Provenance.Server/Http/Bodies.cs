namespace Provenance.Server.Http;

/// <summary>Keeps the small JSON bodies of <c>/api</c> until answered, so that a refusal can name the value at fault.</summary>
internal static class Bodies
{
    // Larger ones are documents, whose readers name values themselves.
    private const long Small = 64 * 1024;

    public static void UseKeptBodies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.ContentLength is > 0 and <= Small && context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            context.Request.EnableBuffering((int)Small);
        }
        return next(context);
    });
}

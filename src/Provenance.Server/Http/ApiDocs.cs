namespace Provenance.Server.Http;

/// <summary>The API's description at <c>/openapi/v1.json</c> and a page to try it at <c>/docs</c>, all from this server.</summary>
internal static class ApiDocs
{
    public static void MapApiDocs(this WebApplication app)
    {
        app.MapOpenApi();
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "Provenance API";
            page.SwaggerEndpoint("/openapi/v1.json", "Provenance");
            page.ConfigObject.AdditionalItems["validatorUrl"] = "none"; // else the page asks a third party
        });
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Provenance.Core.Epcis;
using Provenance.Core.Log;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis.Queries;

/// <summary>What a request for events or names asks for in its query string, page and parameters apart.</summary>
/// <param name="PerPage">At most <see cref="MostPerPage"/>: a larger wish is cut, as the standard allows.</param>
/// <param name="Token">As sent; null on the first page.</param>
/// <param name="Arguments">All that is left, in the order of the URL.</param>
internal sealed record QueryRequest(int PerPage, string? Token, IReadOnlyList<QueryArgument> Arguments)
{
    public const int DefaultPerPage = 30;

    public const int MostPerPage = 1_000;

    /// <summary>Names differ in case here, which ASP.NET's own reading of the query would not notice.</summary>
    public static Problem? Read(HttpRequest request, out QueryRequest read)
    {
        var values = new List<(string Name, string? Value)>();
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            values.Add((pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }
        var arguments = values.GroupBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(group => QueryArgument.OfUrl(group.Key, [.. group.Select(pair => pair.Value)])).ToList();
        read = new QueryRequest(DefaultPerPage, null, [.. arguments.Where(argument => argument.Name is not ("perPage" or "nextPageToken" or "id"))]);
        foreach (var argument in arguments)
        {
            if (argument.Name == "perPage")
            {
                if (!int.TryParse(argument.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var perPage) || perPage == 0)
                {
                    return QueryProblems.Parameter("perPage", argument.Text, "perPage is a whole number above 0.");
                }
                read = read with { PerPage = Math.Min(perPage, MostPerPage) };
            }
            if (argument.Name == "nextPageToken")
            {
                read = read with { Token = string.Join('|', argument.List) };
            }
        }
        return null;
    }

    /// <summary>A resource that takes no parameters was sent one.</summary>
    public Problem? Unknown => Arguments.Count == 0 ? null
        : QueryProblems.Parameter(Arguments[0].Name, Arguments[0].Text, "This resource takes perPage and nextPageToken; conditions belong to its events.");

    /// <summary>400: a token that is none of this server's, belongs to something else, or is too old.</summary>
    public static Problem StaleToken(string token) => QueryProblems.Parameter("nextPageToken", token,
        "The token does not belong to this request, or has expired: repeat the parameters it came with, or start again without it.");

    /// <summary>The link to the next page, and until when it works.</summary>
    public static void Link(HttpContext context, PageToken next) => Link(context, next.ToString(), next.ExpiresAt);

    /// <summary>The link to the next page, and until when it works.</summary>
    public static void Link(HttpContext context, NameToken next) => Link(context, next.ToString(), next.ExpiresAt);

    private static void Link(HttpContext context, string next, DateTimeOffset expiresAt)
    {
        var request = context.Request;
        var kept = request.QueryString.Value?.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(pair => !pair.StartsWith("nextPageToken=", StringComparison.Ordinal)) ?? [];
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        var url = $"{request.Scheme}://{request.Host}{path}?{string.Join('&', kept.Append("nextPageToken=" + next))}";
        context.Response.Headers.Link = $"<{url}>; rel=\"next\"";
        context.Response.Headers["GS1-Next-Page-Token-Expires"] = EntryMeta.Print(expiresAt);
    }

    /// <summary>GS1-Extensions: prefixes the caller declares, as <c>prefix=uri</c>.</summary>
    public static IReadOnlyDictionary<string, string> ExtensionsOf(HttpRequest request)
    {
        var namespaces = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in request.Headers["GS1-Extensions"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is [{ Length: > 0 } prefix, { Length: > 0 } uri] && AbsoluteUri.Is(uri))
            {
                namespaces[prefix] = uri;
            }
        }
        return namespaces;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Provenance.Core.Log;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis;

/// <summary>Which page of a list is asked for (EPCIS 2.0 §12.6): <c>perPage</c> and <c>nextPageToken</c>. Tokens are places in a growing list, so a page is right whatever is captured meanwhile.</summary>
/// <param name="PerPage">1 to <see cref="MostPerPage"/>.</param>
/// <param name="Token">Where the page before ended; null for the first.</param>
internal sealed record PageRequest(int PerPage, long? Token)
{
    /// <summary>Where the client does not say.</summary>
    public const int UsualPerPage = 30;

    /// <summary>A larger wish is answered with this many.</summary>
    public const int MostPerPage = 1000;

    // They never end; this long a client may rely on it.
    private static readonly TimeSpan TokenLife = TimeSpan.FromDays(1);

    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out PageRequest? page, [NotNullWhen(false)] out Problem? problem)
    {
        var (perPage, token) = (request.Query["perPage"].ToString(), request.Query["nextPageToken"].ToString());
        var (count, place) = (UsualPerPage, -1L);
        page = null;
        problem = null;
        if (perPage.Length > 0 && (!int.TryParse(perPage, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count == 0))
        {
            problem = Problem.Invalid("perPage", perPage, "It is a whole number from 1.");
            return false;
        }
        if (token.Length > 0 && !long.TryParse(token, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out place))
        {
            problem = Problem.Invalid("nextPageToken", token, "This is no token of this server: take the one in the Link header, or leave it out to start again.");
            return false;
        }
        page = new PageRequest(Math.Min(count, MostPerPage), token.Length > 0 ? place : null);
        return true;
    }

    /// <summary>Says in the headers where the next page is.</summary>
    public void WriteNext(HttpContext context, long token, DateTimeOffset now)
    {
        var request = context.Request;
        context.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture, $"<{request.Scheme}://{request.Host}{request.Path.ToUriComponent()}?perPage={PerPage}&nextPageToken={token:x}>; rel=\"next\"");
        context.Response.Headers["GS1-Next-Page-Token-Expires"] = EntryMeta.Print(now + TokenLife);
    }
}

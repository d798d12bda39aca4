using Provenance.Core.Proofs;

namespace Provenance.Server.Log;

/// <summary>A proof as a file to keep, cached only once it can no longer change.</summary>
/// <param name="isPublic">Made for whoever asks; else for the holder of a key.</param>
internal sealed class ProofResult(Proof proof, bool isPublic) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        // What a party lets the public see may change, so even a final proof is kept for an hour only.
        headers.CacheControl = proof.Anchor is null ? "no-store" : isPublic ? "public, max-age=3600" : "private, max-age=3600";
        headers.Vary = "Authorization";
        httpContext.Response.ContentType = ProofJson.MediaType;
        return httpContext.Response.Body.WriteAsync(ProofJson.Write(proof)).AsTask();
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Provenance.Server.Pages;

namespace Provenance.Server.Http;

/// <summary>The one place where exceptions and empty error answers become problem details (RFC 9457).</summary>
internal sealed partial class ProblemBoundary(RequestDelegate next, ILogger<ProblemBoundary> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, await DescribeAsync(context, exception));
            return;
        }
        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentType is null && response.ContentLength is null or 0)
        {
            await AnswerAsync(context, Describe(context));
        }
    }

    private static Task AnswerAsync(HttpContext context, Problem problem) =>
        ErrorPages.AreWanted(context.Request) ? ErrorPages.Of(context, problem).ExecuteAsync(context) : problem.ExecuteAsync(context);

    private async Task<Problem> DescribeAsync(HttpContext context, Exception exception)
    {
        if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return TooLarge(context.Request);
        }
        if ((exception as JsonException ?? exception.InnerException as JsonException) is { } json)
        {
            return await JsonFault.DescribeAsync(json, context.Request.Body);
        }
        if (exception is BadHttpRequestException bad)
        {
            return Parameter().Match(bad.Message) is { Success: true } parameter
                ? Problem.Invalid(parameter.Groups["name"].Value, parameter.Groups["value"] is { Success: true } value ? value.Value : null, bad.Message)
                : Problem.Plain(bad.StatusCode, bad.Message);
        }
        if (Storage.DiskFault.Find(exception) is { } full)
        {
            log.LogError("{Method} {Route} was refused: {Reason}", context.Request.Method, RouteOf(context), full);
            return Problem.NoStorage(full);
        }
        log.LogError(exception, "{Method} {Route} failed", context.Request.Method, RouteOf(context));
        return Problem.Plain(StatusCodes.Status500InternalServerError,
            "The server failed; its log says more. Look whether the request was recorded before sending it again; the same Idempotency-Key never records twice.");
    }

    /// <summary>As it is mapped: a path may hold an invitation.</summary>
    private static string? RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;

    private static Problem Describe(HttpContext context)
    {
        var (status, request) = (context.Response.StatusCode, context.Request);
        return status switch
        {
            StatusCodes.Status404NotFound => Problem.NotFound("path", request.Path, $"There is nothing at {request.Path}."),
            StatusCodes.Status405MethodNotAllowed => Problem.Plain(status, $"{request.Path} does not take {request.Method}.") with { Field = "method", Value = request.Method },
            StatusCodes.Status413PayloadTooLarge => TooLarge(request),
            StatusCodes.Status415UnsupportedMediaType => Problem.Plain(status, "Send application/json.") with { Field = "Content-Type", Value = request.ContentType },
            _ => Problem.Plain(status, ReasonPhrases.GetReasonPhrase(status) + "."),
        };
    }

    private static Problem TooLarge(HttpRequest request) =>
        Problem.Plain(StatusCodes.Status413PayloadTooLarge, "The body is larger than Ledger__MaxBodyMebibytes allows; send it in parts.") with
        {
            Field = "Content-Length",
            Value = request.ContentLength?.ToString(CultureInfo.InvariantCulture),
        };

    // What ASP.NET says of a parameter it cannot bind; the exception has no members for it.
    [GeneratedRegex("""parameter "\S+ (?<name>\w+)"(?:.* from "(?<value>.*)")?""")]
    private static partial Regex Parameter();
}

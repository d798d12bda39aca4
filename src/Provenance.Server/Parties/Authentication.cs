using System.Net.Http.Headers;
using System.Text;
using Provenance.Server.Http;
using Provenance.Server.Storage;

namespace Provenance.Server.Parties;

/// <summary>Finds out who asks, and refuses whoever may not: <c>Bearer KEY</c>, or <c>Basic</c> with the key as password and any user.</summary>
internal sealed class Authentication(RequestDelegate next, ApiKeys keys, LedgerState state, RequestLimits limits)
{
    public Task InvokeAsync(HttpContext context)
    {
        var caller = default(Caller);
        if (context.Request.Headers.Authorization is [{ Length: > 0 } header])
        {
            // A key that is wrong is refused on public routes too: its owner would take the public view for their own.
            caller = KeyIn(header) is { } key ? keys.Find(key) : null;
            if (caller is null)
            {
                return limits.WhyNot(context, null)?.ExecuteAsync(context) ?? Problem.NoKey("The key in Authorization is not known here, or was withdrawn. Send 'Bearer KEY', or Basic with the key as password.").ExecuteAsync(context);
            }
            keys.Used(caller.KeyId);
            context.Features.Set(caller);
        }
        return (limits.WhyNot(context, caller) ?? WhyNot(context, caller))?.ExecuteAsync(context) ?? next(context);
    }

    private Problem? WhyNot(HttpContext context, Caller? caller)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AllowedRoles>() is { } allowed)
        {
            if (caller is null)
            {
                return Problem.NoKey($"{context.Request.Method} {context.Request.Path} needs a key: send 'Authorization: Bearer KEY'.");
            }
            if (!allowed.Roles.Contains(caller.Role))
            {
                return Problem.Forbidden($"{context.Request.Method} {context.Request.Path} takes keys of role {string.Join(" or ", allowed.Roles.Select(role => role.Word()))}; this one is {caller.Role.Word()}.");
            }
        }
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method);
        return !reads && context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<WritesWhenReadOnly>() is null && state.ReadOnlyBecause is { } because ? Problem.ReadOnly(because) : null;
    }

    private static string? KeyIn(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value.Parameter is not { } parameter)
        {
            return null;
        }
        if (value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return parameter;
        }
        var bytes = new byte[parameter.Length];
        if (!value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(parameter, bytes, out var length))
        {
            return null;
        }
        var credentials = Encoding.UTF8.GetString(bytes, 0, length);
        return credentials.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? credentials[(colon + 1)..] : null;
    }
}

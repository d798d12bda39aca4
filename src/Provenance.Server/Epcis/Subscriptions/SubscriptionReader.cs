using System.Text.Json;
using Provenance.Core.Epcis;
using Provenance.Server.Epcis.Queries;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>Understands what somebody wants to subscribe to, or says why it cannot be.</summary>
internal sealed class SubscriptionReader(NamedQueries queries, WebhookSender sender, Database database, TimeProvider clock)
{
    private const int LongestDest = 2_000;

    private const int LongestToken = 1_000;

    // GS1's OpenAPI calls the token secret in one place.
    private static readonly HashSet<string> Members = new(["dest", "signatureToken", "secret", "stream", "schedule", "reportIfEmpty", "initialRecordTime"], StringComparer.Ordinal);

    /// <returns>The subscription, or why there is none.</returns>
    public (Subscription? Subscription, Problem? Problem) Read(ReadOnlySpan<byte> body, Caller caller, NamedQuery named, EpcFormat format)
    {
        if (!StrictJson.TryParse(body, out var document, out var broken))
        {
            return (null, Controls(broken.Path.Length > 0 ? broken.Path : "body", broken.Value, $"{broken}."));
        }
        using (document)
        {
            return Read(document.RootElement, caller, named, format);
        }
    }

    private (Subscription?, Problem?) Read(JsonElement root, Caller caller, NamedQuery named, EpcFormat format)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, Controls("body", root.GetRawText(), "Send an object with dest, and with stream or schedule."));
        }
        foreach (var member in root.EnumerateObject().Where(member => !Members.Contains(member.Name)))
        {
            return (null, Controls(member.Name, member.Value.GetRawText(), $"A subscription has {string.Join(", ", Members)}."));
        }
        var (whenFault, optionFault) = (WhenFault(root, out var schedule), OptionFault(root, out var initial));
        if ((DestFault(Text(root, "dest")) ?? whenFault ?? optionFault ?? CountFault(named, caller)) is { } problem)
        {
            return (null, problem);
        }
        var now = clock.GetUtcNow();
        using var look = new LogLook(database);
        return (new Subscription(
            $"{Guid.NewGuid()}", caller.Party.Row, named.Name, caller.Role, Text(root, "dest")!, Text(root, "signatureToken") ?? Text(root, "secret"), format,
            schedule is null ? null : root.GetProperty("schedule").GetRawText(), Flag(root, "reportIfEmpty") == true, initial, now,
            initial is { } from ? look.FirstRecordedFrom(from) : look.Size, schedule?.Next(now), null, false, Subscription.DefaultMostEvents, null, null, null, null), null);
    }

    private Problem? DestFault(string? dest)
    {
        if (dest is not { Length: <= LongestDest } || !Uri.TryCreate(dest, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            return Controls("dest", dest, "dest is an absolute http or https URL, without user, password or fragment.");
        }
        return sender.WhyNot(uri) is { } because
            ? Controls("dest", dest, $"Events are not sent there. {because} The operator may allow it with Ledger__Webhooks__AllowPrivateTargets.")
            : null;
    }

    private static Problem? WhenFault(JsonElement root, out QuerySchedule? schedule)
    {
        schedule = null;
        var hasSchedule = root.TryGetProperty("schedule", out var given);
        if (root.TryGetProperty("stream", out var stream) ? hasSchedule || stream.ValueKind != JsonValueKind.True : !hasSchedule)
        {
            return Controls(hasSchedule ? "schedule" : "stream", hasSchedule ? given.GetRawText() : null, "Ask for \"stream\": true, or for a schedule, and not for both.");
        }
        if (hasSchedule)
        {
            schedule = QuerySchedule.Find(given, out var fault);
            return schedule is null ? Controls(fault.Field, fault.Value, fault.Detail) : null;
        }
        return null;
    }

    private static Problem? OptionFault(JsonElement root, out DateTimeOffset? initial)
    {
        initial = null;
        if (root.TryGetProperty("reportIfEmpty", out var report) && Flag(root, "reportIfEmpty") is null)
        {
            return Controls("reportIfEmpty", report.GetRawText(), "reportIfEmpty is true or false.");
        }
        foreach (var name in (string[])["signatureToken", "secret"])
        {
            if (root.TryGetProperty(name, out var token) && Text(root, name) is not { Length: > 0 and <= LongestToken })
            {
                return Controls(name, null, $"The token is a text of 1 to {LongestToken} characters.");
            }
        }
        if (root.TryGetProperty("initialRecordTime", out var from))
        {
            if (from.ValueKind != JsonValueKind.String || !EventInstant.TryParse(from.GetString()!, out var time))
            {
                return Controls("initialRecordTime", from.GetRawText(), "The value is no date and time with offset, such as 2026-11-21T14:30:00+01:00.");
            }
            initial = time;
        }
        return null;
    }

    private Problem? CountFault(NamedQuery named, Caller caller)
    {
        using var body = JsonDocument.Parse(named.Body);
        queries.Read(body.RootElement, caller, out var query);
        return query is { Limit: null, Most: null } ? null
            : Controls("queryName", named.Name, "The query counts its events (eventCountLimit, maxEventCount); a subscription brings every event that matches, so it takes a query without.");
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool? Flag(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    private static Problem Controls(string field, string? value, string detail) =>
        new(StatusCodes.Status400BadRequest, "epcisException:SubscriptionControlsException", "The subscription is not valid", detail) { Field = field, Value = value };
}

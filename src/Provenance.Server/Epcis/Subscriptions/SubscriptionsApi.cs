using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Epcis;
using Provenance.Core.Log;
using Provenance.Server.Epcis.Queries;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>Webhook subscriptions to named queries.</summary>
internal static class SubscriptionsApi
{
    public static void AddSubscriptions(this IServiceCollection services)
    {
        services.AddSingleton<SubscriptionStore>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookDeliveries>();
        services.AddSingleton<SubscriptionReader>();
        services.AddHostedService<WebhookLoop>();
    }

    public static void MapSubscriptions(this IEndpointRouteBuilder epcis)
    {
        epcis.MapPost("/queries/{name}/subscriptions", Subscribe).Accepts<object>("application/json", "application/ld+json").WithSummary("Have events sent to a URL as they come, or by a schedule");
        epcis.MapMethods("/queries/{name}/subscriptions", EpcisRoutes.Reading, All).WithSummary("The subscriptions to a named query");
        epcis.MapMethods("/queries/{name}/subscriptions/{id}", EpcisRoutes.Reading, One).WithSummary("A subscription");
        epcis.MapDelete("/queries/{name}/subscriptions/{id}", Unsubscribe).WithSummary("End a subscription");
        epcis.MapOptions("/queries/{name}/subscriptions", "OPTIONS", "GET", "HEAD", "POST");
        epcis.MapMethods("/queries/{name}/subscriptions/{id}", [HttpMethods.Options], Discover).ExcludeFromDescription();
    }

    private static async Task<Results<ContentHttpResult, Problem>> Subscribe(
        HttpContext context, string name, Caller caller, NamedQueries queries, SubscriptionReader reader, SubscriptionStore subscriptions)
    {
        if (queries.Find(caller.Party, name) is not { } query)
        {
            return NamedQueriesApi.NoSuchQuery(name);
        }
        var (subscription, problem) = reader.Read(await EpcisApi.ReadBodyAsync(context.Request), caller, query, EpcisHeaders.FormatFor(context.Request));
        if (subscription is null)
        {
            return problem!;
        }
        if (!await subscriptions.AddAsync(subscription))
        {
            return NamedQueriesApi.NoSuchQuery(name);
        }
        // GS1's description wants an absolute one here, and nowhere else.
        context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{NamedQueries.LocationOf(name)}/subscriptions/{subscription.Id}";
        return NamedQueriesApi.Json(json => Write(json, subscription), StatusCodes.Status201Created);
    }

    private static Results<ContentHttpResult, Problem> All(HttpContext context, string name, Caller caller, NamedQueries queries, SubscriptionStore subscriptions, IndexKeys keys, TimeProvider clock)
    {
        if (queries.Find(caller.Party, name) is null)
        {
            return NamedQueriesApi.NoSuchQuery(name);
        }
        if ((QueryRequest.Read(context.Request, out var request) ?? request.Unknown) is { } problem)
        {
            return problem;
        }
        var mark = keys.OfTerm($"page:{NamedQueries.LocationOf(name)}/subscriptions");
        if (NameToken.Read(request.Token, mark, clock.GetUtcNow(), out var token) is { } stale)
        {
            return stale;
        }
        var found = subscriptions.Of(caller.Party.Row, name, token?.After ?? "", request.PerPage + 1);
        if (found.Count > request.PerPage)
        {
            QueryRequest.Link(context, new NameToken(mark, found[request.PerPage - 1].Id, clock.GetUtcNow() + PageToken.Lifetime));
        }
        return NamedQueriesApi.Json(json =>
        {
            json.WriteStartArray();
            foreach (var subscription in found.Take(request.PerPage))
            {
                Write(json, subscription);
            }
            json.WriteEndArray();
        });
    }

    private static Results<ContentHttpResult, Problem> One(string name, string id, Caller caller, SubscriptionStore subscriptions) =>
        subscriptions.Find(caller.Party.Row, name, id) is { } found ? NamedQueriesApi.Json(json => Write(json, found)) : NoSuchSubscription(name, id);

    /// <summary>What can be done with a subscription, and from which recordTime on events are still to come.</summary>
    private static Results<CapabilitiesResult, Problem> Discover(HttpContext context, string name, string id, Caller caller, SubscriptionStore subscriptions)
    {
        if (subscriptions.Find(caller.Party.Row, name, id) is not { } found)
        {
            return NoSuchSubscription(name, id);
        }
        context.Response.Headers["GS1-Query-Min-Record-Time"] = EntryMeta.Print(MinRecordTime(found));
        return new CapabilitiesResult("OPTIONS, GET, HEAD, DELETE");
    }

    private static DateTimeOffset MinRecordTime(Subscription subscription) => subscription.ExecutedAt ?? subscription.InitialRecordTime ?? subscription.CreatedAt;

    private static async Task<Results<NoContent, Problem>> Unsubscribe(string name, string id, Caller caller, SubscriptionStore subscriptions) =>
        await subscriptions.RemoveAsync(caller.Party.Row, name, id) ? TypedResults.NoContent() : NoSuchSubscription(name, id);

    private static Problem NoSuchSubscription(string name, string id) =>
        QueryProblems.NoSuchName("subscriptionID", id, $"Your party's query '{name}' has no subscription '{id}'.");

    /// <summary>Everything but the secret.</summary>
    private static void Write(Utf8JsonWriter json, Subscription subscription)
    {
        json.WriteStartObject();
        json.WriteString("subscriptionID", subscription.Id);
        json.WriteString("queryName", subscription.Query);
        json.WriteString("dest", subscription.Dest);
        json.WriteString("createdAt", EntryMeta.Print(subscription.CreatedAt));
        json.WriteString("initialRecordTime", EntryMeta.Print(subscription.InitialRecordTime ?? subscription.CreatedAt));
        json.WriteString("minRecordTime", EntryMeta.Print(MinRecordTime(subscription)));
        json.WriteString("epcFormat", subscription.Format.Word());
        if (subscription.Schedule is { } schedule)
        {
            json.WritePropertyName("schedule");
            json.WriteRawValue(schedule);
            json.WriteBoolean("reportIfEmpty", subscription.ReportsIfEmpty);
        }
        else
        {
            json.WriteBoolean("stream", true);
        }
        if (subscription.NotifiedAt is { } notified)
        {
            json.WriteString("lastNotifiedAt", EntryMeta.Print(notified));
        }
        if (subscription.LastError is { } error)
        {
            json.WriteString("lastError", error);
        }
        json.WriteEndObject();
    }
}

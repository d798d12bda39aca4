using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Provenance.Server.Epcis.Queries;
using Provenance.Server.Health;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>
/// Brings new events to the receivers of subscriptions, each in the order of the log and one delivery at a time: written down, sent, and its result written down.
/// The same loop runs after a crash, and sends what it cannot know to have arrived again under the same id.
/// </summary>
internal sealed class WebhookDeliveries(
    SubscriptionStore subscriptions, NamedQueries queries, EventSearch search, WebhookSender sender, ApiKeys keys, PartyStore parties, CompanyPrefixes prefixes, LedgerWriter writer,
    Telemetry telemetry, TimeProvider clock, ILogger<WebhookDeliveries> log)
{
    private const int MostAtOnce = 16;

    // How far a subscription may pass over events that do not match before that is written down.
    private const int MostUnwritten = 5_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Task> _busy = new(StringComparer.Ordinal);

    // Up to where a subscription has looked, beyond what is written down.
    private readonly ConcurrentDictionary<string, long> _passed = new(StringComparer.Ordinal);

    // Deliveries that were accepted and whose result could not be written yet: they are never sent again.
    private readonly ConcurrentDictionary<string, bool> _accepted = new(StringComparer.Ordinal);

    /// <summary>Comes back when everything that was started has ended.</summary>
    public Task EndAsync() => Task.WhenAll(_busy.Values);

    /// <summary>Starts whatever is due and not being worked on.</summary>
    /// <param name="stop">Ends it; what was being sent is sent again at the next start.</param>
    public void Start(CancellationToken stop)
    {
        foreach (var subscription in subscriptions.All().Where(IsDue).TakeWhile(_ => _busy.Count < MostAtOnce))
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_busy.TryAdd(subscription.Id, done.Task))
            {
                _ = Task.Run(() => WorkAsync(subscription, done, stop), CancellationToken.None);
            }
        }
    }

    private bool IsDue(Subscription subscription)
    {
        var now = clock.GetUtcNow();
        return keys.IsHeld(subscription.Party, subscription.Role) && subscription switch
        {
            { Delivery: { } delivery } => delivery.RetryAt <= now,
            { Schedule: not null } => subscription.Window is not null || subscription.DueAt <= now,
            _ => From(subscription) < Size,
        };
    }

    private long Size => (long)(writer.Newest?.Size ?? 0);

    private long From(Subscription subscription) => Math.Max(subscription.NextLeaf, _passed.GetValueOrDefault(subscription.Id));

    private async Task WorkAsync(Subscription subscription, TaskCompletionSource done, CancellationToken stop)
    {
        try
        {
            await StepAsync(subscription, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whether it arrived is not known: the next start sends it again.
        }
        catch (SqliteException e)
        {
            log.LogError(e, "The state of subscription {Id} could not be written", subscription.Id);
        }
        catch (Exception e)
        {
            log.LogError(e, "Subscription {Id} could not be worked off", subscription.Id);
            await Task.Delay(TimeSpan.FromSeconds(10), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _busy.TryRemove(subscription.Id, out _);
            done.SetResult();
        }
    }

    private async Task StepAsync(Subscription subscription, CancellationToken stop)
    {
        if (subscription.Delivery is { } held)
        {
            await DeliverAsync(subscription, held, Read(subscription, subscription.NextLeaf, held.Before).Events, stop);
            return;
        }
        var end = subscription.Window ?? Size;
        var (events, before) = Read(subscription, From(subscription), end);
        var isLast = subscription.Schedule is not null && before >= end;
        if (events.Count > 0 || (isLast && subscription.ReportsIfEmpty && !subscription.HasSent))
        {
            var delivery = new Delivery($"{Guid.NewGuid()}", before, 0, DateTimeOffset.UnixEpoch);
            await subscriptions.PrepareAsync(subscription, delivery, subscription.Schedule is null ? null : end);
            await DeliverAsync(subscription with { Delivery = delivery, Window = subscription.Schedule is null ? null : end }, delivery, events, stop);
        }
        else if (isLast)
        {
            await subscriptions.EndRunAsync(subscription, before, NextRun(subscription));
        }
        else
        {
            _passed[subscription.Id] = before;
            if (before - subscription.NextLeaf > MostUnwritten)
            {
                await subscriptions.PassAsync(subscription, before);
            }
        }
    }

    private async Task DeliverAsync(Subscription subscription, Delivery delivery, IReadOnlyList<FoundEvent> events, CancellationToken stop)
    {
        using var span = telemetry.Start("webhook.deliver", System.Diagnostics.ActivityKind.Client);
        var (reception, error) = _accepted.ContainsKey(delivery.Id) ? (Reception.Accepted, null) : await sender.SendAsync(subscription, delivery, Document(subscription, delivery, events), stop);
        telemetry.Delivered(reception switch { Reception.Accepted => "accepted", Reception.TooLarge => "too-large", _ => "retry" });
        switch (reception)
        {
            case Reception.Accepted:
                _accepted[delivery.Id] = true;
                var endsRun = subscription.Window is { } window && delivery.Before >= window;
                await subscriptions.AcceptAsync(subscription, endsRun, endsRun ? NextRun(subscription) : null);
                _accepted.TryRemove(delivery.Id, out _);
                break;
            case Reception.TooLarge when events.Count > 1:
                await subscriptions.ShrinkAsync(subscription, Math.Max(1, events.Count / 2));
                break;
            default:
                var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(delivery.Attempts, 20)), LongestWait.TotalSeconds));
                await subscriptions.FailAsync(subscription, error ?? "The receiver answered 413 to a single event.", clock.GetUtcNow() + wait);
                break;
        }
    }

    /// <summary>What matches from a leaf on and before another, no more than one delivery holds, and up to which leaf that is.</summary>
    private (IReadOnlyList<FoundEvent> Events, long Before) Read(Subscription subscription, long from, long before)
    {
        if (queries.Find(parties.Get(subscription.Party), subscription.Query) is not { } named)
        {
            return ([], from); // deleted this moment, and the subscription with it
        }
        var caller = new Caller(parties.Get(subscription.Party), subscription.Role);
        using var body = JsonDocument.Parse(named.Body);
        queries.Read(body.RootElement, caller, out var query);
        var standing = query! with { Order = new EventOrder(OrderKind.RecordTime, false, null) };
        if (subscription.InitialRecordTime is { } initial)
        {
            standing = standing with { RecordTime = standing.RecordTime.NotBefore(initial) };
        }
        var start = new PageToken(standing.Mark, before, new TimedLeaf(0, from - 1), false, -1, DateTimeOffset.MaxValue);
        var page = (SearchOutcome.Page)search.Run(standing, caller, subscription.MostEvents, start);
        return (page.Events, page.Next is { } next ? next.After.Leaf + 1 : before);
    }

    private byte[] Document(Subscription subscription, Delivery delivery, IReadOnlyList<FoundEvent> events)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        new QueryResults(subscription.Query, subscription.Id, events, subscription.Format) { Id = "urn:uuid:" + delivery.Id }.Write(output, clock.GetUtcNow(), prefixes);
        return output.WrittenSpan.ToArray();
    }

    private DateTimeOffset? NextRun(Subscription subscription)
    {
        using var schedule = JsonDocument.Parse(subscription.Schedule!);
        return QuerySchedule.Find(schedule.RootElement, out _)!.Next(clock.GetUtcNow());
    }
}

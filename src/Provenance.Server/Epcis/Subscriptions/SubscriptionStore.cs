using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>The subscriptions of all parties. What changes one names the delivery that it saw: one that was taken back meanwhile changes nothing.</summary>
internal sealed class SubscriptionStore(Database database, LedgerWriter writer, TimeProvider clock)
{
    private const string Select = """
        SELECT id, party, query, role, dest, signature_token AS SignatureToken, epc_format AS Format, schedule, report_if_empty AS ReportIfEmpty,
          initial_record_time AS InitialRecordTime, created_at AS CreatedAt, next_leaf AS NextLeaf, due_at AS DueAt, "window", window_sent AS WindowSent, most_events AS MostEvents,
          delivery_id AS DeliveryId, delivery_before AS DeliveryBefore, attempts, retry_at AS RetryAt, last_error AS LastError, notified_at AS NotifiedAt, executed_at AS ExecutedAt
        FROM subscription
        """;

    /// <summary>False when the query is not there any more.</summary>
    public async Task<bool> AddAsync(Subscription added) => await writer.RunAsync(connection => connection.Execute("""
        INSERT INTO subscription(id, party, query, role, dest, signature_token, epc_format, schedule, report_if_empty, initial_record_time, created_at, next_leaf, due_at, most_events)
        SELECT @Id, @Party, @Query, @role, @Dest, @SignatureToken, @format, @Schedule, @ReportsIfEmpty, @initial, @created, @NextLeaf, @due, @MostEvents
        WHERE EXISTS (SELECT 1 FROM named_query WHERE party = @Party AND name = @Query)
        """, new
    {
        added.Id,
        added.Party,
        added.Query,
        role = added.Role.Word(),
        added.Dest,
        added.SignatureToken,
        format = added.Format.Word(),
        added.Schedule,
        added.ReportsIfEmpty,
        initial = added.InitialRecordTime?.ToUnixTimeMilliseconds(),
        created = added.CreatedAt.ToUnixTimeMilliseconds(),
        added.NextLeaf,
        due = added.DueAt?.ToUnixTimeMilliseconds(),
        added.MostEvents,
    })) == 1;

    public async Task<bool> RemoveAsync(long party, string query, string id) => await writer.RunAsync(connection =>
        connection.Execute("DELETE FROM subscription WHERE id = @id AND party = @party AND query = @query", new { party, query, id })) == 1;

    /// <summary>All of a query behind one, in the order of ids.</summary>
    public IReadOnlyList<Subscription> Of(long party, string query, string after, int most)
    {
        using var connection = database.Read();
        return Read(connection.Query<Row>(Select + " WHERE party = @party AND query = @query AND id > @after ORDER BY id LIMIT @most", new { party, query, after, most }));
    }

    public Subscription? Find(long party, string query, string id)
    {
        using var connection = database.Read();
        return Read(connection.Query<Row>(Select + " WHERE id = @id AND party = @party AND query = @query", new { party, query, id })).SingleOrDefault();
    }

    public IReadOnlyList<Subscription> All()
    {
        using var connection = database.Read();
        return Read(connection.Query<Row>(Select + " ORDER BY id"));
    }

    /// <summary>Nothing up to there has to be delivered.</summary>
    public Task PassAsync(Subscription passed, long nextLeaf) => ChangeAsync(passed, "next_leaf = @nextLeaf", new { nextLeaf });

    /// <summary>Written before the delivery is sent.</summary>
    public Task PrepareAsync(Subscription subscription, Delivery delivery, long? window) => ChangeAsync(
        subscription, "delivery_id = @Id, delivery_before = @Before, attempts = 0, retry_at = 0, \"window\" = @window", new { Delivery = delivery.Id, delivery.Id, delivery.Before, window });

    /// <summary>The receiver has it.</summary>
    /// <param name="dueAt">Of a schedule whose run this ends: when the next one is.</param>
    public Task AcceptAsync(Subscription accepted, bool endsRun, DateTimeOffset? dueAt) => ChangeAsync(accepted, """
        next_leaf = delivery_before, delivery_id = NULL, delivery_before = NULL, attempts = 0, retry_at = 0, last_error = NULL, notified_at = @now, executed_at = @now,
        "window" = CASE WHEN @endsRun THEN NULL ELSE "window" END, window_sent = CASE WHEN @endsRun THEN 0 ELSE 1 END, due_at = coalesce(@due, due_at)
        """, new { now = Now, endsRun, due = dueAt?.ToUnixTimeMilliseconds() });

    /// <summary>A run of a schedule ends with nothing to deliver.</summary>
    public Task EndRunAsync(Subscription ended, long nextLeaf, DateTimeOffset? dueAt) => ChangeAsync(
        ended, "next_leaf = @nextLeaf, \"window\" = NULL, window_sent = 0, executed_at = @now, due_at = @due", new { nextLeaf, now = Now, due = dueAt?.ToUnixTimeMilliseconds() });

    /// <summary>The delivery is tried again later, under its id.</summary>
    public Task FailAsync(Subscription failed, string error, DateTimeOffset retryAt) => ChangeAsync(
        failed, "attempts = attempts + 1, last_error = @error, retry_at = @retry", new { error, retry = retryAt.ToUnixTimeMilliseconds() });

    /// <summary>The receiver cannot take so much at once: what comes is cut anew, under other ids.</summary>
    public Task ShrinkAsync(Subscription shrunk, int mostEvents) => ChangeAsync(
        shrunk, "most_events = @mostEvents, delivery_id = NULL, delivery_before = NULL, attempts = 0, retry_at = 0", new { mostEvents });

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<int> ChangeAsync(Subscription seen, string change, object values)
    {
        var parameters = new DynamicParameters(values);
        parameters.Add("subscription", seen.Id);
        parameters.Add("seen", seen.Delivery?.Id);
        return writer.RunAsync(connection => connection.Execute($"UPDATE subscription SET {change} WHERE id = @subscription AND delivery_id IS @seen", parameters));
    }

    private static List<Subscription> Read(IEnumerable<Row> rows) => [.. rows.Select(row => row.ToSubscription())];

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public long Party { get; init; }

        public string Query { get; init; } = "";

        public string Role { get; init; } = "";

        public string Dest { get; init; } = "";

        public string? SignatureToken { get; init; }

        public string Format { get; init; } = "";

        public string? Schedule { get; init; }

        public long ReportIfEmpty { get; init; }

        public long? InitialRecordTime { get; init; }

        public long CreatedAt { get; init; }

        public long NextLeaf { get; init; }

        public long? DueAt { get; init; }

        public long? Window { get; init; }

        public long WindowSent { get; init; }

        public long MostEvents { get; init; }

        public string? DeliveryId { get; init; }

        public long? DeliveryBefore { get; init; }

        public long Attempts { get; init; }

        public long RetryAt { get; init; }

        public string? LastError { get; init; }

        public long? NotifiedAt { get; init; }

        public long? ExecutedAt { get; init; }

        public Subscription ToSubscription() => new(
            Id, Party, Query, RoleWords.Find(Role)!.Value, Dest, SignatureToken, Enum.GetValues<EpcFormat>().First(format => format.Word() == Format), Schedule, ReportIfEmpty == 1,
            Time(InitialRecordTime), Time(CreatedAt)!.Value, NextLeaf, Time(DueAt), Window, WindowSent == 1, (int)MostEvents,
            DeliveryId is null ? null : new Delivery(DeliveryId, DeliveryBefore!.Value, (int)Attempts, Time(RetryAt)!.Value), LastError, Time(NotifiedAt), Time(ExecutedAt));

        private static DateTimeOffset? Time(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }
}

using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Provenance.Server.Batches;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Portal.Import;

/// <summary>
/// Goes through files, one after the other: first to see what is right, then, when told to, to record it. After each go of some rows it writes down how far it came;
/// a kill in between costs nothing, as a row that was recorded is found again under its name.
/// </summary>
internal sealed class ImportRunner(ImportStore store, IServiceProvider services, ApiKeys keys, PartyStore parties, TimeProvider clock, IHostApplicationLifetime application, ILogger<ImportRunner> log)
    : BackgroundService
{
    /// <summary>Rows of one go: they share a commit or two.</summary>
    private const int PerGo = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>So long a ledger that takes nothing is waited for, before a person is asked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Channel<(long Party, long Id)> _waiting = Channel.CreateUnbounded<(long, long)>();

    // Both know the server's own address, which is there once it listens.
    private RowCheck Check => services.GetRequiredService<RowCheck>();

    private BatchRecorder Recorder => services.GetRequiredService<BatchRecorder>();

    public void Begin(Import import) => _waiting.Writer.TryWrite((import.Party, import.Id));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onStart = application.ApplicationStarted.Register(listens.SetResult);
        try
        {
            await listens.Task.WaitAsync(stoppingToken);
            foreach (var unfinished in store.Unfinished())
            {
                _waiting.Writer.TryWrite(unfinished);
            }
            await foreach (var (party, id) in _waiting.Reader.ReadAllAsync(stoppingToken))
            {
                if (store.Find(party, id) is { IsWorking: true } import)
                {
                    await GoThroughAsync(import, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops. What is not done yet is found again by Unfinished.
        }
    }

    private async Task GoThroughAsync(Import import, CancellationToken stopping)
    {
        try
        {
            await (import.State == "checking" ? CheckAsync(import, stopping) : RecordAsync(import, stopping));
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            log.LogError(e, "Import {Import} stopped", import.Id);
            await TryStopAsync(import, (e is SqliteException disk ? DiskFault.Find(disk) : null) ?? "The server met an error; its log says which.");
        }
    }

    private async Task CheckAsync(Import import, CancellationToken stopping)
    {
        var (sheet, party) = (SheetOf(import), parties.Get(import.Party));
        var before = new CheckedBefore(store.Recorded(import));
        var good = 0;
        for (var seen = 0; seen < sheet.Rows.Count && !stopping.IsCancellationRequested;)
        {
            var rows = sheet.Rows.Skip(seen).Take(PerGo).ToList();
            var wrong = Check.Check(import, party, rows, before);
            seen += rows.Count;
            good += rows.Count - wrong.Count;
            await store.ProgressAsync(import, seen, good, wrong);
        }
        if (!stopping.IsCancellationRequested)
        {
            await store.MoveAsync(import, "checking", "checked");
        }
    }

    private async Task RecordAsync(Import import, CancellationToken stopping)
    {
        var (sheet, party) = (SheetOf(import), parties.Get(import.Party));
        var leftOut = store.LeftOut(import);
        var (seen, good) = (import.Seen, import.Good);
        while (seen < sheet.Rows.Count && !stopping.IsCancellationRequested)
        {
            if (keys.Find(import.ApiKey) is null)
            {
                await store.StopAsync(import, "The key that sent this file was withdrawn. Send the file again with another one: what is recorded stays, and is not recorded twice.");
                return;
            }
            var (rows, wrong) = (new List<SheetRow>(), new List<ImportRow>());
            for (var items = new HashSet<string>(); rows.Count < PerGo && seen < sheet.Rows.Count; seen++)
            {
                var row = sheet.Rows[seen];
                if (leftOut.Contains(row.Number))
                {
                    continue;
                }
                if (!items.Add(RowRequest.Of(import.Kind, import.Columns, row).Item))
                {
                    break; // rows about one item wait for each other
                }
                rows.Add(row);
            }
            if (await RecordAsync(import, party, rows, wrong, stopping) is { } why)
            {
                await store.StopAsync(import, why);
                return;
            }
            good += rows.Count - wrong.Count;
            await store.ProgressAsync(import, seen, good, wrong);
        }
        if (!stopping.IsCancellationRequested)
        {
            await store.MoveAsync(import, "recording", "done");
        }
    }

    /// <summary>Sends rows the way that <c>POST /api/batches</c> goes, in their order and without waiting for each commit. Null, or why nothing is recorded now.</summary>
    private async Task<string?> RecordAsync(Import import, Party party, List<SheetRow> rows, List<ImportRow> wrong, CancellationToken stopping)
    {
        for (var begun = clock.GetUtcNow(); ; await Task.Delay(Pause, stopping))
        {
            var sent = rows.Select(row => Recorder.RecordAsync(party, RowRequest.Of(import.Kind, import.Columns, row).Body, _ => null, import.KeyOf(row.Number))).ToList();
            var answers = await Task.WhenAll(sent);
            if (answers.FirstOrDefault(answer => answer.Problem?.Status is 429 or 503).Problem is { } notNow)
            {
                if (clock.GetUtcNow() - begun > Patience)
                {
                    return notNow.Detail;
                }
                continue; // those that went through answer as they did
            }
            wrong.AddRange(rows.Zip(answers).Where(pair => pair.Second.Problem is not null).Select(pair => RowCheck.Refused(import, pair.First, pair.Second.Problem!)));
            return null;
        }
    }

    private Sheet SheetOf(Import import) => SheetReader.Read(store.FileOf(import)).Sheet ?? throw new InvalidOperationException($"The file of import {import.Id} was a table when it came.");

    private async Task TryStopAsync(Import import, string why)
    {
        try
        {
            await store.StopAsync(import, why);
        }
        catch (SqliteException)
        {
            // Nor can that be written down. The next start goes on by itself.
        }
    }
}

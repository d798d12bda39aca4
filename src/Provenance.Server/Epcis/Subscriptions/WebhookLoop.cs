using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Subscriptions;

/// <summary>Looks for deliveries that are due, from when the server listens until it stops.</summary>
/// <param name="services">Of which the deliveries are taken once the server listens: its own address is known only then, and queries need it.</param>
internal sealed class WebhookLoop(IServiceProvider services, LedgerState state, IHostApplicationLifetime application) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var onStart = application.ApplicationStarted.Register(listens.SetResult);
        using var timer = new PeriodicTimer(Poll);
        try
        {
            await listens.Task.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        var deliveries = services.GetRequiredService<WebhookDeliveries>();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // A copy of the ledger that may be an old one knows an old state of deliveries too.
                if (state.ReadOnlyBecause is null)
                {
                    deliveries.Start(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await deliveries.EndAsync();
        }
    }
}

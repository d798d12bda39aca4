namespace Provenance.Server.Storage;

internal static class StorageSetup
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<Database>();
        services.AddHostedService<StorageStart>();
        services.AddSingleton<LedgerState>();
    }
}

/// <summary>Opens the database before the first request is taken.</summary>
internal sealed class StorageStart(Database database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = database.Directory;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

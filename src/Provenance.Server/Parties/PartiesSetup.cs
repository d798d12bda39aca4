using Provenance.Server.Http;

namespace Provenance.Server.Parties;

internal static class PartiesSetup
{
    public static void AddParties(this IServiceCollection services)
    {
        services.AddSingleton<Authority>();
        services.AddSingleton<PartyStore>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<ProductStore>();
        services.AddSingleton<PlaceStore>();
        services.AddSingleton<PublicViews>();
        services.AddSingleton<MakerDirectory>();
        services.AddHostedService<PartiesStart>();
    }
}

/// <summary>Takes up parties and keys once the writer runs and before the server listens.</summary>
internal sealed class PartiesStart(PartyStore parties, ApiKeys keys, LedgerOptions options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await parties.StartAsync(options);
        if (await keys.StartAsync(options.AdminKey) is { } made)
        {
            // The only time it is shown. Not through the log, which others may keep.
            Console.WriteLine($"Admin key, shown once: {made}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

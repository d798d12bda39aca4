namespace Provenance.Server.Storage;

internal static class StorageSetup
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<Database>();
        services.AddSingleton(provider => provider.GetRequiredService<Database>().Keys);
        services.AddSingleton<LedgerSigner>();
        services.AddSingleton<LedgerState>();
        services.AddSingleton<Lineage>();
        services.AddSingleton<LedgerWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerWriter>());
    }
}

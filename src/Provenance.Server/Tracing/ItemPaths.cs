using Provenance.Core.Gs1;

namespace Provenance.Server.Tracing;

/// <summary>Where this server shows an item.</summary>
internal static class ItemPaths
{
    /// <summary>Absolute path of the buyer's page: the Digital Link below <c>/b</c>, an id of our own as it is.</summary>
    public static string Page(ItemId item) => item.Own is { } id ? id.Path
        : item.Uri.StartsWith(DigitalLink.CanonicalStem + "/", StringComparison.Ordinal) ? "/b" + item.Uri[DigitalLink.CanonicalStem.Length..]
        : "/look-up?item=" + Uri.EscapeDataString(item.Uri);
}

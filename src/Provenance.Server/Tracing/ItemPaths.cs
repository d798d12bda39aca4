using Provenance.Core.Gs1;
using Provenance.Server.Pages;

namespace Provenance.Server.Tracing;

/// <summary>Where this server shows an item.</summary>
internal static class ItemPaths
{
    /// <summary>Absolute path: its page, else the look-up that shows it.</summary>
    public static string Page(ItemId item) => PagesApi.PathOf(item) ?? "/look-up?item=" + Uri.EscapeDataString(item.Uri);
}

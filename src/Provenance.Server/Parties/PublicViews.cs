using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Storage;

namespace Provenance.Server.Parties;

/// <summary>What a maker lets the public see of an item. Null: as its product has it, else as usual.</summary>
/// <param name="Party">Row of the maker who chose so; it counts for nobody else.</param>
/// <param name="ShowsQuantity">How much of it was made. As usual: hidden.</param>
/// <param name="Photo">A photo that the maker sent. As usual: the one in the event that made it.</param>
/// <param name="Name">Shown where no event names the product. As usual: the name in the list of products.</param>
internal sealed record PublicView(long Party, bool? ShowsQuantity, Digest? Photo, string? Name);

/// <summary>The makers' choices. All in memory: every public proof asks.</summary>
internal sealed class PublicViews(Database database, LedgerWriter writer) : IDisposable
{
    private readonly ConcurrentDictionary<string, PublicView> _byItem = new(StringComparer.Ordinal);

    // A change goes out from what holds: two at once would lose one of them.
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>What holds for an item of this maker: its own choices, and for the rest its product's.</summary>
    public PublicView Find(ItemId item, long maker)
    {
        var own = Of(item, maker);
        return item.Class == item ? own : Of(item.Class, maker) is var product && own == product ? own : own with
        {
            ShowsQuantity = own.ShowsQuantity ?? product.ShowsQuantity,
            Photo = own.Photo ?? product.Photo,
            Name = own.Name ?? product.Name,
        };
    }

    /// <summary>What was chosen for exactly this item.</summary>
    public PublicView Of(ItemId item, long maker) =>
        _byItem.TryGetValue(item.Key, out var view) && view.Party == maker ? view : new PublicView(maker, null, null, null);

    /// <summary>Whether a page shows this photo.</summary>
    public bool ShowsPhoto(Digest sha256)
    {
        using var connection = database.Read();
        return connection.QueryFirstOrDefault<long?>("SELECT 1 FROM public_view WHERE photo = @photo LIMIT 1", new { photo = sha256.ToArray() }) is not null;
    }

    public async Task ChangeAsync(ItemId item, long maker, Func<PublicView, PublicView> change)
    {
        await _one.WaitAsync();
        try
        {
            var view = change(Of(item, maker));
            await writer.RunAsync(connection => connection.Execute("""
                INSERT INTO public_view(item, party, shows_quantity, photo, name) VALUES (@Key, @Party, @ShowsQuantity, @photo, @Name)
                ON CONFLICT (item) DO UPDATE SET party = excluded.party, shows_quantity = excluded.shows_quantity, photo = excluded.photo, name = excluded.name
                """, new { item.Key, view.Party, view.ShowsQuantity, photo = view.Photo?.ToArray(), view.Name }));
            _byItem[item.Key] = view;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    public void Load(SqliteConnection connection)
    {
        foreach (var row in connection.Query<Row>("SELECT item, party, shows_quantity AS ShowsQuantity, photo, name FROM public_view"))
        {
            _byItem[row.Item] = new PublicView(
                row.Party, row.ShowsQuantity is { } shows ? shows == 1 : null, row.Photo is { } photo ? new Digest(photo) : null, row.Name);
        }
    }

    private sealed record Row(string Item, long Party, long? ShowsQuantity, byte[]? Photo, string? Name);
}

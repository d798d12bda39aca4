using Dapper;
using Provenance.Server.Storage;

namespace Provenance.Server.Resolver;

/// <summary>A link that a party keeps for one of its items.</summary>
/// <param name="Id">0 before it is kept.</param>
/// <param name="Party">Row of the party.</param>
/// <param name="Item">Path of the item's Digital Link.</param>
internal sealed record KeptLink(long Id, long Party, string Item, Link Link);

/// <summary>The links that parties keep for their items.</summary>
internal sealed class LinkStore(Database database, LedgerWriter writer, TimeProvider clock)
{
    /// <summary>Most links of one item: a linkset stays one that a phone can read.</summary>
    public const int MostOfAnItem = 100;

    private const string Select = """
        SELECT id, party, item, type, href, title, media_type AS MediaType, languages, contexts, is_default AS IsDefault, keeps_query AS KeepsQuery
        FROM link
        """;

    /// <summary>Keeps a link. Null when the item has the same link already, or <see cref="MostOfAnItem"/>.</summary>
    public async Task<KeptLink?> AddAsync(KeptLink added)
    {
        var id = await writer.RunAsync(connection => connection.QuerySingleOrDefault<long?>($"""
            INSERT INTO link(party, item, type, href, title, media_type, languages, contexts, is_default, keeps_query, created_at)
            SELECT @Party, @Item, @Uri, @Href, @Title, @MediaType, @languages, @contexts, @IsDefault, @KeepsQuery, @now
            WHERE (SELECT count(*) FROM link WHERE item = @Item) < {MostOfAnItem}
            ON CONFLICT DO NOTHING
            RETURNING id
            """, new
        {
            added.Party,
            added.Item,
            added.Link.Type.Uri,
            added.Link.Href,
            added.Link.Title,
            added.Link.MediaType,
            languages = string.Join(' ', added.Link.Languages),
            contexts = string.Join(' ', added.Link.Contexts),
            added.Link.IsDefault,
            added.Link.KeepsQuery,
            now = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        }));
        return id is { } row ? added with { Id = row } : null;
    }

    /// <summary>The links of any of these items, oldest first.</summary>
    /// <param name="items">Paths of Digital Links.</param>
    public IReadOnlyList<KeptLink> Of(IReadOnlyCollection<string> items)
    {
        using var connection = database.Read();
        return [.. connection.Query<Row>(Select + " WHERE item IN @items ORDER BY id", new { items }).Select(row => row.ToLink())];
    }

    /// <param name="party">Row of a party; null for everybody's.</param>
    /// <param name="item">Path of a Digital Link; null for all.</param>
    public IReadOnlyList<KeptLink> List(long? party, string? item)
    {
        using var connection = database.Read();
        return
        [
            .. connection.Query<Row>(Select + " WHERE (@party IS NULL OR party = @party) AND (@item IS NULL OR item = @item) ORDER BY item, id", new { party, item })
                .Select(row => row.ToLink()),
        ];
    }

    /// <summary>Takes a link away. False when there is none, or it is another party's.</summary>
    /// <param name="party">Row of the party that may; null for an admin.</param>
    public Task<bool> RemoveAsync(long id, long? party) => writer.RunAsync(connection =>
        connection.Execute("DELETE FROM link WHERE id = @id AND (@party IS NULL OR party = @party)", new { id, party }) == 1);

    private sealed record Row(
        long Id, long Party, string Item, string Type, string Href, string Title, string? MediaType, string Languages, string Contexts, long IsDefault, long KeepsQuery)
    {
        public KeptLink ToLink() => new(Id, Party, Item, new Link(new LinkType(Type), Href, Title)
        {
            MediaType = MediaType,
            Languages = Languages.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Contexts = Contexts.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            IsDefault = IsDefault == 1,
            KeepsQuery = KeepsQuery == 1,
        });
    }
}

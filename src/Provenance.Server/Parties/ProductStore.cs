using System.Globalization;
using Dapper;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Storage;

namespace Provenance.Server.Parties;

/// <summary>A product that somebody makes.</summary>
/// <param name="Party">Row of the maker.</param>
/// <param name="Gtin">14 digits; null where there is a <paramref name="Sku"/>.</param>
internal sealed record Product(long Party, string? Gtin, string? Sku, string Name, NetContent? NetContent)
{
    /// <summary>The product's class, as events and pages name it.</summary>
    public ItemId ItemOf(Party maker, OwnIds own) =>
        Gtin is not null && ItemId.TryParse(Gtin, own, out var item, out _) ? item : ItemId.Of(own, OwnId.OfProduct(maker.Slug, Sku!));
}

/// <summary>Products and to whom they belong.</summary>
internal sealed class ProductStore(Database database, LedgerWriter writer, Authority authority, TimeProvider clock)
{
    /// <summary>Adds a product, and gives its GTIN to its maker. Null when done.</summary>
    public async Task<Problem?> AddAsync(Product added, Caller caller)
    {
        AuthorityKey[] given = added.Gtin is { } gtin ? [new AuthorityKey("gtin", gtin)] : [];
        if (WhyNot(added, caller) is { } problem)
        {
            return problem;
        }
        var isNew = await writer.RunAsync(connection =>
        {
            var rows = connection.Execute("""
                INSERT INTO product(party, gtin, sku, name, net_content, net_content_uom, created_at)
                VALUES (@Party, @Gtin, @Sku, @Name, @content, @uom, @now)
                ON CONFLICT DO NOTHING
                """, new
            {
                added.Party,
                added.Gtin,
                added.Sku,
                added.Name,
                content = added.NetContent?.Value.ToString(CultureInfo.InvariantCulture),
                uom = added.NetContent?.Uom,
                now = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            });
            Authority.Write(connection, added.Party, rows == 1 ? given.Where(key => authority.FindHolder(key) is null) : []);
            return rows == 1;
        });
        if (isNew)
        {
            authority.Give(added.Party, given);
            return null;
        }
        return Problem.Conflict("taken", "Already here", $"The product {added.Gtin ?? added.Sku} is here already.") with
        {
            Field = added.Gtin is null ? "sku" : "gtin",
            Value = added.Gtin ?? added.Sku,
        };
    }

    /// <summary>Gives a product of the party another name and content; its number stays. What is recorded keeps what it said. False when the party has no such product.</summary>
    public Task<bool> ChangeAsync(Product changed) => writer.RunAsync(connection => connection.Execute("""
        UPDATE product SET name = @Name, net_content = @content, net_content_uom = @uom WHERE party = @Party AND (gtin = @Gtin OR sku = @Sku)
        """, new { changed.Party, changed.Gtin, changed.Sku, changed.Name, content = changed.NetContent?.Value.ToString(CultureInfo.InvariantCulture), uom = changed.NetContent?.Uom }) == 1);

    /// <param name="party">Row of a maker; null for everybody's.</param>
    public IReadOnlyList<Product> List(long? party)
    {
        using var connection = database.Read();
        return [.. connection.Query<Row>(Select + " WHERE @party IS NULL OR party = @party ORDER BY id", new { party }).Select(row => row.ToProduct())];
    }

    /// <param name="gtin">14 digits.</param>
    public Product? FindByGtin(string gtin)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<Row>(Select + " WHERE gtin = @gtin", new { gtin })?.ToProduct();
    }

    public Product? FindBySku(long party, string sku)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<Row>(Select + " WHERE party = @party AND sku = @sku", new { party, sku })?.ToProduct();
    }

    private const string Select = "SELECT party, gtin, sku, name, net_content AS NetContent, net_content_uom AS Uom FROM product";

    /// <summary>A supplier adds SKUs, and GTINs under a prefix that is its own; the admin gives GTINs that nobody has.</summary>
    private Problem? WhyNot(Product added, Caller caller)
    {
        if (added.Gtin is not { } gtin || !ItemId.TryParse(gtin, OwnIds.None, out var item, out _))
        {
            return null;
        }
        var holder = authority.FindHolder(item);
        return holder == added.Party || (holder is null && caller.Role == Role.Admin)
            ? null
            : Problem.Forbidden(holder is null
                ? $"The GTIN {gtin} is not under a company prefix that the admin gave to this party; ask the admin to add it."
                : $"The GTIN {gtin} belongs to another party.") with
            { Field = "gtin", Value = gtin };
    }

    private sealed record Row(long Party, string? Gtin, string? Sku, string Name, string? NetContent, string? Uom)
    {
        public Product ToProduct() => new(Party, Gtin, Sku, Name,
            NetContent is null ? null : new NetContent(decimal.Parse(NetContent, CultureInfo.InvariantCulture), Uom!));
    }
}

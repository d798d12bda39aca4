using System.Text.Json;
using Dapper;
using Provenance.Core.Events;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal;

/// <summary>The batches that a party registered, the newest first.</summary>
internal sealed class OwnBatches(Database database, OwnIds own)
{
    public const int PerPage = 20;

    /// <summary>A search goes through so many of the party's events, and then says how far it came.</summary>
    private const int MostRead = 5_000;

    /// <param name="text">Part of a lot or a product's name; empty for all.</param>
    /// <param name="before">Only entries before this one: where the last page ended.</param>
    /// <returns>The batches, and where to go on; null at the end.</returns>
    public (IReadOnlyList<OwnBatch> Batches, long? Before) List(Party party, string text, long? before)
    {
        using var connection = database.Read();
        var batches = new List<OwnBatch>();
        var (read, last) = (0, 0L);
        foreach (var (leaf, body, isAnchored) in connection.Query<(long, byte[], long)>(Newest, new { party.Row, before = before ?? long.MaxValue }, buffered: false))
        {
            if (batches.Count == PerPage || read == MostRead)
            {
                return (WithDeclarations(party, batches), last);
            }
            (read, last) = (read + 1, leaf);
            if (Read(leaf, body, isAnchored == 1) is { } batch && batch.Has(text))
            {
                batches.Add(batch);
            }
        }
        return (WithDeclarations(party, batches), null);
    }

    /// <summary>Null where the entry is no batch of this party.</summary>
    public OwnBatch? Find(Party party, long leaf)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<(byte[] Body, long IsAnchored)?>("""
            SELECT event.body, leaf < coalesce((SELECT max(size) FROM anchor), 0)
            FROM event JOIN meta USING (leaf) WHERE leaf = @leaf AND meta.party = @Row
            """, new { leaf, party.Row }) is var (body, isAnchored) && Read(leaf, body, isAnchored == 1) is { } batch ? WithDeclarations(party, [batch])[0] : null;
    }

    /// <summary>With what the party took back of them.</summary>
    private List<OwnBatch> WithDeclarations(Party party, IReadOnlyList<OwnBatch> batches)
    {
        using var log = new LogReading(database, own);
        return [.. batches.Select(batch => batch with { Declaration = log.Named(EventFacts.Text(batch.Event, "eventID")!).FirstOrDefault(e => e.Party == party.Row && e.Facts.IsDeclaration) })];
    }

    // Segments newest first; CROSS JOIN keeps SQLite from turning the loops around. Read as it is asked for.
    private const string FromNewest = """
        FROM segment
        CROSS JOIN ix_party AS ix ON ix.seg = x AND ix.k = @Row AND ix.leaf < @before
        JOIN event ON event.leaf = ix.leaf
        ORDER BY segment.x DESC, ix.leaf DESC
        """;

    private const string Segments = "WITH RECURSIVE segment(x) AS (SELECT coalesce(max(leaf), 0) >> 16 FROM event UNION ALL SELECT x - 1 FROM segment WHERE x > 0)";

    /// <summary>The places in the log of a party's entries, the newest first.</summary>
    public const string NewestLeaves = $"{Segments} SELECT event.leaf {FromNewest}";

    private const string Newest = $"{Segments} SELECT event.leaf, event.body, event.leaf < coalesce((SELECT max(size) FROM anchor), 0) {FromNewest}";

    private OwnBatch? Read(long leaf, byte[] body, bool isAnchored)
    {
        var json = JsonElement.Parse(body);
        var facts = EventFacts.Read(json, own);
        var made = facts.IsDeclaration ? null : facts.Items.FirstOrDefault(mention => mention.Role == ItemRole.Output
            || (mention.Role == ItemRole.Subject && facts is { Type: "ObjectEvent", Action: "ADD" }));
        return made is null ? null : new OwnBatch(leaf, made, EventFacts.Text(json, ProvTerms.ProductName), EventFacts.Text(json, "eventTime")!, isAnchored, json);
    }
}

/// <param name="Made">What, and how much of it.</param>
/// <param name="At">eventTime as recorded.</param>
/// <param name="IsAnchored">The chain's contract covers it.</param>
/// <param name="Event">As stored.</param>
internal sealed record OwnBatch(long Leaf, ItemMention Made, string? Name, string At, bool IsAnchored, JsonElement Event)
{
    /// <summary>That its event was an error; null where it stands.</summary>
    public TracedEvent? Declaration { get; init; }

    public string Lot => Made.Item.Lot ?? Made.Item.Serial ?? Made.Item.Uri;

    public bool Has(string text) =>
        text.Length == 0 || Lot.Contains(text, StringComparison.OrdinalIgnoreCase) || (Name?.Contains(text, StringComparison.OrdinalIgnoreCase) ?? false);

    /// <summary>A form for the next one like it: lot and dates are the new one's own.</summary>
    /// <param name="listed">What the form offers to choose from; another product is named again.</param>
    public RegisterForm Next(string today, string place, IReadOnlyList<Product> listed)
    {
        var isListed = listed.Any(product => Made.Item.Gtin is { } gtin ? product.Gtin == gtin : Made.Item.Own?.Sku is { } sku && product.Sku == sku);
        var ilmd = Event.TryGetProperty("ilmd", out var held) ? held : default;
        string Of(string name) => ilmd.ValueKind == JsonValueKind.Object ? EventFacts.Text(ilmd, name) ?? "" : "";
        return RegisterForm.New(today, place, Of("cbvmda:countryOfOrigin")) with
        {
            Product = !isListed ? "" : Made.Item switch { { Gtin: { } gtin } => "gtin:" + gtin, { Own.Sku: { } sku } => "sku:" + sku, _ => "" },
            Number = isListed ? "" : Made.Item.Gtin ?? Made.Item.Own?.Sku ?? "",
            Name = isListed ? "" : Name ?? "",
            Quantity = Made.Value is { } value ? RegisterForm.Show(value) : "",
            Uom = RegisterForm.UnitOf(Made.Uom) ?? "kg",
            UntilKind = Of("cbvmda:itemExpirationDate").Length > 0 ? "useBy" : "bestBefore",
            Region = Of("gs1:provenanceStatement"),
        };
    }
}

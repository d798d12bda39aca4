using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis;

/// <summary>What the headers of captured documents say of products, places and parties. Nothing proves it: it is shown as "stated by".</summary>
internal sealed class MasterDataStore(Database database, PartyStore parties, OwnIds own)
{
    /// <summary>Things that one document may describe: they are written while others wait.</summary>
    public const int MostElements = 10_000;

    /// <summary>All that is stated of an item, whoever states it, newest first.</summary>
    public IReadOnlyList<MasterStatement> Find(ItemId item)
    {
        using var connection = database.Read();
        return
        [
            .. connection.Query<(string Vocabulary, long Party, string Attributes, long StatedAt)>("""
                SELECT vocabulary, party, attributes, stated_at FROM master_data WHERE item = @Key ORDER BY stated_at DESC, party
                """, new { item.Key }).Select(row => new MasterStatement(
                    parties.Get(row.Party), row.Vocabulary, JsonElement.Parse(row.Attributes), DateTimeOffset.FromUnixTimeMilliseconds(row.StatedAt))),
        ];
    }

    /// <summary>The name that this party states for an item, its newest; null where it states none.</summary>
    public string? FindName(ItemId item, Party by) => Find(item).Where(statement => statement.By.Row == by.Row).Select(statement => statement.Name).OfType<string>().FirstOrDefault();

    /// <summary>City and country (ISO 3166-1 alpha-2) that this party states for a place; null where it states neither. More of an address is nobody's but the firm's.</summary>
    public (string? City, string? Country)? FindPlace(ItemId place, Party by)
    {
        foreach (var statement in Find(place).Where(statement => statement.By.Row == by.Row))
        {
            var country = statement.Find("countryCode") is { Length: 2 } code && code.All(char.IsAsciiLetterUpper) ? code : null;
            if (statement.Find("city") is var city && (city ?? country) is not null)
            {
                return (city, country);
            }
        }
        return null;
    }

    /// <summary>Keeps a document's statements, in the transaction of its events. What the same party stated before of the same thing is replaced.</summary>
    public void Write(SqliteConnection connection, Party by, IReadOnlyList<MasterDataElement> elements, DateTimeOffset now)
    {
        foreach (var element in elements)
        {
            var item = ItemId.TryParseEventUri(element.Id, own, out var id, out _) ? id.Key : element.Id;
            connection.Execute("""
                INSERT INTO master_data(item, vocabulary, party, attributes, stated_at) VALUES (@item, @Vocabulary, @Row, @Attributes, @now)
                ON CONFLICT DO UPDATE SET attributes = excluded.attributes, stated_at = excluded.stated_at
                """, new { item, element.Vocabulary, by.Row, element.Attributes, now = now.ToUnixTimeMilliseconds() });
        }
    }
}

/// <summary>One party's statement on one thing.</summary>
/// <param name="Vocabulary">What kind of thing it is said to be.</param>
/// <param name="Attributes">An object: names and values as sent.</param>
internal sealed record MasterStatement(Party By, string Vocabulary, JsonElement Attributes, DateTimeOffset At)
{
    /// <summary>Attributes of CBV master data (CBV 2.0 §10) that name the thing, the plainest first.</summary>
    private static readonly string[] Naming = ["name", "descriptionShort", "functionalName", "regulatedProductName", "tradeItemDescription"];

    /// <summary>How the thing is called; null where no attribute says.</summary>
    public string? Name => Naming.Select(Find).OfType<string>().FirstOrDefault();

    /// <summary>Ids of what is said to be directly below the thing.</summary>
    public static IEnumerable<string> ChildrenIn(JsonElement attributes) =>
        attributes.TryGetProperty(MasterDataElement.Children, out var children) && children.ValueKind == JsonValueKind.Array
            ? children.EnumerateArray().Where(child => child.ValueKind == JsonValueKind.String).Select(child => child.GetString()!) : [];

    /// <summary>The text of an attribute of CBV master data, whichever way its name is spelled.</summary>
    /// <param name="name">The last part: <c>name</c>, <c>city</c>, <c>countryCode</c>.</param>
    public string? Find(string name)
    {
        foreach (var start in (string[])["cbvmda:", "urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:mda#", "https://ref.gs1.org/cbv/mda/"])
        {
            if (Attributes.TryGetProperty(start + name, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }
        }
        return null;
    }
}

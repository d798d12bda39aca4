using System.Text.Json;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;

namespace Provenance.Server.Epcis.Queries;

/// <summary>What master data says of the things that one query meets, each looked up once: as stated by the asker's own party and the operator, or by anybody for who sees everything.</summary>
internal sealed class StatedData(MasterDataStore masterData, Caller caller, OwnIds own)
{
    // A hierarchy of places that holds more is a mistake, or a circle.
    private const int MostDescendants = 10_000;

    private readonly Dictionary<string, IReadOnlyList<JsonElement>> _known = new(StringComparer.Ordinal);

    /// <summary>The ids, and everything that is said to be below them at any depth (EPCIS 2.0 §6.5).</summary>
    public IReadOnlyCollection<string> WithDescendants(IEnumerable<string> ids)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(ids);
        while (all.Count < MostDescendants && open.TryDequeue(out var id))
        {
            if (all.Add(KeyOf(id)))
            {
                foreach (var child in Of(id).SelectMany(MasterStatement.ChildrenIn))
                {
                    open.Enqueue(child);
                }
            }
        }
        return all;
    }

    /// <summary>The attributes stated of a thing.</summary>
    public IReadOnlyList<JsonElement> Of(string id)
    {
        var key = KeyOf(id);
        if (!_known.TryGetValue(key, out var statements))
        {
            statements = ItemId.TryParseEventUri(id, own, out var item, out _)
                ? [.. masterData.Find(item).Where(statement => caller.SeesEverything || statement.By.Row == caller.Party.Row || statement.By.Row == Party.OperatorRow).Select(statement => statement.Attributes)]
                : [];
            _known.Add(key, statements);
        }
        return statements;
    }

    private string KeyOf(string id) => ItemId.TryParseEventUri(id, own, out var item, out _) ? item.Key : id;
}

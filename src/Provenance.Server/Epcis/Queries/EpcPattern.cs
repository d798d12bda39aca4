using System.Text.Json;
using System.Text.RegularExpressions;
using Provenance.Core.Gs1;
using Provenance.Server.Storage;

namespace Provenance.Server.Epcis.Queries;

/// <summary>What a MATCH parameter looks for: one item; a class with the lots and serials in it; or all items of a company (EPCIS 2.0 §8.2.7.1.1).</summary>
internal sealed partial class EpcPattern
{
    private const string Stem = "https://id.gs1.org/";

    // How the Digital Link of each scheme begins; a dot stands for the indicator digit, which is any, where it comes before the company prefix.
    private static readonly Dictionary<string, string> Beginnings = new(StringComparer.Ordinal)
    {
        ["sgtin"] = "01/.",
        ["upui"] = "01/.",
        ["itip"] = "8006/.",
        ["sscc"] = "00/.",
        ["sgln"] = "414/",
        ["pgln"] = "417/",
        ["grai"] = "8003/0",
        ["gdti"] = "253/",
        ["sgcn"] = "255/",
        ["gsrn"] = "8018/",
        ["gsrnp"] = "8017/",
        ["gsin"] = "402/",
        ["giai"] = "8004/",
        ["ginc"] = "401/",
        ["cpi"] = "8010/",
    };

    private readonly ItemId _item;
    private readonly bool _isClass;
    private readonly string? _company;

    private EpcPattern(ItemId item, bool isClass) => (_item, _isClass) = (item, isClass);

    private EpcPattern(string company) => _company = company;

    [GeneratedRegex(@"^urn:epc:idpat:(?<scheme>[a-z]+):(?<prefix>[0-9]{6,12}|\*)(\.\*)+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OfCompany { get; }

    [GeneratedRegex(@"^urn:epc:idpat:(?<place>sgln:[0-9.]+)\.\*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OfPlace { get; }

    /// <summary>Null for what is no URI.</summary>
    public static EpcPattern? Find(string text, OwnIds own)
    {
        if (OfCompany.Match(text) is { Success: true } company && Beginnings.TryGetValue(company.Groups["scheme"].Value, out var beginning))
        {
            return new EpcPattern(Stem + beginning + company.Groups["prefix"].Value.TrimStart('*'));
        }
        var isPlace = OfPlace.Match(text) is { Success: true } place && (text = $"urn:epc:id:{place.Groups["place"].Value}.0").Length > 0;
        return ItemId.TryParseEventUri(text, own, out var item, out _) ? new EpcPattern(item, isPlace || item.Kind == ItemKind.Class) : null;
    }

    /// <summary>Where its events are found; null for a whole company, of which no index is kept.</summary>
    public IEnumerable<IndexKey>? Source(IndexKeys keys)
    {
        if (_company is not null)
        {
            return null;
        }
        var item = new IndexKey(LeafIndex.Item, keys.OfItem(_item.Key));
        return _isClass ? [item, new IndexKey(LeafIndex.Term, keys.OfTerm("class:" + _item.Key))] : [item];
    }

    /// <param name="epc">A URI as the event has it.</param>
    public bool Matches(string epc, OwnIds own) => ItemId.TryParseEventUri(epc, own, out var item, out _)
        && (_company is not null ? BeginsWith(item.Key, _company) : item == _item || (_isClass && item.Class == _item));

    private static bool BeginsWith(string key, string beginning)
    {
        if (key.Length < beginning.Length)
        {
            return false;
        }
        for (var i = 0; i < beginning.Length; i++)
        {
            if (key[i] != beginning[i] && !(beginning[i] == '.' && i >= Stem.Length && char.IsAsciiDigit(key[i])))
            {
                return false;
            }
        }
        return true;
    }
}

using System.Text.RegularExpressions;
using Provenance.Server.Pages;

namespace Provenance.Server.Portal;

/// <summary>Says the API's warnings in the reader's language. Those that no text here is for stay as the API says them.</summary>
internal static partial class Warnings
{
    private static readonly (Regex Said, string Key)[] _known =
    [
        (More(), "warning.more"), (Unknown(), "warning.unknown"), (Units(), "warning.units"), (Differs(), "warning.differs"), (Unconfirmed(), "warning.unconfirmed"),
        (Others(), "warning.others"), (NotYours(), "warning.not-yours"),
    ];

    /// <summary>Null where there is no text for it.</summary>
    public static string? Find(string warning, Words words)
    {
        foreach (var (said, key) in _known)
        {
            if (said.Match(warning) is { Success: true } match)
            {
                var item = Uri.UnescapeDataString(match.Groups["item"].Value.Split('/')[^1]);
                return words.Say(key, ("item", item), ("amount", match.Groups["amount"].Value), ("held", match.Groups["held"].Value), ("n", match.Groups["n"].Value));
            }
        }
        return null;
    }

    [GeneratedRegex(@"^More of (?<item>\S+) goes out than is on record: (?<amount>.+) of (?<held>.+)\.$")]
    private static partial Regex More();

    [GeneratedRegex(@"^(?<item>\S+) was neither made nor received by you on this record\.$")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"^(?<item>\S+) is on record in (?<held>.+); (?<amount>.+) can't be compared with that\.$")]
    private static partial Regex Units();

    [GeneratedRegex(@"^What arrived is not what the shipment says;")]
    private static partial Regex Differs();

    [GeneratedRegex(@"^Nobody has confirmed that GTIN (?<item>\d+) is yours:")]
    private static partial Regex Unconfirmed();

    [GeneratedRegex(@"^(?<n>\d+) other events? speaks? of (?<item>\S+), and stays? as recorded\.$")]
    private static partial Regex Others();

    [GeneratedRegex(@"^(?<item>\S+) is not of your making:")]
    private static partial Regex NotYours();
}

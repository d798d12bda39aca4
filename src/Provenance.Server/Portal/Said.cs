using System.Text.RegularExpressions;
using Provenance.Server.Pages;

namespace Provenance.Server.Portal;

/// <summary>
/// Says what the API says of a value as people who typed it into a form need it: in their language, and without the words of programs. The form's own sentence stands
/// before it and names the value; so what only says the same again, for a program, is left out.
/// </summary>
internal static partial class Said
{
    private static readonly (Regex Said, string? Key)[] _known =
    [
        (SameAgain(), null), (LotLength(), null), (Length(), "said.length"), (Future(), "said.future"), (NoTime(), "said.no-time"), (NoZone(), "said.no-zone"),
        (NotOnRecord(), "said.not-on-record"), (FromPapers(), "said.papers"), (OthersProduct(), "said.others-product"), (OneThing(), "said.one-thing"), (Twice(), "said.twice"), (Product(), "said.product"),
        (NoGoods(), "said.no-goods"), (CheckDigit(), "said.check-digit"), (NoneHeld(), "said.none-held"), (HeldIn(), "said.held-in"), (NotKnown(), "said.not-known"), (Itself(), "said.itself"),
        (Unit(), "said.unit"), (Whole(), "said.whole"), (Decimals(), "said.decimals"), (Digits(), "said.digits"), (Damaged(), "said.damaged"), (Auditor(), "said.auditor"), (Busy(), "said.busy"),
        (Declared(), "said.declared"), (Unchanged(), "said.unchanged"), (Large(), "said.large"), (Kind(), "said.kind"), (TwoDates(), "said.two-dates"), (Prefix(), "said.prefix"), (KeyWithdrawn(), "said.key-withdrawn"),
    ];

    /// <summary>Empty where there is nothing to add; null where there is no text for it, so that the API's own words have to do.</summary>
    public static string? Find(string? detail, Words words)
    {
        if (string.IsNullOrEmpty(detail))
        {
            return "";
        }
        foreach (var (said, key) in _known)
        {
            if (said.Match(detail) is { Success: true } match)
            {
                var n = match.Groups["n"].Value;
                return key is null ? "" : words.Say(key, ("n", key == "said.future" ? words.Day(n) : n), ("amount", match.Groups["amount"].Value), ("where", match.Groups["where"].Value));
            }
        }
        return null;
    }

    [GeneratedRegex(@"^Send (a number without quotation marks|a text in quotation marks|a date as year-month-day|a time with its offset|more than 0\.|how much (arrived|was made)\.|a GTIN: |true or false|when it happened"
        + @"|the (product: |lot or batch number|country's two letters|supplier's name|document's number|item's URI)|where it comes from|from whom it came|to whom|either gtin or sku|at least one|item, or items|the slug of a party|to: )"
        + @"|^(No party here has this slug|This names no party|You have no place of this id|Send the product's name|A time needs its offset)|is neither a GS1 id nor an absolute URI\.?$")]
    private static partial Regex SameAgain();

    /// <summary>The form's sentence on lots names their length itself.</summary>
    [GeneratedRegex(@"^Send 1 to 20 characters on one line")]
    private static partial Regex LotLength();

    [GeneratedRegex(@"^Send 1 to (?<n>\d+) characters on one line")]
    private static partial Regex Length();

    [GeneratedRegex(@"^This lies in the future; (in (?<where>\S+)|here) it is (?<n>\d{4}-\d\d-\d\d)")]
    private static partial Regex Future();

    [GeneratedRegex(@"^There is no such time\.")]
    private static partial Regex NoTime();

    [GeneratedRegex(@"^Noon of this date can't be told")]
    private static partial Regex NoZone();

    [GeneratedRegex(@"^Not on record here\. Register it first")]
    private static partial Regex NotOnRecord();

    [GeneratedRegex(@"^Not on record here\. Add ")]
    private static partial Regex FromPapers();

    [GeneratedRegex(@"^This (GTIN|number) belongs to another party")]
    private static partial Regex OthersProduct();

    [GeneratedRegex(@"^This is one thing with its own number")]
    private static partial Regex OneThing();

    [GeneratedRegex(@"^This item stands here twice")]
    private static partial Regex Twice();

    [GeneratedRegex(@"^This names a product, not a batch")]
    private static partial Regex Product();

    [GeneratedRegex(@"^This names no goods")]
    private static partial Regex NoGoods();

    [GeneratedRegex(@"^(The last digit|[Cc]heck digit of .+) should be (?<n>\d)\b")]
    private static partial Regex CheckDigit();

    [GeneratedRegex(@"^By the record you hold nothing of it any more")]
    private static partial Regex NoneHeld();

    [GeneratedRegex(@"^Send the quantity: it is on record in (?<amount>.+)\.$")]
    private static partial Regex HeldIn();

    [GeneratedRegex(@"^Send the quantity: nothing on record says")]
    private static partial Regex NotKnown();

    [GeneratedRegex(@"^Nothing goes into itself")]
    private static partial Regex Itself();

    [GeneratedRegex(@"^Unit '.*' is not known; the nearest are (?<n>.+?)\. Send one of these", RegexOptions.Singleline)]
    private static partial Regex Unit();

    [GeneratedRegex(@"^Quantity '.*' should be a whole number of", RegexOptions.Singleline)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^Quantity '.*' has more than (?<n>\d+) decimals", RegexOptions.Singleline)]
    private static partial Regex Decimals();

    [GeneratedRegex(@"^Quantity '.*' has more than (?<n>\d+) digits", RegexOptions.Singleline)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^Send how much of it arrived damaged: more than 0, and no more than the (?<amount>.+) that arrived\.$")]
    private static partial Regex Damaged();

    [GeneratedRegex(@"^An auditor's key records nothing")]
    private static partial Regex Auditor();

    [GeneratedRegex(@"^(More is waiting for the disk|The server is stopping)")]
    private static partial Regex Busy();

    [GeneratedRegex(@"^(Entry \d+ declares this event an error already|The event of entry \d+ was declared an error)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"^This changes nothing\.")]
    private static partial Regex Unchanged();

    [GeneratedRegex(@"^(It has \d+ bytes; a document may have|A document may have)")]
    private static partial Regex Large();

    [GeneratedRegex(@"^This is no PDF, PNG, JPEG or WebP file\.")]
    private static partial Regex Kind();

    [GeneratedRegex(@"^Send bestBefore or useBy")]
    private static partial Regex TwoDates();

    [GeneratedRegex(@"^The key that sent this file was withdrawn")]
    private static partial Regex KeyWithdrawn();

    [GeneratedRegex(@"^The GTIN \d+ is not under a company prefix")]
    private static partial Regex Prefix();
}

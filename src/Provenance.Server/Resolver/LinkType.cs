using System.Diagnostics.CodeAnalysis;

namespace Provenance.Server.Resolver;

/// <summary>What kind of thing a link leads to, as a URI: a term of the GS1 Web Vocabulary, or somebody else's.</summary>
public readonly record struct LinkType(string Uri)
{
    /// <summary>Where GS1's terms are.</summary>
    public const string Vocabulary = "https://ref.gs1.org/voc/";

    // Other spellings of the same namespace, as older links and clients have them.
    private static readonly string[] _spellings =
        ["gs1:", Vocabulary, "http://ref.gs1.org/voc/", "https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/", "http://www.gs1.org/voc/"];

    // GS1 Web Vocabulary 1.16, all that are not deprecated.
    private static readonly HashSet<string> _terms =
    [
        "activityIdeas", "allergenInfo", "appDownload", "backgroundInfo", "brandHomepageClinical", "brandHomepagePatient", "careersInfo", "certificationInfo",
        "consumerHandlingStorageInfo", "defaultLink", "defaultLinkMulti", "dpp", "eifu", "epcis", "epil", "eventsInfo", "faqs", "handledBy", "hasRetailers", "homepage",
        "ingredientsInfo", "instructions", "jws", "leaveReview", "locationInfo", "logisticsInfo", "loyaltyProgram", "masterData", "menuInfo", "nutritionalInfo",
        "openingHoursInfo", "paymentLink", "pip", "promotion", "purchaseSuppliesOrAccessories", "quickStartGuide", "recallStatus", "recipeInfo", "registerProduct",
        "registryEntry", "relatedImage", "relatedVideo", "reportFound", "review", "safetyInfo", "scheduleTime", "serviceInfo", "smartLabel", "smpc", "socialMedia",
        "statisticInfo", "subscribe", "support", "sustainabilityInfo", "traceability", "tutorial", "userAgreement", "verificationService", "whatsInTheBox",
    ];

    public static LinkType Default { get; } = Gs1("defaultLink");

    public static LinkType DefaultMulti { get; } = Gs1("defaultLinkMulti");

    public static LinkType RecallStatus { get; } = Gs1("recallStatus");

    /// <param name="term">As the vocabulary spells it.</param>
    public static LinkType Gs1(string term) => new(Vocabulary + term);

    /// <summary>Reads <c>gs1:pip</c> or a URI. What claims to be GS1's and isn't, is none.</summary>
    public static bool TryParse(string text, out LinkType type, [NotNullWhen(false)] out string? fault)
    {
        type = default;
        foreach (var spelling in _spellings)
        {
            if (text.StartsWith(spelling, StringComparison.Ordinal))
            {
                type = new LinkType(Vocabulary + text[spelling.Length..]);
                fault = _terms.Contains(text[spelling.Length..]) ? null : $"The GS1 Web Vocabulary has no link type '{text[spelling.Length..]}'; gs1:pip and gs1:instructions are two of it.";
                return fault is null;
            }
        }
        // Letters, digits, dots and slashes are what GS1's schema of linksets lets stand for a type.
        var at = text.StartsWith("https://", StringComparison.Ordinal) ? 8 : text.StartsWith("http://", StringComparison.Ordinal) ? 7 : text.Length;
        fault = at < text.Length && text[at..].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_') && System.Uri.IsWellFormedUriString(text, UriKind.Absolute)
            ? null : $"'{text}' is no link type: send a term of GS1 such as gs1:pip, or an http(s) URI of letters, digits, dots and slashes.";
        type = new LinkType(text);
        return fault is null;
    }

    /// <summary><c>gs1:pip</c>, or the URI of somebody else's.</summary>
    public override string ToString() => Uri.StartsWith(Vocabulary, StringComparison.Ordinal) ? "gs1:" + Uri[Vocabulary.Length..] : Uri;
}

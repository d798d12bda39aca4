using System.Globalization;
using System.Text.Json;

namespace Provenance.Server.Pages;

/// <summary>What pages say in one language: <c>wwwroot/words/LANGUAGE.json</c>, which the browser's verifier reads too.</summary>
public sealed class Words
{
    private readonly Dictionary<string, string> _texts;

    private Words(string language, CultureInfo culture)
    {
        using var file = typeof(Words).Assembly.GetManifestResourceStream($"words/{language}.json")
            ?? throw new InvalidOperationException($"There are no words of '{language}'.");
        _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
        (Language, Culture) = (language, culture);
    }

    public static Words English { get; } = new("en", CultureInfo.InvariantCulture);

    /// <summary>BCP 47.</summary>
    public string Language { get; }

    /// <summary>How this language spells dates and numbers.</summary>
    public CultureInfo Culture { get; }

    /// <exception cref="KeyNotFoundException">The language file lacks the key.</exception>
    public string this[string key] => _texts.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"No words for '{key}' in {Language}.");

    public bool Has(string key) => _texts.ContainsKey(key);

    /// <summary>The text with its <c>{names}</c> replaced.</summary>
    public string Say(string key, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var text = this[key];
        foreach (var (name, value) in values)
        {
            text = text.Replace($"{{{name}}}", Convert.ToString(value, Culture), StringComparison.Ordinal);
        }
        return text;
    }

    /// <summary>A date, or the day of a moment, as <c>12 Nov 2026</c>; a text that is neither stays as it is.</summary>
    public string Day(string iso) =>
        DateOnly.TryParseExact(iso.AsSpan(0, Math.Min(10, iso.Length)), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToString("d MMM yyyy", Culture) : iso;

    /// <summary>The day by the clock of the place.</summary>
    public string Day(RecordedTime time) => Local(time) is { } local ? local.ToString("d MMM yyyy", Culture) : time.At.Value;

    /// <summary>The time of day by the clock of the place; null where only the day is known.</summary>
    public string? Hour(RecordedTime time) => time.Precision?.Value == "day" ? null : Local(time)?.ToString("HH:mm", Culture);

    /// <summary>A moment of ours, in UTC, to the minute.</summary>
    public string Moment(DateTimeOffset time) => time.ToUniversalTime().ToString("d MMM yyyy, HH:mm", Culture);

    public string Number(ulong number) => number.ToString("N0", Culture);

    /// <summary>A JSON number with the language's separators and all its decimals.</summary>
    public string Number(string json) =>
        decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("#,##0.############", Culture) : json;

    /// <summary>Sign of a UN/ECE Rec 20 unit; the code itself where people have no shorter one.</summary>
    public static string Unit(string code) => code switch
    {
        "KGM" => "kg",
        "GRM" => "g",
        "TNE" => "t",
        "LBR" => "lb",
        "LTR" => "l",
        "MLT" => "ml",
        "HLT" => "hl",
        "MTR" => "m",
        "MTK" => "m²",
        "MTQ" => "m³",
        _ => code,
    };

    /// <summary>Name of an ISO 3166-1 country; the code itself if there is none.</summary>
    public static string Country(string code)
    {
        try
        {
            return code.Length == 2 ? new RegionInfo(code).EnglishName : code;
        }
        catch (ArgumentException)
        {
            return code;
        }
    }

    /// <summary>A step of the plain API in a word; steps of others by their own.</summary>
    public string Step(string step) => _texts.GetValueOrDefault("step." + step) ?? _texts["step.other"];

    private static DateTimeOffset? Local(RecordedTime time)
    {
        if (!DateTimeOffset.TryParse(time.At.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return null;
        }
        var offset = time.Offset?.Value;
        return offset is not null && TimeSpan.TryParse(offset.TrimStart('+', '-'), CultureInfo.InvariantCulture, out var away) && away <= TimeSpan.FromHours(14)
            ? at.ToOffset(offset[0] == '-' ? -away : away)
            : at;
    }
}

using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Provenance.Core.Units;

namespace Provenance.Server.Pages;

/// <summary>
/// What pages say in one language: <c>wwwroot/words/LANGUAGE.json</c>, which the browser's verifier reads too, and the names of countries in
/// <c>Pages/countries/LANGUAGE.json</c> (from CLDR). Everything a language needs stands there, so nothing depends on what the machine knows of it.
/// </summary>
public sealed class Words
{
    /// <summary>The query parameter by which a reader chooses a language; kept in links, as there are no cookies.</summary>
    public const string Parameter = "lang";

    private readonly FrozenDictionary<string, string> _texts;
    private readonly string[] _months;

    private Words(string language)
    {
        _texts = Read($"words/{language}.json");
        Countries = Read($"countries/{language}.json");
        _months = _texts["date.months"].Split(' ');
        (Language, Chosen) = (language, new Words(this));
        Culture = CultureOf(_texts);
    }

    private Words(Words same) // the same words, which the reader asked for by name
    {
        (_texts, Countries, _months) = (same._texts, same.Countries, same._months);
        (Language, Chosen, IsChosen) = (same._texts["language.code"], this, true);
        Culture = CultureOf(_texts);
    }

    public static Words English { get; } = new("en");

    /// <summary>The languages on offer, in the order in which pages name them.</summary>
    public static IReadOnlyList<Words> All { get; } = [English, new("de"), new("es")];

    /// <summary>BCP 47.</summary>
    public string Language { get; }

    /// <summary>How this language spells numbers.</summary>
    public CultureInfo Culture { get; }

    /// <summary><c>ltr</c> or <c>rtl</c>.</summary>
    public string Direction => this["language.direction"];

    /// <summary>Names of countries by ISO 3166-1 alpha-2.</summary>
    public IReadOnlyDictionary<string, string> Countries { get; }

    /// <summary>The reader chose this language by <see cref="Parameter"/>, so links keep it.</summary>
    public bool IsChosen { get; }

    /// <summary>These words for a reader who asked for them by name.</summary>
    internal Words Chosen { get; }

    /// <exception cref="KeyNotFoundException">The language file lacks the key.</exception>
    public string this[string key] => _texts.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"No words for '{key}' in {Language}.");

    /// <summary>The reader's language: the one in the query, else the best that the browser asks for (RFC 9110 §12.5.4), else English.</summary>
    public static Words Of(HttpRequest request)
    {
        if (Find(request.Query[Parameter].ToString()) is { } named)
        {
            return named.Chosen;
        }
        return request.GetTypedHeaders().AcceptLanguage
            .Where(range => range.Quality is not 0)
            .OrderByDescending(range => range.Quality ?? 1) // stable: of two that are equally welcome the first
            .Select(range => Find(range.Value.Value!.Split('-')[0]))
            .FirstOrDefault(words => words is not null) ?? English;
    }

    /// <summary>As <see cref="Of"/>, and the answer says in which language it is and that another reader may get another one.</summary>
    public static Words For(HttpContext context)
    {
        var words = Of(context.Request);
        context.Response.Headers.ContentLanguage = words.Language;
        context.Response.Headers.AppendCommaSeparatedValues("Vary", "Accept-Language");
        return words;
    }

    /// <summary>A link on one of our pages, in the language that the reader chose.</summary>
    /// <param name="path">From <c>/</c>, with or without query and fragment.</param>
    public string Link(string path)
    {
        if (!IsChosen)
        {
            return path;
        }
        var fragment = path.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? path[at..] : "";
        var rest = path[..^fragment.Length];
        return $"{rest}{(rest.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Parameter}={Language}{fragment}";
    }

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
        DateOnly.TryParseExact(iso.AsSpan(0, Math.Min(10, iso.Length)), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Day(day) : iso;

    public string Day(DateOnly day) => Say("date.day", ("day", day.Day), ("month", _months[day.Month - 1]), ("year", day.Year));

    /// <summary>The day by the clock of the place.</summary>
    public string Day(RecordedTime time) => Local(time) is { } local ? Day(DateOnly.FromDateTime(local.DateTime)) : time.At.Value;

    /// <summary>The time of day by the clock of the place; null where only the day is known.</summary>
    public string? Hour(RecordedTime time) => time.Precision?.Value == "day" ? null : Local(time)?.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A moment of ours, in UTC, to the minute.</summary>
    public string Moment(DateTimeOffset time) =>
        $"{Day(DateOnly.FromDateTime(time.UtcDateTime))}, {time.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)}";

    public string Number(ulong number) => Number((decimal)number);

    /// <summary>A JSON number with the language's separators and all its decimals.</summary>
    public string Number(string json) => decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Number(number) : json;

    public string Number(decimal number)
    {
        // Spanish leaves four digits together.
        var isGrouped = Math.Abs(number) >= (this["number.grouped-from"] == "5" ? 10_000 : 1_000);
        return number.ToString(isGrouped ? "#,##0.############" : "0.############", Culture);
    }

    /// <summary>Sign of a UN/ECE Rec 20 unit, or its word where people write one; the code itself where neither is known.</summary>
    /// <param name="code">Null for pieces, as in EPCIS.</param>
    /// <param name="number">A JSON number: one piece is called otherwise than two.</param>
    public string Unit(string? code, string number = "")
    {
        var unit = Core.Units.Unit.OfEpcis(code);
        return unit?.Dimension switch
        {
            null => code!,
            Dimension.Pieces => this[number == "1" ? "unit.piece" : "unit.pieces"],
            Dimension.Cases => this[number == "1" ? "unit.case" : "unit.cases"],
            _ => unit.Symbol,
        };
    }

    /// <summary>Name of an ISO 3166-1 country; the code itself if there is none.</summary>
    public string Country(string code) => Countries.TryGetValue(code, out var name) ? name : code;

    /// <summary>A step of the plain API in a word; steps of others by their own.</summary>
    public string Step(string step) => _texts.GetValueOrDefault("step." + step) ?? _texts["step.other"];

    private static Words? Find(string language) => All.FirstOrDefault(words => string.Equals(words.Language, language, StringComparison.OrdinalIgnoreCase));

    private static FrozenDictionary<string, string> Read(string name)
    {
        using var file = typeof(Words).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"There is no resource '{name}'.");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(file)!.ToFrozenDictionary();
    }

    private static CultureInfo CultureOf(FrozenDictionary<string, string> texts)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = texts["number.decimal"];
        culture.NumberFormat.NumberGroupSeparator = texts["number.group"];
        return CultureInfo.ReadOnly(culture);
    }

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

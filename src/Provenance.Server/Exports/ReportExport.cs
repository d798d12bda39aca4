using System.Globalization;
using Provenance.Core.Bundles;
using Provenance.Core.Gs1;
using Provenance.Core.Proofs;
using Provenance.Server.Pages;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Exports;

/// <summary>Makes the report of a trail: what a person reads of the bundle that the same request gives, and what that bundle proves by itself.</summary>
internal sealed class ReportExport(BundleExport bundles, Database database, OwnIds own, LedgerState state, LedgerOptions options, TimeProvider clock)
{
    public ReportModel Make(Trail trail, Words words)
    {
        // Judged is the very bundle that anybody could check, by the verifier that ships: the report says nothing that it does not.
        var findings = bundles.Make(trail) is { } bundle ? BundleVerifier.Verify(BundleVerifier.Open(bundle), null) : [];
        using var log = new LogReading(database, own);
        var steps = trail.Events.Select(e => e.Index is { } leaf && log.At(leaf) is { } known ? StepWord.Of(known) : StepWord.Of(e.BizStep, e.Type, e.Action)).ToList();
        return new ReportModel(words, trail, steps, findings, state.LedgerId?.ToString(), options.OperatorName, options.Chain.RpcUrls.Count == 0, clock.GetUtcNow());
    }
}

/// <param name="Findings">Empty where nothing of the trail can be proven to the caller.</param>
/// <param name="LedgerId">Hex; null before the first contract.</param>
public sealed record ReportModel
{
    internal ReportModel(Words words, Trail trail, IReadOnlyList<string> steps, IReadOnlyList<Finding> findings, string? ledgerId, string operatorName, bool isTrial, DateTimeOffset madeAt) =>
        (Words, Trail, Steps, Findings, LedgerId, Operator, IsTrial, MadeAt) = (words, trail, steps, findings, ledgerId, operatorName, isTrial, madeAt);

    public Words Words { get; }

    internal Trail Trail { get; }

    /// <summary>The plain API's word for each event of the trail.</summary>
    public IReadOnlyList<string> Steps { get; }

    public IReadOnlyList<Finding> Findings { get; }

    public string? LedgerId { get; }

    public string Operator { get; }

    public bool IsTrial { get; }

    public DateTimeOffset MadeAt { get; }

    /// <summary>As the words of findings are keyed.</summary>
    internal static string Id(Question question) => question switch
    {
        Question.Content => "content",
        Question.Author => "author",
        Question.Recorded => "recorded",
        Question.UnchangedHistory => "history",
        Question.OnTheChain => "chain",
        _ => "complete",
    };

    internal static string Word(Core.Proofs.Verdict verdict) => verdict switch
    {
        Core.Proofs.Verdict.Holds => "holds",
        Core.Proofs.Verdict.DoesNotHold => "fails",
        _ => "unknown",
    };

    /// <summary>Which sentence says it.</summary>
    internal string Sentence(Finding finding)
    {
        var key = $"trail.{Id(finding.Question)}.{Word(finding.Verdict)}";
        return Words.Has(key) ? Words[key] : finding.Words; // what never happens to what the server itself made is said in English
    }

    /// <summary>By the clock of the place.</summary>
    internal string When(EventAnswer e)
    {
        var at = DateTimeOffset.Parse(e.EventTime, CultureInfo.InvariantCulture);
        var local = e.EventTimeZoneOffset is [var sign, .. var away] && TimeSpan.TryParse(away, CultureInfo.InvariantCulture, out var offset) ? at.ToOffset(sign == '-' ? -offset : offset) : at;
        var day = Words.Day(DateOnly.FromDateTime(local.DateTime));
        return e.TimePrecision == "day" ? day : string.Create(CultureInfo.InvariantCulture, $"{day}, {local:HH:mm} (UTC{e.EventTimeZoneOffset})");
    }

    internal string Where(EventAnswer e) => string.Join(", ", new[] { e.Place, e.City, e.Country is { } country ? Words.Country(country) : null }.OfType<string>());

    internal string Amount(AmountAnswer? amount) => amount is null ? "" : $"{Words.Number(amount.Value)} {Words.Unit(amount.Uom, amount.Value == 1 ? "1" : "")}";

    /// <summary>What the trace calls an item; null where it has no name for the reader.</summary>
    internal string? Product(string item) => Trail.Trace.Nodes.FirstOrDefault(node => node.Item == item)?.Product;

    internal string Item(string item) => item.StartsWith("hidden:", StringComparison.Ordinal) ? Words["trail.hidden"] : item;
}

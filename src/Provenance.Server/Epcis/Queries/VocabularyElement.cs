using System.Globalization;
using System.Text.Json;
using Provenance.Core.Epcis;
using Provenance.Core.Gs1;
using Provenance.Server.Tracing;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Something an event names that lists tell of: a place, or a word that is not the standard's.</summary>
/// <param name="Kind">The field: <c>bizStep</c>, <c>disposition</c>, <c>readPoint</c> or <c>bizLocation</c>.</param>
/// <param name="Key">Canonical.</param>
/// <param name="Name">As written.</param>
internal sealed record VocabularyElement(string Kind, string Key, string Name)
{
    public static IReadOnlyList<VocabularyElement> Of(JsonElement stored, EventFacts facts, OwnIds own)
    {
        var e = new QueriedEvent(stored, own);
        return
        [
            .. Words("bizStep", CbvWords.BizStep, facts.BizStep),
            .. Words("disposition", CbvWords.Disposition, facts.Disposition),
            .. Places("readPoint"),
            .. Places("bizLocation"),
        ];

        IEnumerable<VocabularyElement> Words(string kind, CbvWords list, string? word) =>
            word is null || list.Words.Contains(word) ? [] : [new VocabularyElement(kind, e.Word(list, word), e.Word(list, word))];

        IEnumerable<VocabularyElement> Places(string kind) => e.TextsAt(kind, "id").Select(id => new VocabularyElement(kind, e.Id(id), id));
    }

    /// <summary>The scope of what one party recorded.</summary>
    /// <param name="party">Its row.</param>
    public static string ScopeOf(long party) => string.Create(CultureInfo.InvariantCulture, $"party:{party}");
}

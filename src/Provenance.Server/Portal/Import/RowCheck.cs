using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Batches;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Import;

/// <summary>Says of rows whether they would be recorded, without recording any. The API's own reader judges; added is only what a file needs: what is in it, or in the ledger, already.</summary>
internal sealed class RowCheck(BatchRecorder recorder, Database database, OwnIds own)
{
    /// <summary>The rows of which nothing would be recorded, and why.</summary>
    public IReadOnlyList<ImportRow> Check(Import import, Party party, IReadOnlyList<SheetRow> rows, CheckedBefore before)
    {
        using var log = new LogReading(database, own);
        return [.. rows.Select(row => Check(import, party, row, before, log)).OfType<ImportRow>()];
    }

    /// <summary>A row that the ledger did not take.</summary>
    public static ImportRow Refused(Import import, SheetRow row, Problem problem)
    {
        var isHeld = problem.Type.EndsWith("possible-duplicate", StringComparison.Ordinal) || problem.Field == "Idempotency-Key";
        return isHeld ? Held(import, row, "import.held.ledger", problem.Numbers.Count > 0 ? problem.Numbers[0].Number : null) : Wrong(import, row, FaultsOf(import, row, problem));
    }

    private ImportRow? Check(Import import, Party party, SheetRow row, CheckedBefore before, LogReading log)
    {
        if (before.Recorded.TryGetValue(import.KeyOf(row.Number), out var leaf))
        {
            return Held(import, row, "import.held.file", leaf);
        }
        var request = RowRequest.Of(import.Kind, import.Columns, row);
        if (request.Faults.Count > 0)
        {
            return Wrong(import, row, request.Faults);
        }
        var (draft, problem) = recorder.Draft(party, request.Body, _ => null);
        if (draft is null)
        {
            return Wrong(import, row, FaultsOf(import, row, problem!));
        }
        if (request.IsAgain)
        {
            return null;
        }
        // A lot is made once: two rows of it in one file are a row too many more often than they are two makings.
        var name = import.Kind.Step == "make" ? draft.Resolved.Items[0].Key : Digest.Sha256(request.Body).ToString();
        if (!before.Names.TryAdd(name, row.Number))
        {
            return Held(import, row, "import.held.row", before.Names[name]);
        }
        return draft.Events.Select(prepared => FindEqual(log, party, prepared)).FirstOrDefault(found => found is not null) is { } equal ? Held(import, row, "import.held.ledger", equal) : null;
    }

    /// <summary>Entry of the party's own that says the same of the same item: made here, or this much of it moved on this day. Null where there is none.</summary>
    private static long? FindEqual(LogReading log, Party party, PreparedEvent prepared)
    {
        var facts = prepared.Facts;
        var mention = facts.Items[0];
        var papers = PapersOf(JsonElement.Parse(prepared.Body));
        return log.HistoryOf(mention.Item).Events.Where(e => e.Party == party.Row).Where(e => facts.Action == "ADD"
                ? e.Makes(mention.Item)
                : e.Facts.BizStep == facts.BizStep && e.Facts.Time.Date == facts.Time.Date && e.MentionsOf(mention.Item).Any(one => one.Value == mention.Value && one.Uom == mention.Uom)
                    && e.Facts.Partners.All(facts.Partners.Contains) && PapersOf(e.Body) == papers)
            .Select(e => (long?)e.Leaf).FirstOrDefault();
    }

    private static string PapersOf(JsonElement body) => body.TryGetProperty("bizTransactionList", out var papers) ? papers.GetRawText() : "";

    private static ImportRow Held(Import import, SheetRow row, string word, long? number) =>
        Left(import, row, isHeld: true, [new RowFault(null, null, number?.ToString(System.Globalization.CultureInfo.InvariantCulture), word, null)]);

    private static ImportRow Wrong(Import import, SheetRow row, IReadOnlyList<RowFault> faults) => Left(import, row, isHeld: false, faults);

    private static ImportRow Left(Import import, SheetRow row, bool isHeld, IReadOnlyList<RowFault> faults) =>
        new(row.Number, isHeld, [.. import.Columns.Headers.Select((_, i) => row[i].Text)], faults);

    private static List<RowFault> FaultsOf(Import import, SheetRow row, Problem problem)
    {
        var errors = problem.Errors.Count > 0 ? problem.Errors : [(problem.Field ?? "", problem.Value, problem.Detail)];
        return [.. errors.Select(error =>
        {
            // Where several columns can hold the fault, it is told where one of them is in the file.
            var fields = import.Kind.Fields.Where(field => field.Holds(error.Field)).ToList();
            var field = fields.FirstOrDefault(one => import.Columns.IndexOf(one.Name) >= 0) ?? (fields.Count > 0 ? fields[0] : null);
            var column = field is null ? -1 : import.Columns.IndexOf(field.Name);
            return column < 0 ? new RowFault(null, field?.Name, error.Value, null, error.Detail) : new RowFault(import.Columns.Headers[column], field!.Name, row[column].Text, null, error.Detail);
        })];
    }
}

/// <summary>What a check of a file knows while it goes through the rows.</summary>
/// <param name="Recorded">Rows of the same file that were recorded before.</param>
internal sealed record CheckedBefore(IReadOnlyDictionary<string, long> Recorded)
{
    /// <summary>What the rows so far are about, and which row it was.</summary>
    public Dictionary<string, int> Names { get; } = new(StringComparer.Ordinal);
}

using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Portal.Import;

/// <summary>Batches and deliveries from a spreadsheet: first the columns, then what is wrong, then the record.</summary>
internal static class ImportApi
{
    public const string Root = PortalDoor.Root + "/import";

    private const int LongestName = 120;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddImports(this IServiceCollection services)
    {
        services.AddSingleton<ImportStore>();
        services.AddSingleton<RowCheck>();
        services.AddSingleton<ImportRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<ImportRunner>());
    }

    public static void MapImports(this RouteGroupBuilder inside)
    {
        var imports = inside.MapGroup("/import").AddEndpointFilter(OnlyRecorders);
        imports.MapMethods("/", Reading, Begin);
        imports.MapPost("/", UploadAsync);
        imports.MapMethods("/template/{kind}.{format}", Reading, TemplateAsync);
        imports.MapMethods("/{id:long}", Reading, Show);
        imports.MapPost("/{id:long}", ActAsync);
        imports.MapMethods("/{id:long}/not-recorded.{format}", Reading, NotRecordedAsync);
    }

    private static async ValueTask<object?> OnlyRecorders(EndpointFilterInvocationContext filter, EndpointFilterDelegate next) =>
        filter.HttpContext.Features.Get<Session>()!.Caller.Role == Role.Auditor
            ? PortalErrors.Of(filter.HttpContext, Problem.Forbidden("An auditor's key records nothing."))
            : await next(filter);

    private static RazorComponentResult<ImportsPage> Begin(HttpContext context, Session session, ImportStore store, PlaceStore places, string? kind = null) => BeginPage(context, session, store, places, kind, null);

    private static RazorComponentResult<ImportsPage> BeginPage(HttpContext context, Session session, ImportStore store, PlaceStore places, string? kind, string? fault) =>
        PortalApi.Page<ImportsPage>(context, new ImportsModel(session, ImportKind.Find(kind) ?? ImportKind.All[0], store.List(session.Caller.Party.Row), places.List(session.Caller.Party.Row).Count > 0, fault),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static async Task<IResult> UploadAsync(HttpContext context, Session session, ImportStore store, PlaceStore places)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var kind = ImportKind.Find(form["kind"]);
        if (kind is null || form.Files["file"] is not { Length: > 0 } file || file.Length > SheetReader.MostBytes)
        {
            return BeginPage(context, session, store, places, form["kind"], kind is null ? "import.fault.what" : form.Files["file"] is { Length: > 0 } ? "import.fault.large" : "import.fault.none");
        }
        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, context.RequestAborted);
        var (sheet, fault) = SheetReader.Read(bytes.ToArray());
        if (sheet is null)
        {
            return BeginPage(context, session, store, places, kind.Word, $"import.fault.{fault}");
        }
        var columns = Columns.Of(sheet, kind, store.Known(session.Caller.Party.Row, kind));
        var id = await store.AddAsync(session.Caller, kind, NameOf(file.FileName), bytes.ToArray(), columns, sheet.Rows.Count);
        return SeeIt(context, id);
    }

    private static IResult Show(HttpContext context, Session session, ImportStore store, long id) =>
        store.Find(session.Caller.Party.Row, id) is { } import ? ShowPage(context, session, store, import, []) : NoImport(context, id);

    private static IResult ShowPage(HttpContext context, Session session, ImportStore store, Import import, Dictionary<string, string> faults)
    {
        var status = faults.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        return import.State == "columns" || faults.Count > 0
            ? PortalApi.Page<ColumnsPage>(context, new ColumnsModel(session, import, faults), status)
            : PortalApi.Page<ImportPage>(context, new ImportModel(session, import, store.Rows(import, areHeld: false, ImportModel.Shown), store.Rows(import, areHeld: true, ImportModel.Shown)), status);
    }

    /// <summary>What a button of the file's page asks for. In another state than the button's it changes nothing and shows what is.</summary>
    private static async Task<IResult> ActAsync(HttpContext context, Session session, ImportStore store, ImportRunner runner, LedgerState state, long id)
    {
        if (store.Find(session.Caller.Party.Row, id) is not { } import)
        {
            return NoImport(context, id);
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        switch (form["do"].ToString())
        {
            case "check":
                var columns = Chosen(import.Columns, import.Kind, form);
                var faults = FaultsOf(columns, import.Kind, Words.Of(context.Request));
                if (faults.Count > 0)
                {
                    return ShowPage(context, session, store, import with { Columns = columns }, faults);
                }
                await GoOn(store.CheckAsync(import, columns));
                break;
            case "record" when state.ReadOnlyBecause is { } because:
                return PortalErrors.Of(context, Problem.ReadOnly(because));
            case "record":
                await GoOn(store.MoveAsync(import, "checked", "recording"));
                break;
            case "columns":
                await store.MoveAsync(import, "checked", "columns");
                break;
            case "go-on" when import.Stopped is not null:
                await store.StopAsync(import, null);
                runner.Begin(import);
                break;
            case "delete" when !import.IsWorking:
                await store.DeleteAsync(import);
                return new SeeOther(Words.Of(context.Request).Link(Root));
        }
        return SeeIt(context, id);

        async Task GoOn(Task<bool> moved)
        {
            if (await moved)
            {
                runner.Begin(import);
            }
        }
    }

    /// <summary>An empty table to fill in, with what its columns mean on a sheet of its own.</summary>
    private static async Task<IResult> TemplateAsync(HttpContext context, string kind, string format)
    {
        var words = Words.Of(context.Request);
        if (ImportKind.Find(kind) is not { } found || format is not ("csv" or "xlsx"))
        {
            return PortalErrors.Of(context, Problem.NotFound("format", format, "There are templates of batches, receipts and shipments, as csv and xlsx."));
        }
        List<string> headers = [.. found.Fields.Select(field => words[$"import.field.{field.Name}"])];
        var help = found.Fields.Select(field => (IReadOnlyList<string>)[words[$"import.field.{field.Name}"], words[$"import.help.{field.Name}"], field.Example]);
        return await FileAsync(words, format, $"{kind}-{words.Language}", headers, [], (words["import.help"], [words["import.help.column"], words["import.help.meaning"], words["import.help.example"]], help));
    }

    /// <summary>The rows with faults as they came, and beside them what is wrong: to mend, and to send again.</summary>
    private static async Task<IResult> NotRecordedAsync(HttpContext context, Session session, ImportStore store, long id, string format)
    {
        if (format is not ("csv" or "xlsx") || store.Find(session.Caller.Party.Row, id) is not { } import)
        {
            return NoImport(context, id);
        }
        var words = Words.Of(context.Request);
        List<string> headers = [.. import.Columns.Headers, words["import.error.row"], words["import.error.why"]];
        var rows = store.Rows(import, areHeld: false).Select(row => (IReadOnlyList<string>)
        [
            .. import.Columns.Headers.Select((_, i) => i < row.Cells.Count ? row.Cells[i] : ""), row.Number.ToString(CultureInfo.InvariantCulture),
            string.Join(" | ", row.Faults.Select(fault => Said(fault, words))),
        ]);
        return await FileAsync(words, format, string.Create(CultureInfo.InvariantCulture, $"not-recorded-{id}"), headers, rows, null, import.Columns.Separator);
    }

    /// <summary>A fault in one line: its column, what to do in the reader's language, what the API says.</summary>
    private static string Said(RowFault fault, Words words) => string.Join(": ",
        new[] { fault.Column ?? (fault.Field is null ? null : words[$"import.field.{fault.Field}"]), string.Join(" ", new[] { ImportModel.Hint(fault, words), Portal.Said.Find(fault.Detail, words) is { } said ? said : fault.Detail }.Where(text => !string.IsNullOrEmpty(text))) }.OfType<string>());

    private static async Task<IResult> FileAsync(
        Words words, string format, string name, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows,
        (string Name, IReadOnlyList<string> Headers, IEnumerable<IReadOnlyList<string>> Rows)? second, char? separator = null) => format == "csv"
            ? Results.File(SheetWriter.Csv(separator ?? (words["number.decimal"] == "," ? ';' : ','), headers, rows), SheetWriter.CsvType, $"{name}.csv")
            : Results.File(await SheetWriter.XlsxAsync([(words["import.sheet"], headers, rows), .. second is { } other ? new[] { other } : []]), SheetWriter.XlsxType, $"{name}.xlsx");

    /// <summary>The columns as the form has them; what is no field counts for none.</summary>
    private static Columns Chosen(Columns columns, ImportKind kind, IFormCollection form) => columns with
    {
        Fields = [.. columns.Headers.Select((_, i) => kind.Field(form[string.Create(CultureInfo.InvariantCulture, $"column-{i}")])?.Name ?? "")],
        Decimal = form["decimal"].ToString() is "comma" or "point" ? form["decimal"].ToString() : "",
        Dates = form["dates"].ToString() is "dmy" or "mdy" ? form["dates"].ToString() : "",
    };

    /// <summary>By header's number or as <c>all</c>: what makes every row wrong.</summary>
    private static Dictionary<string, string> FaultsOf(Columns columns, ImportKind kind, Words words)
    {
        var faults = new Dictionary<string, string>();
        for (var i = 0; i < columns.Fields.Count; i++)
        {
            if (columns.Fields[i].Length > 0 && columns.IndexOf(columns.Fields[i]) < i)
            {
                faults[i.ToString(CultureInfo.InvariantCulture)] = words["import.fault.twice"];
            }
        }
        var missing = kind.Expected.Where(field => columns.IndexOf(field) < 0).Select(field => words[$"import.field.{field}"]).ToList();
        if (columns.IndexOf("item") < 0 && columns.IndexOf("gtin") < 0 && columns.IndexOf("sku") < 0)
        {
            missing.Insert(0, words.Say("import.or", ("a", words["import.field.gtin"]), ("b", words["import.field.sku"])));
        }
        if (missing.Count > 0)
        {
            faults["all"] = words.Say("import.fault.missing", ("names", string.Join(", ", missing)));
        }
        return faults;
    }

    /// <summary>What the sender calls the file, to show it again: without the folders of their machine.</summary>
    private static string NameOf(string fileName)
    {
        var name = string.Concat(fileName.Split('/', '\\')[^1].Where(c => !char.IsControl(c))).Trim();
        return name.Length > LongestName ? name[..LongestName] : name;
    }

    private static SeeOther SeeIt(HttpContext context, long id) => new(Words.Of(context.Request).Link(string.Create(CultureInfo.InvariantCulture, $"{Root}/{id}")));

    private static IResult NoImport(HttpContext context, long id) =>
        PortalErrors.Of(context, Problem.NotFound("id", id.ToString(CultureInfo.InvariantCulture), "Your firm has no such file here; files are kept for 30 days."));
}

/// <param name="HasPlace">Without one a date is nobody's.</param>
/// <param name="Fault">Word of why the file was not taken.</param>
internal sealed record ImportsModel(Session Session, ImportKind Kind, IReadOnlyList<Import> Imports, bool HasPlace, string? Fault);

/// <param name="Faults">By column's number, or <c>all</c>.</param>
internal sealed record ColumnsModel(Session Session, Import Import, IReadOnlyDictionary<string, string> Faults);

/// <param name="Bad">The first rows with faults.</param>
/// <param name="Held">The first rows that are on record.</param>
internal sealed record ImportModel(Session Session, Import Import, IReadOnlyList<ImportRow> Bad, IReadOnlyList<ImportRow> Held)
{
    /// <summary>More stand in the file to download.</summary>
    public const int Shown = 50;

    /// <summary>What to do about a fault, in the reader's language; null where the API's words have to do.</summary>
    public static string? Hint(RowFault fault, Words words) =>
        fault.Word is { } word ? words.Say(word, ("n", fault.Value)) : fault.Field is { } field && words.Has($"import.hint.{field}") ? words[$"import.hint.{field}"] : null;
}

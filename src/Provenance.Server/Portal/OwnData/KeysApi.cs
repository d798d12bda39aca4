using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;

namespace Provenance.Server.Portal.OwnData;

/// <summary>The keys of one's own firm: who has one, when it was last used, making and withdrawing them; and invitations that nobody opened yet.</summary>
internal static class KeysApi
{
    private const int LongestName = 100;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void MapKeys(this RouteGroupBuilder inside)
    {
        var keys = inside.MapGroup("/keys").AddEndpointFilter(OwnDataApi.OnlyRecorders);
        keys.MapMethods("/", Reading, (HttpContext context, Session session, ApiKeys held, Invitations invitations) => Page(context, session, held, invitations, null, null));
        keys.MapPost("/", MakeAsync);
        keys.MapMethods("/{id:long}/withdraw", Reading, AskAgain);
        keys.MapPost("/{id:long}/withdraw", WithdrawAsync);
        keys.MapPost("/invitations/{id}/withdraw", WithdrawInvitationAsync);
    }

    /// <summary>A person's name in one line; null for none.</summary>
    internal static string? NameOf(string? typed) =>
        string.Concat((typed ?? "").Where(c => !char.IsControl(c))).Trim() is { Length: > 0 } name ? name[..Math.Min(name.Length, LongestName)] : null;

    private static async Task<IResult> MakeAsync(HttpContext context, Session session, ApiKeys keys, Invitations invitations)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = NameOf(form["name"]);
        if (name is null)
        {
            return Page(context, session, keys, invitations, null, "own.fault.key-name");
        }
        if (RoleWords.Find(form["role"].ToString()) is not { } role || !Roles(session.Caller).Contains(role))
        {
            return PortalErrors.Of(context, Problem.Forbidden("Only an admin makes keys of admins and auditors.") with { Field = "role", Value = form["role"] });
        }
        var (_, key) = await keys.MakeAsync(session.Caller.Party, role, name);
        return Page(context, session, keys, invitations, key, null);
    }

    private static IResult AskAgain(HttpContext context, Session session, ApiKeys keys, long id) => Find(session.Caller, keys, id) is { } key
        ? PortalApi.Page<WithdrawPage>(context, new WithdrawModel(session, key))
        : NoKey(context, id);

    private static async Task<IResult> WithdrawAsync(HttpContext context, Session session, ApiKeys keys, Sessions sessions, long id)
    {
        if (Find(session.Caller, keys, id) is not { } key)
        {
            return NoKey(context, id);
        }
        await keys.WithdrawAsync(session.Caller.Party, key.Id);
        if (key.Id == session.Caller.KeyId)
        {
            await sessions.CloseAllAsync(session);
            PortalDoor.Forget(context);
            return new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root));
        }
        return new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root + "/keys"));
    }

    private static async Task<IResult> WithdrawInvitationAsync(HttpContext context, Session session, Invitations invitations, string id)
    {
        await invitations.WithdrawAsync(session.Caller.Party, id);
        return new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root + "/keys"));
    }

    /// <summary>Which keys somebody makes and withdraws: suppliers those of suppliers, an admin all that belong to the operator's own party.</summary>
    internal static IReadOnlyList<Role> Roles(Caller caller) => caller.Role == Role.Admin ? [Role.Supplier, Role.Auditor, Role.Admin] : [Role.Supplier];

    /// <summary>A key that is valid and the caller's to withdraw.</summary>
    private static ApiKey? Find(Caller caller, ApiKeys keys, long id) =>
        keys.Of(caller.Party).FirstOrDefault(key => key.Id == id && key.WithdrawnAt is null && Roles(caller).Contains(key.Role));

    private static RazorComponentResult<KeysPage> Page(HttpContext context, Session session, ApiKeys keys, Invitations invitations, string? made, string? fault) =>
        PortalApi.Page<KeysPage>(context, new KeysModel(session, keys.Of(session.Caller.Party), invitations.Open(session.Caller.Party), made, fault), fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static IResult NoKey(HttpContext context, long id) => PortalErrors.Of(context, Problem.NotFound("id", id.ToString(CultureInfo.InvariantCulture), "There is no valid key of that number that you may withdraw."));
}

/// <param name="Made">A key made just now: shown here and never again.</param>
/// <param name="Fault">Word of why none was made.</param>
internal sealed record KeysModel(Session Session, IReadOnlyList<ApiKey> Keys, IReadOnlyList<OpenInvitation> Invitations, string? Made, string? Fault);

internal sealed record WithdrawModel(Session Session, ApiKey Key);

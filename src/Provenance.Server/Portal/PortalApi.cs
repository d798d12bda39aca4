using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Provenance.Core.Gs1;
using Provenance.Server.Http;
using Provenance.Server.Pages;
using Provenance.Server.Parties;
using Provenance.Server.Portal.Import;
using Provenance.Server.Portal.OwnData;
using Provenance.Server.Portal.Steps;

namespace Provenance.Server.Portal;

/// <summary>The pages for firms that record here: signing in and out, their account, invitations.</summary>
internal static class PortalApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddPortal(this IServiceCollection services)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<SignInLimit>();
        services.AddSingleton<OwnBatches>();
        services.AddSteps();
        services.AddImports();
    }

    public static void UsePortal(this IApplicationBuilder app) => app.UseMiddleware<PortalDoor>();

    public static void MapPortal(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/parties/{id}/invitations", Invite).RequireRecorder().WithTags("Parties").WithSummary("Make a link that lets one person in, once; it is shown once");

        var portal = app.MapGroup(PortalDoor.Root).ExcludeFromDescription().WithMetadata(new WritesWhenReadOnly());
        portal.MapMethods("/", Reading, Home);
        portal.MapPost("/", SignIn);
        portal.MapMethods("/offline", Reading, (HttpContext context) => Page<OfflinePage>(context, null));
        portal.MapMethods("/join/{token}", Reading, ShowInvitation);
        portal.MapPost("/join/{token}", Join);

        var inside = portal.MapGroup("").WithMetadata(new SignedIn());
        inside.MapMethods("/account", Reading, Account);
        inside.MapPost("/account", InviteColleague);
        inside.MapRegister();
        inside.MapSteps();
        inside.MapImports();
        inside.MapOwnData();
        inside.MapKeys();
        inside.MapPost("/sign-out", SignOut);
        inside.MapPost("/sign-out-everywhere", SignOutEverywhere);
    }

    /// <param name="ended">Set where a session ended by itself.</param>
    private static IResult Home(HttpContext context, Session? session, string? ended = null) =>
        session is null ? SignInPage(context, StatusCodes.Status200OK, hasEnded: ended == "1") : new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root + (session.Caller.Role == Role.Auditor ? "/account" : "/batches")));

    private static async Task<IResult> SignIn(HttpContext context, ApiKeys keys, Sessions sessions, SignInLimit limit, RequestLimits limits)
    {
        var words = Words.Of(context.Request);
        var address = limits.FindAddress(context) ?? "this machine";
        if (limit.Wait(address) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return SignInPage(context, StatusCodes.Status429TooManyRequests, words.Say("portal.fault.wait", ("n", (int)Math.Ceiling(wait.TotalMinutes))));
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (keys.Find(form["key"].ToString().Trim()) is not { } caller)
        {
            limit.Failed(address);
            return SignInPage(context, StatusCodes.Status400BadRequest, words["portal.fault.key"]);
        }
        limit.Succeeded(address);
        PortalDoor.Remember(context, await sessions.OpenAsync(caller));
        return new SeeOther(words.Link(PortalDoor.Root));
    }

    private static RazorComponentResult<AccountPage> Account(HttpContext context, Session session, Sessions sessions, PartyStore parties) =>
        Page<AccountPage>(context, new AccountModel(session, sessions.CountOf(session), Invitable(session.Caller, parties), null));

    private static async Task<IResult> SignOut(HttpContext context, Session session, Sessions sessions)
    {
        await sessions.CloseAsync(session);
        return Leave(context);
    }

    private static async Task<IResult> SignOutEverywhere(HttpContext context, Session session, Sessions sessions)
    {
        await sessions.CloseAllAsync(session);
        return Leave(context);
    }

    private static SeeOther Leave(HttpContext context)
    {
        PortalDoor.Forget(context);
        return new SeeOther(Words.Of(context.Request).Link(PortalDoor.Root));
    }

    private static async Task<IResult> InviteColleague(HttpContext context, Session session, Sessions sessions, Invitations invitations, PartyStore parties, OwnIds own)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var party = parties.FindBySlug(form["party"].ToString());
        if (party is null || !session.Caller.MayActFor(party))
        {
            return PortalErrors.Of(context, Problem.Forbidden("Only an admin invites people of another party."));
        }
        var link = await LinkOfAsync(invitations, party, Role.Supplier, own, KeysApi.NameOf(form["name"]));
        return Page<AccountPage>(context, new AccountModel(session, sessions.CountOf(session), Invitable(session.Caller, parties), new Invited(party, link)));
    }

    private static IResult ShowInvitation(HttpContext context, string token, Invitations invitations) =>
        invitations.Find(token) is { } party ? Page<JoinPage>(context, new JoinModel(party, token, null)) : NoInvitation(context);

    private static async Task<IResult> Join(HttpContext context, string token, Invitations invitations, ApiKeys keys, Sessions sessions)
    {
        if (await invitations.UseAsync(token) is not var (party, role, name))
        {
            return NoInvitation(context);
        }
        var (_, key) = await keys.MakeAsync(party, role, name);
        PortalDoor.Remember(context, await sessions.OpenAsync(keys.Find(key)!));
        return Page<JoinPage>(context, new JoinModel(party, token, key));
    }

    private static async Task<Results<Created<InvitationAnswer>, Problem>> Invite(string id, NewInvitation asked, Caller caller, PartyStore parties, Invitations invitations, OwnIds own, TimeProvider clock)
    {
        var party = Core.PartyId.TryParse(id, out var read) ? parties.Find(read) : parties.FindBySlug(id);
        if (party is null || !caller.MayActFor(party))
        {
            return Problem.NotFound("id", id, $"There is no party '{id}' that this key may invite people to.");
        }
        if (RoleWords.Find(asked.Role) is not { } role || role == Role.Admin)
        {
            return Problem.Invalid("role", asked.Role, $"The role '{asked.Role}' is none of supplier, auditor.");
        }
        if (role != Role.Supplier && caller.Role != Role.Admin)
        {
            return Problem.Forbidden("Only an admin invites auditors.") with { Field = "role", Value = asked.Role };
        }
        return TypedResults.Created((string?)null, new InvitationAnswer(await LinkOfAsync(invitations, party, role, own), clock.GetUtcNow() + Invitations.Lifetime));
    }

    private static async Task<string> LinkOfAsync(Invitations invitations, Party party, Role role, OwnIds own, string? name = null) =>
        $"{own.PublicUrl}{PortalDoor.Root}/join/{await invitations.MakeAsync(party, role, name)}";

    /// <summary>Into which parties somebody may invite: their own; an admin into any.</summary>
    private static IReadOnlyList<Party> Invitable(Caller caller, PartyStore parties) => [.. parties.List().Where(caller.MayActFor)];

    private static IResult NoInvitation(HttpContext context) =>
        PortalErrors.Of(context, Problem.Plain(StatusCodes.Status410Gone, Words.Of(context.Request)["portal.join.gone"]));

    private static RazorComponentResult<SignInPage> SignInPage(HttpContext context, int status, string? fault = null, bool hasEnded = false) => Page<SignInPage>(context, new SignInModel(fault, hasEnded), status);

    /// <summary>A page of the portal in the reader's language.</summary>
    internal static RazorComponentResult<T> Page<T>(HttpContext context, object? model, int status = StatusCodes.Status200OK) where T : IComponent =>
        new(new Dictionary<string, object?> { ["Words"] = Words.For(context), ["Model"] = model }) { StatusCode = status, PreventStreamingRendering = true };
}

/// <param name="Browsers">How many are signed in with this key.</param>
/// <param name="Invitable">Parties that people can be invited to from here.</param>
/// <param name="Invited">A link just made.</param>
internal sealed record AccountModel(Session Session, int Browsers, IReadOnlyList<Party> Invitable, Invited? Invited);

/// <param name="Fault">What is wrong with the key that was sent.</param>
/// <param name="HasEnded">There was a session, and it ended.</param>
internal sealed record SignInModel(string? Fault, bool HasEnded);

internal sealed record Invited(Party Party, string Link);

/// <param name="Key">Set once the invitation was accepted: shown then and never again.</param>
internal sealed record JoinModel(Party Party, string Token, string? Key);

/// <param name="Role"><c>supplier</c> or <c>auditor</c>.</param>
internal sealed record NewInvitation(string Role);

/// <param name="Link">Opens the portal with a key of the person's own, once.</param>
internal sealed record InvitationAnswer(string Link, DateTimeOffset ExpiresAt);

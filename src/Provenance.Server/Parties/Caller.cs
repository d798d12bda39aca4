using Provenance.Server.Http;

namespace Provenance.Server.Parties;

/// <summary>What a key may do.</summary>
internal enum Role
{
    /// <summary>Everything; records as the operator's own party.</summary>
    Admin,

    /// <summary>Records for its party, and sees that party's events and those that name it as partner.</summary>
    Supplier,

    /// <summary>Sees everything and records nothing.</summary>
    Auditor,
}

internal static class RoleWords
{
    /// <summary>The role's word on the wire and in the database.</summary>
    public static string Word(this Role role) => role switch
    {
        Role.Admin => "admin",
        Role.Supplier => "supplier",
        Role.Auditor => "auditor",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Null for any other word.</summary>
    public static Role? Find(string word) => word switch
    {
        "admin" => Role.Admin,
        "supplier" => Role.Supplier,
        "auditor" => Role.Auditor,
        _ => null,
    };
}

/// <summary>Who asks: the party and role of the key that came with the request. A handler that also serves the public takes it as null.</summary>
/// <param name="KeyId">Of the key that was sent; 0 where the server itself asks with a party's rights.</param>
internal sealed record Caller(Party Party, Role Role, long KeyId = 0)
{
    public bool SeesEverything => Role is Role.Admin or Role.Auditor;

    /// <summary>Admin, or a key of that very party.</summary>
    public bool MayActFor(Party party) => Role == Role.Admin || (Role == Role.Supplier && Party.Row == party.Row);

    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Caller>());
}

/// <summary>Which roles an endpoint answers; others are refused before its body is read.</summary>
internal sealed record AllowedRoles(IReadOnlyList<Role> Roles);

/// <summary>Marks what leaves the log alone, and so works while nothing can be recorded.</summary>
internal sealed record WritesWhenReadOnly;

internal static class AllowedRolesMetadata
{
    /// <summary>Only these roles.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, params Role[] roles) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AllowedRoles(roles));

    /// <summary>Any key, but a key.</summary>
    public static TBuilder RequireKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireRole(Role.Admin, Role.Supplier, Role.Auditor);

    /// <summary>Whoever may record.</summary>
    public static TBuilder RequireRecorder<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireRole(Role.Admin, Role.Supplier);
}

using System.Text.Json;

namespace Provenance.Server.Storage;

/// <summary>Whether two events say the same (design §3, Same event).</summary>
internal static class EventContent
{
    /// <summary>Of the telling, not of what is told; eventIDs are compared before, or were given by us.</summary>
    private static readonly HashSet<string> Apart = new(StringComparer.Ordinal) { "recordTime", "prov:source", "@context", "eventID" };

    public static bool IsEqual(JsonElement one, JsonElement other) => Holds(one, other, null) && Holds(other, one, null);

    /// <summary>Whether they differ in <c>errorDeclaration</c> only, or not at all.</summary>
    public static bool IsEqualButForDeclaration(JsonElement one, JsonElement other) =>
        Holds(one, other, "errorDeclaration") && Holds(other, one, "errorDeclaration");

    private static bool Holds(JsonElement whole, JsonElement part, string? alsoApart) => part.EnumerateObject().All(member =>
        Apart.Contains(member.Name) || member.Name == alsoApart
        || (whole.TryGetProperty(member.Name, out var same) && JsonElement.DeepEquals(same, member.Value)));
}

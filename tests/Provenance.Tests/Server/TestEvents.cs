using System.Text;
using System.Text.Json;
using Provenance.Core;
using Provenance.Core.Gs1;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Tests.Server;

/// <summary>Small events in stored form, for tests below the routes.</summary>
internal static class TestEvents
{
    /// <param name="note">Makes it differ from others.</param>
    /// <param name="more">Further members, as <c>"name":value</c>.</param>
    public static string Json(string eventId, string note, string? more = null) =>
        $$"""{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"ObjectEvent","eventID":"{{eventId}}","action":"OBSERVE","bizStep":"shipping","eventTime":"2026-11-21T10:00:00.000+01:00","eventTimeZoneOffset":"+01:00","epcList":["https://id.gs1.org/01/09506000134352/21/{{Uri.EscapeDataString(note)}}"]{{(more is null ? "" : "," + more)}}}""";

    /// <summary>As a route would, with a stand-in for the CBV hash: of all but the id and the declaration.</summary>
    public static PreparedEvent Prepare(IndexKeys keys, Party author, JsonElement stored, bool isNamed)
    {
        var item = stored.GetProperty("epcList")[0].GetString()!;
        return PreparedEvent.Make(keys, OwnIds.None, author, stored, isNamed, Digest.Sha256(Encoding.UTF8.GetBytes(item)));
    }
}

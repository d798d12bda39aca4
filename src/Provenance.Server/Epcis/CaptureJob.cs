using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Provenance.Core.Log;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis;

/// <summary>What became of a captured document, as GET /capture/{captureID} tells it.</summary>
internal sealed record CaptureJob(string Id, DateTimeOffset CreatedAt, DateTimeOffset FinishedAt, bool Proceeds, IReadOnlyList<Problem> Errors)
{
    /// <summary>EPCISCaptureJob of the EPCIS 2.0 REST bindings.</summary>
    public string ToJson()
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("captureID", Id);
        json.WriteString("createdAt", EntryMeta.Print(CreatedAt));
        json.WriteString("finishedAt", EntryMeta.Print(FinishedAt));
        json.WriteBoolean("running", false);
        json.WriteBoolean("success", Errors.Count == 0);
        json.WriteString("captureErrorBehaviour", Proceeds ? "proceed" : "rollback");
        json.WriteStartArray("errors");
        foreach (var error in Errors)
        {
            error.Write(json, EpcisProblems.Types);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Core.Log;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Epcis;

/// <summary>What became of a captured document, as GET /capture/{captureID} tells it.</summary>
/// <param name="Proceeds">What could be recorded was; else all or none.</param>
internal sealed record CaptureJob(string Id, DateTimeOffset CreatedAt, bool Proceeds)
{
    /// <summary>Why events were left out, or the document refused. The job succeeded where there are none.</summary>
    public required List<Problem> Errors { get; init; }

    /// <summary>Keeps the job; runs on the writer's thread.</summary>
    public int Write(SqliteConnection connection, Party author, DateTimeOffset finishedAt) => connection.Execute(
        "INSERT INTO capture_job(id, party, body) VALUES (@Id, @Row, @body)", new { Id, author.Row, body = ToJson(finishedAt) });

    /// <summary>EPCISCaptureJob of the EPCIS 2.0 REST bindings.</summary>
    private string ToJson(DateTimeOffset finishedAt)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("captureID", Id);
        json.WriteString("createdAt", EntryMeta.Print(CreatedAt));
        json.WriteString("finishedAt", EntryMeta.Print(finishedAt));
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

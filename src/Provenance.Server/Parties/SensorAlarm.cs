using System.Text.Json;

namespace Provenance.Server.Parties;

/// <summary>Readings out of range. Like a recall they are public: a broken cold chain concerns whoever eats it (src/decisions/0011-alarms.md).</summary>
internal static class SensorAlarm
{
    /// <summary>Of a sensor report (EPCIS 2.0 §7.3.7.1).</summary>
    public const string Exception = "ALARM_CONDITION";

    /// <summary>Whether one of a sensor element's reports is an alarm.</summary>
    public static bool IsIn(JsonElement sensorElement) =>
        sensorElement.ValueKind == JsonValueKind.Object
        && sensorElement.TryGetProperty("sensorReport", out var reports) && reports.ValueKind == JsonValueKind.Array
        && reports.EnumerateArray().Any(report => report.ValueKind == JsonValueKind.Object
            && report.TryGetProperty("exception", out var exception) && exception.ValueKind == JsonValueKind.String && exception.ValueEquals(Exception));
}

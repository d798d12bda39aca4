using System.Globalization;
using System.Text.Json.Serialization;

namespace Provenance.Cli.Backup;

/// <summary>What a backup says of itself, its first member.</summary>
/// <param name="LedgerId">Hex; null for a ledger that had no contract yet.</param>
/// <param name="Size">Entries.</param>
/// <param name="Root">Hex; of the newest signed checkpoint.</param>
/// <param name="Files">SHA-256 of every other member, in hex.</param>
internal sealed record BackupManifest(int V, DateTimeOffset TakenAt, string? LedgerId, long Size, string? Root, IReadOnlyDictionary<string, string> Files)
{
    /// <summary><see cref="TakenAt"/> for people.</summary>
    [JsonIgnore]
    public string Moment => TakenAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provenance.Core;
using Provenance.Core.Merkle;

namespace Provenance.Cli.Check;

/// <summary>
/// How far a check came that was stopped, in a file of its own: for every whole stretch the hash of all that was read of it. The next run reads it all again and
/// recomputes only what reads otherwise now, so that what was changed in between is found as if there were no notes.
/// </summary>
/// <remarks>Whoever can write this file can make a check overlook what they changed: it lies with the one who runs the check, not in the data directory.</remarks>
public sealed class CheckNotes
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly string _file;
    private readonly string _ledger;
    private readonly int _length;
    private readonly List<string> _before;
    private readonly List<string> _now = [];
    private DateTime _kept = DateTime.UtcNow;
    private ulong _entries;
    private string _root = "";

    private CheckNotes(string file, Digest ledgerId, int length, Kept? kept)
    {
        (_file, _ledger, _length) = (file, ledgerId.ToString(), length);
        Earlier = kept;
        _before = kept?.Stretches.ToList() ?? [];
    }

    /// <summary>What the stopped run left; null when there was none of this ledger and this version.</summary>
    internal Kept? Earlier { get; }

    /// <summary>Whether this run goes on from another.</summary>
    public bool GoesOn => Earlier is not null;

    /// <summary>Entries that read as they did then, and were not recomputed.</summary>
    public ulong Skipped { get; private set; }

    /// <summary>Entries of whole stretches then that read otherwise now, and were recomputed.</summary>
    public ulong Changed { get; private set; }

    /// <summary>Reads what a stopped run left. What is damaged counts as nothing.</summary>
    /// <param name="length">Entries in a stretch.</param>
    internal static CheckNotes Open(string file, Digest ledgerId, int length)
    {
        Kept? kept = null;
        try
        {
            kept = File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), NotesJson.Default.Kept) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Then it all is recomputed.
        }
        return new CheckNotes(file, ledgerId, length, kept is { V: Kept.Version } && kept.Ledger == ledgerId.ToString() && kept.Length == length ? kept : null);
    }

    /// <summary>Where notes on this data directory lie unless somebody says otherwise; null where the system has no such place.</summary>
    public static string? DefaultFile(string dataDirectory)
    {
        var place = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var name = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(dataDirectory))).AsSpan(0, 8));
        return place.Length == 0 ? null : Path.Combine(place, "provenance", $"check-{name}.json");
    }

    /// <summary>Whether these entries, with all that belongs to them, read as they did when they were found whole.</summary>
    /// <param name="at">Entries before them.</param>
    internal bool WasWhole(EntryStretch stretch, ulong at)
    {
        var index = (int)(at / (ulong)_length);
        if (at % (ulong)_length != 0 || stretch.Entries.Length != _length || index >= _before.Count)
        {
            return false;
        }
        var same = _before[index] == stretch.Hash.ToString();
        Skipped += same ? (ulong)_length : 0;
        Changed += same || _before[index].Length == 0 ? 0 : (ulong)_length;
        return same;
    }

    /// <summary>Takes down a stretch without a fault; now and then all of them go to the disk.</summary>
    internal void Whole(EntryStretch stretch, ulong entries, MerkleFrontier frontier)
    {
        if (entries % (ulong)_length != 0 || stretch.Entries.Length != _length)
        {
            return; // the last one: it may grow before the next run
        }
        for (var index = (int)(entries / (ulong)_length) - 1; _now.Count < index;)
        {
            _now.Add(""); // one with faults stays open
        }
        _now.Add(stretch.Hash.ToString());
        (_entries, _root) = (entries, frontier.Root().ToString());
        if (DateTime.UtcNow - _kept > Between)
        {
            Keep();
        }
    }

    /// <summary>Writes beside the file and renames. What an earlier run found beyond this one's place stays noted.</summary>
    public void Keep()
    {
        var further = Earlier is not null && Earlier.Entries > _entries;
        var kept = new Kept(Kept.Version, _ledger, _length, further ? Earlier!.Entries : _entries, further ? Earlier!.Root : _root,
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture), [.. _now, .. _before.Skip(_now.Count)]);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
        var beside = _file + ".new";
        File.WriteAllBytes(beside, JsonSerializer.SerializeToUtf8Bytes(kept, NotesJson.Default.Kept));
        File.Move(beside, _file, overwrite: true);
        _kept = DateTime.UtcNow;
    }

    /// <summary>The check came to its end: the next one recomputes everything.</summary>
    public void Remove() => File.Delete(_file);

    /// <param name="Length">Entries in a stretch.</param>
    /// <param name="Entries">So many were read and found whole.</param>
    /// <param name="Root">Hex, of the tree over them.</param>
    /// <param name="At">When it was written, for people.</param>
    /// <param name="Stretches">SHA-256 of each stretch as it was read; empty for one with faults.</param>
    internal sealed record Kept(int V, string Ledger, int Length, ulong Entries, string Root, string At, IReadOnlyList<string> Stretches)
    {
        /// <summary>Goes up whenever a check looks at more than the one before did: what that called whole is then recomputed.</summary>
        public const int Version = 1;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckNotes.Kept))]
internal sealed partial class NotesJson : JsonSerializerContext;

namespace Provenance.Chain.Keys;

/// <summary>A file that is there whole or not at all.</summary>
public static class DurableFile
{
    /// <summary>Writes beside the file, syncs, renames. Only the owner may read it. A power cut may bring back the one before it.</summary>
    public static void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text), syncsName: false);

    /// <summary>As <see cref="Write(string, string)"/>; one writer for each file.</summary>
    /// <param name="syncsName">After it not even a power cut brings back the one before. Costs a second sync.</param>
    public static void Write(string file, ReadOnlySpan<byte> bytes, bool syncsName)
    {
        WriteBeside(file, bytes);
        Rename(file);
        if (syncsName)
        {
            // Journalling file systems log a rename with its inode, so syncing that once more takes the new name along.
            using var renamed = File.OpenHandle(file, access: FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(renamed);
        }
    }

    /// <summary>The first half: what can fail for want of space.</summary>
    public static void WriteBeside(string file, ReadOnlySpan<byte> bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var stream = new FileStream(Beside(file), options);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>The second half.</summary>
    public static void Rename(string file) => File.Move(Beside(file), file, overwrite: true);

    private static string Beside(string file) => file + ".new";

    /// <summary>Makes a folder, and those above it, that only the owner may open.</summary>
    public static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

namespace Provenance.Server.Storage;

/// <summary>A small file that is there whole or not at all. A power cut may bring back the one before it.</summary>
internal static class DurableFile
{
    /// <summary>Writes beside the file, syncs, renames. Only the owner may read it.</summary>
    public static void Write(string file, string text)
    {
        var beside = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var stream = new FileStream(beside, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(beside, file, overwrite: true);
    }
}

using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Provenance.Server.Storage;

/// <summary>Tells a disk that is full, failing or read-only from a fault of ours: the first passes, and nothing that was answered is lost.</summary>
internal static class DiskFault
{
    /// <summary>What is wrong with the disk, for people; null when the exception says nothing about it.</summary>
    public static string? Find(Exception exception) => exception switch
    {
        LineageFault lineage => lineage.Message,
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } =>
            "The disk of the data directory is full. Nothing of this request was recorded, and nothing recorded before is lost; it goes on by itself once there is space.",
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN } sqlite =>
            $"The disk of the data directory takes nothing ({sqlite.Message.TrimEnd('.')}). Nothing of this request was recorded, and nothing recorded before is lost; it goes on by itself once the disk can be written.",
        IOException { HResult: IoError or TooLarge or NoSpace or ReadOnlyDisk or NoQuota } io =>
            $"The disk of the data directory takes nothing ({io.Message.TrimEnd('.')}). Nothing of this request was kept; it goes on by itself once the disk can be written.",
        _ => null,
    };

    // errno of Linux, as .NET gives them in HResult: EIO, EFBIG, ENOSPC, EROFS, EDQUOT.
    private const int IoError = 5, TooLarge = 27, NoSpace = 28, ReadOnlyDisk = 30, NoQuota = 122;
}

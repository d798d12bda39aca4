using Dapper;
using Provenance.Chain.Keys;
using Provenance.Core;
using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Storage;

namespace Provenance.Server.Documents;

/// <summary>A document that is kept.</summary>
/// <param name="Sha256">Of the bytes that a reader gets.</param>
/// <param name="Size">Bytes.</param>
internal sealed record Document(Digest Sha256, DocumentType Type, long Size);

/// <summary>Documents and photos: files named by their SHA-256 in the data directory, and who sent them.</summary>
/// <remarks>The file is on the disk before its row. A crash between the two leaves a file that nobody knows of; the same upload puts it there again.</remarks>
internal sealed class DocumentStore(Database database, LedgerWriter writer, LedgerOptions options, TimeProvider clock) : IHostedService, IDisposable
{
    /// <summary>20 MiB.</summary>
    public const int MostBytes = 20 << 20;

    private readonly string _folder = FolderOf(database);

    // One at a time: a file is held in memory while it is looked through, and two of equal content do not meet.
    private readonly SemaphoreSlim _one = new(1);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Database.MakeDirectory(_folder);
        foreach (var left in Directory.EnumerateFiles(_folder, "*.incoming"))
        {
            File.Delete(left);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _one.Dispose();

    public string PathOf(Digest sha256) => PathOf(database, sha256);

    /// <summary>Where a ledger keeps a document.</summary>
    public static string PathOf(Database database, Digest sha256) => Path.Combine(FolderOf(database), sha256.ToString()[..2], sha256.ToString());

    private static string FolderOf(Database database) => Path.Combine(database.Directory, "documents");

    public Document? Find(Digest sha256)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<Row>("SELECT sha256, type, size FROM document WHERE sha256 = @sha256", new { sha256 = sha256.ToArray() })?.ToDocument();
    }

    public bool IsHeldBy(Digest sha256, Party party)
    {
        using var connection = database.Read();
        return connection.QuerySingleOrDefault<long?>("SELECT 1 FROM document_holder WHERE sha256 = @sha256 AND party = @Row", new { sha256 = sha256.ToArray(), party.Row }) is not null;
    }

    /// <summary>A file to write an upload into; removed when closed, or at the next start.</summary>
    public FileStream OpenIncoming()
    {
        return new FileStream(Path.Combine(_folder, $"{Guid.NewGuid():N}.incoming"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
    }

    /// <summary>Keeps a document for a party; comes back when it is on the disk. The same bytes again change nothing.</summary>
    /// <param name="incoming">At most <see cref="MostBytes"/> of one file.</param>
    public async Task<(Document? Kept, bool IsNew, Problem? Problem)> KeepAsync(Party party, FileStream incoming)
    {
        await _one.WaitAsync();
        try
        {
            await incoming.FlushAsync();
            var bytes = new byte[incoming.Length];
            incoming.Position = 0;
            await incoming.ReadExactlyAsync(bytes);
            return DocumentContent.Read(bytes, out var fault) is { } content ? await KeepAsync(party, content) : (null, false, Problem.Unsupported(fault, Shown(bytes)));
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<(Document? Kept, bool IsNew, Problem? Problem)> KeepAsync(Party party, DocumentContent content)
    {
        var kept = new Document(Digest.Sha256(content.Bytes.Span), content.Type, content.Bytes.Length);
        if (IsHeldBy(kept.Sha256, party))
        {
            return (kept, false, null);
        }
        if (WhyNoRoom(party, kept.Size) is { } problem)
        {
            return (null, false, problem);
        }
        Database.MakeDirectory(Path.GetDirectoryName(PathOf(kept.Sha256))!);
        DurableFile.Write(PathOf(kept.Sha256), content.Bytes.Span, syncsName: true);
        var row = new { sha256 = kept.Sha256.ToArray(), type = kept.Type.MediaType(), kept.Size, party.Row, now = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        await writer.RunAsync(connection => connection.Execute("""
            INSERT INTO document(sha256, type, size, kept_at) VALUES (@sha256, @type, @Size, @now) ON CONFLICT DO NOTHING;
            INSERT INTO document_holder(party, sha256, kept_at) VALUES (@Row, @sha256, @now) ON CONFLICT DO NOTHING;
            """, row));
        return (kept, true, null);
    }

    private Problem? WhyNoRoom(Party party, long size)
    {
        using var connection = database.Read();
        var held = connection.QuerySingle<long>("""
            SELECT coalesce(sum(document.size), 0)
            FROM document_holder JOIN document USING (sha256)
            WHERE document_holder.party = @Row
            """, new { party.Row });
        var most = (long)options.PartyDocumentsMebibytes << 20;
        return held + size <= most ? null : Problem.TooLarge("body", $"{size}",
            $"{party.Name} keeps {held} bytes of documents here; with these {size} it would pass the {most} that Ledger__PartyDocumentsMebibytes allows. Ask the operator to raise it.");
    }

    /// <summary>How it begins, as far as a person can read it.</summary>
    private static string Shown(byte[] bytes) => new([.. bytes.Take(24).Select(b => b is >= 0x20 and < 0x7f ? (char)b : '·')]);

    private sealed record Row(byte[] Sha256, string Type, long Size)
    {
        public Document ToDocument() => new(new Digest(Sha256), DocumentTypes.Parse(Type), Size);
    }
}

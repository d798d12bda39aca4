using Provenance.Core;
using Provenance.Server.Documents;
using Provenance.Server.Http;
using Provenance.Server.Parties;

namespace Provenance.Server.Portal.Steps;

/// <summary>Files chosen in a form: kept by the rules of <c>POST /api/documents</c>, then named in the step by their SHA-256.</summary>
internal static class Attachments
{
    /// <summary>A paper's number is part of its URI; a file's name may be longer than that.</summary>
    private const int LongestNumber = 60;

    /// <summary>The papers with new files among them; and what is wrong with those that were not taken.</summary>
    public static async Task<(IReadOnlyList<FormPaper> Papers, IReadOnlyList<FieldProblem> Faults)> TakeAsync(IFormCollection sent, IReadOnlyList<FormPaper> typedPapers, Party party, DocumentStore documents, CancellationToken cancel)
    {
        var faults = new List<FieldProblem>();
        // The last line of papers is the one that a file is chosen for; without a file it is a paper by its number.
        var papers = typedPapers.ToList();
        var files = sent.Files.Where(file => file.Name == "file" && file.Length > 0).ToList();
        var type = sent["paper-type"] is [.., { } chosen] && FormPaper.Types.Contains(chosen) ? chosen : FormPaper.Types[0];
        var typed = papers is [.., { Sha256.Length: 0 } blank] && files.Count > 0 ? blank : null;
        if (typed is not null)
        {
            papers.Remove(typed);
        }
        foreach (var file in files)
        {
            var (kept, problem) = await KeepAsync(file, party, documents, cancel);
            if (kept is { } sha256)
            {
                papers.Add(new FormPaper(type, typed?.Number ?? NumberOf(file.FileName), sha256.ToString()));
            }
            else
            {
                faults.Add(new FieldProblem("file", problem!.Status == StatusCodes.Status413PayloadTooLarge ? "file.size" : "file", file.FileName, problem.Detail));
                papers.AddRange(typed is null ? [] : [typed]);
            }
        }
        return (papers, faults);
    }

    private static async Task<(Digest? Kept, Problem? Problem)> KeepAsync(IFormFile file, Party party, DocumentStore documents, CancellationToken cancel)
    {
        if (file.Length > DocumentStore.MostBytes)
        {
            return (null, Problem.TooLarge("file", file.FileName, $"It has {file.Length} bytes; a document may have {DocumentStore.MostBytes}."));
        }
        await using var incoming = documents.OpenIncoming();
        await file.CopyToAsync(incoming, cancel);
        var (kept, _, problem) = await documents.KeepAsync(party, incoming);
        return (kept?.Sha256, problem);
    }

    /// <summary>The file's name without its ending, in characters that a URI and a reader can bear.</summary>
    private static string NumberOf(string fileName)
    {
        var name = string.Concat(Path.GetFileNameWithoutExtension(fileName.Replace('\\', '/')).Where(c => !char.IsControl(c) && c is not '/')).Trim();
        return name.Trim('.').Length == 0 ? "1" : name.Length > LongestNumber ? name[..LongestNumber].Trim() : name;
    }
}

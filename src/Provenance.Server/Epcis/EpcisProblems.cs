using Provenance.Core.Epcis;
using Provenance.Server.Http;

namespace Provenance.Server.Epcis;

/// <summary>Refusals as EPCIS 2.0 names them.</summary>
internal static class EpcisProblems
{
    /// <summary>On EPCIS routes a status has the exception that the REST bindings give it.</summary>
    public static ProblemTypes Types { get; } = new("epcisException:", new Dictionary<int, string>
    {
        [StatusCodes.Status400BadRequest] = "epcisException:ValidationException",
        [StatusCodes.Status401Unauthorized] = "epcisException:SecurityException",
        [StatusCodes.Status403Forbidden] = "epcisException:SecurityException",
        [StatusCodes.Status404NotFound] = "epcisException:NoSuchResourceException",
        [StatusCodes.Status406NotAcceptable] = "epcisException:NotAcceptableException",
        [StatusCodes.Status409Conflict] = "epcisException:ResourceAlreadyExistsException",
        [StatusCodes.Status413PayloadTooLarge] = "epcisException:CaptureLimitExceededException",
        [StatusCodes.Status414UriTooLong] = "epcisException:URITooLongException",
        [StatusCodes.Status415UnsupportedMediaType] = "epcisException:UnsupportedMediaTypeException",
        [StatusCodes.Status501NotImplemented] = "epcisException:ImplementationException",
        [StatusCodes.Status500InternalServerError] = "epcisException:ImplementationException",
    });

    // A document with more is another kind of document; its sender looks at the first few.
    private const int MostErrors = 100;

    /// <summary>Why a received document cannot become a capture job; null where it can.</summary>
    public static Problem? WhyNotCapture(EventReading reading, bool proceeds) => reading switch
    {
        { IsUnreadable: true } => Invalid(reading.Problems),
        { IsBareEvent: true } => Problem.Invalid("type", null, "This is one event without an EPCISDocument around it: POST it to /events."),
        { Count: > CaptureStore.MostEvents } => Problem.Plain(StatusCodes.Status413PayloadTooLarge,
            $"The document holds {reading.Count} events; at most {CaptureStore.MostEvents} are captured together. Send it in parts."),
        { MasterData.Count: > MasterDataStore.MostElements } => Problem.Plain(StatusCodes.Status413PayloadTooLarge,
            $"The header describes {reading.MasterData.Count} things; at most {MasterDataStore.MostElements} are taken together. Send it in parts."),
        { Problems.Count: > 0 } when !proceeds => Invalid(reading.Problems),
        _ => null,
    };

    /// <summary>Why this is not one event that can be recorded; null where it is.</summary>
    public static Problem? WhyNotEvent(EventReading reading) => reading switch
    {
        { Problems.Count: > 0 } => Invalid(reading.Problems),
        { IsBareEvent: false } => Problem.Invalid("type", null, "This is a document: POST it to /capture, or send one event alone."),
        _ => null,
    };

    /// <summary>400: rules of EPCIS that a document breaks.</summary>
    public static Problem Invalid(IReadOnlyList<EpcisProblem> problems)
    {
        var all = problems.Take(MostErrors).Select(p => (Field: p.Path.Length > 0 ? p.Path : "body", p.Value, Detail: $"{p}.")).ToList();
        return Problem.Invalid(all[0].Field, all[0].Value, all[0].Detail) with { Errors = all };
    }
}

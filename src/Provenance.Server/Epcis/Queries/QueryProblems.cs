using Provenance.Server.Http;

namespace Provenance.Server.Epcis.Queries;

/// <summary>Why a query is refused, as EPCIS 2.0 names it.</summary>
internal static class QueryProblems
{
    /// <summary>400: a parameter that is not known, or whose value it does not take.</summary>
    public static Problem Parameter(string name, string? value, string detail) =>
        new(StatusCodes.Status400BadRequest, "epcisException:QueryParameterException", "A query parameter is not valid", detail) { Field = name, Value = value };

    /// <summary>400: the body is no query.</summary>
    public static Problem Invalid(string field, string? value, string detail) =>
        new(StatusCodes.Status400BadRequest, "epcisException:QueryValidationException", "The query is not valid", detail) { Field = field, Value = value };

    /// <summary>413: the answer would have more events than the query allows.</summary>
    public static Problem TooLarge(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, "epcisException:QueryTooLargeException", "The answer is too large",
            $"More than {most} events match; raise maxEventCount, leave it out and read page by page, or ask for less.")
        {
            Field = "maxEventCount",
        };

    /// <summary>413: more would have to be looked at than one request may.</summary>
    public static Problem TooComplex(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, "epcisException:QueryTooComplexException", "The query is too complex", detail);

    /// <summary>404: no query or subscription of that name.</summary>
    public static Problem NoSuchName(string field, string value, string detail) =>
        new(StatusCodes.Status404NotFound, "epcisException:NoSuchNameException", "Not found", detail) { Field = field, Value = value };
}

using Provenance.Core.Gs1;
using Provenance.Server.Http;

namespace Provenance.Server.Parties;

/// <summary>Checks that parties, products and places share; null means that the field is right.</summary>
internal static class Fields
{
    public static Problem? WhyNotName(string name) =>
        name.Length is 0 or > 200 || name.Any(char.IsControl) || string.IsNullOrWhiteSpace(name)
            ? Problem.Invalid("name", name, "The name should have 1 to 200 characters, without control characters.") : null;

    public static Problem? WhyNotCountry(string country) =>
        CodeLists.IsCountry(country) ? null : Problem.Invalid("country", country, $"'{country}' is no country: two capital letters of ISO 3166-1, such as AT.");

    public static Problem? WhyNotGln(string? gln) =>
        gln is null || (gln.Length == 13 && CheckDigit.Holds(gln)) ? null : Problem.Invalid("gln", gln, $"'{gln}' is no GLN: 13 digits of which the last checks the others.");
}

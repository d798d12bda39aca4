using System.Globalization;

namespace Provenance.Tests.Server.Epcis;

/// <summary>Makes good JSON bad in one place: cut off, a token gone, twice, of another type, nested deeply, huge, or of characters nobody expects.</summary>
static class Bending
{
    public static string Bend(Random random, string text)
    {
        var tokens = Tokens(text);
        var (at, length) = tokens[random.Next(tokens.Count)];
        var token = text.Substring(at, length);
        return random.Next(12) switch
        {
            0 => text[..random.Next(text.Length)],
            1 => text.Remove(at, length),
            2 => text.Insert(at, token + ","),
            3 => text.Insert(at, token + ":" + token + ","),
            4 => Instead(random.Next(2) == 0 ? "\"\\ud800\"" : "\"\\udc00 \\ud83d\""),
            5 => Instead(new string('[', 1 + random.Next(200)) + new string(']', 1 + random.Next(200))),
            6 => Instead(string.Concat(Enumerable.Repeat("{\"ex:a\":", random.Next(80))) + "1" + new string('}', random.Next(80))),
            7 => Instead(random.Next(3) switch { 0 => "1e999", 1 => "-" + new string('9', random.Next(2000)), _ => "0." + new string('0', random.Next(400)) + "1E-400" }),
            8 => Instead("\"" + new string('ü', random.Next(100) == 0 ? 1 << 18 : random.Next(300)) + "\""),
            9 => Instead(Other(random)),
            10 => Instead("[" + string.Join(',', Enumerable.Repeat(token, random.Next(random.Next(50) == 0 ? 20_000 : 50))) + "]"),
            _ => Instead(string.Create(CultureInfo.InvariantCulture, $"\"{(char)random.Next(1, 0xd7ff)}\"")),
        };

        string Instead(string other) => text.Remove(at, length).Insert(at, other);
    }

    private static string Other(Random random) => random.Next(9) switch
    {
        0 => "null",
        1 => "true",
        2 => "-0",
        3 => "\"\"",
        4 => "{}",
        5 => "[]",
        6 => "\"urn:epc:id:sgtin:\"",
        7 => "{\"@context\":{\"@vocab\":null}}",
        _ => "\"@id\"",
    };

    /// <summary>Where strings, numbers and words stand in JSON.</summary>
    private static List<(int At, int Length)> Tokens(string text)
    {
        var tokens = new List<(int, int)> { (0, text.Length) };
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            if (text[i] == '"')
            {
                i = Math.Max(i, text.IndexOf('"', Math.Min(i + 1, text.Length - 1)));
                tokens.Add((start, i - start + 1));
            }
            else if (char.IsLetterOrDigit(text[i]))
            {
                while (i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]))
                {
                    i++;
                }
                tokens.Add((start, i - start + 1));
            }
        }
        return tokens;
    }
}

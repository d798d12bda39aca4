using System.Collections.Frozen;

namespace Provenance.Core.Gs1;

/// <summary>Which AIs belong together and which contradict each other (GS1 General Specifications §4.13).</summary>
/// <remarks>Judges all that was read from one thing: a label may spread its AIs over several bar codes.</remarks>
public static class AiAssociations
{
    // A group is met when each of its patterns is; one group suffices.
    private static readonly FrozenDictionary<Ai, string[][]> _needs = Read(AiTable.Needs, group => group.Split('+'));
    private static readonly FrozenDictionary<Ai, string[]> _excludes = Read(AiTable.Excludes, pattern => pattern);

    /// <summary>A sentence on the first thing wrong with these AIs as a whole; null when nothing is.</summary>
    public static string? Fault(IReadOnlyList<AiValue> values) =>
        RepeatFault(values) ?? ExclusionFault(values) ?? NeedFault(values) ?? SignatureFault(values);

    /// <summary>The groups of which one must be there beside this AI: 02, or 01+21 for both, 31nn for any such.</summary>
    public static IEnumerable<string> NeedsOf(Ai ai) => _needs.GetValueOrDefault(ai, []).Select(group => string.Join('+', group));

    /// <summary>The AIs, or patterns of them, that may not be beside this one.</summary>
    public static IReadOnlyList<string> ExcludedBy(Ai ai) => MeasureOf(ai) is { } measure ? [measure] : _excludes.GetValueOrDefault(ai, []);

    /// <summary>An AI may come twice only with the same value.</summary>
    internal static string? RepeatFault(IReadOnlyList<AiValue> values)
    {
        for (var i = 1; i < values.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (values[i].Ai == values[j].Ai && values[i].Value != values[j].Value)
                {
                    return $"{values[i].Ai.Name} is given twice: '{values[j].Value}' and '{values[i].Value}'";
                }
            }
        }
        return null;
    }

    private static string? ExclusionFault(IReadOnlyList<AiValue> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var ai = values[i].Ai;
            foreach (var pattern in ExcludedBy(ai))
            {
                for (var j = 0; j < values.Count; j++)
                {
                    if (values[j].Ai != ai && values[j].Ai.Fits(pattern))
                    {
                        return $"{values[i]} and {values[j]} exclude each other";
                    }
                }
            }
        }
        return null;
    }

    // The last digit of a measure places the decimal point: the same measure twice with two points is a contradiction.
    private static string? MeasureOf(Ai ai) => ai.Code.Length == 4 && ai.Code[0] == '3' && ai.Code[1] <= '6' ? ai.Code[..3] + "n" : null;

    private static string? NeedFault(IReadOnlyList<AiValue> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (_needs.TryGetValue(values[i].Ai, out var groups)
                && !Array.Exists(groups, group => Array.TrueForAll(group, pattern => Has(values, pattern))))
            {
                return $"{values[i]} means something only together with {string.Join(" or ", NeedsOf(values[i].Ai))}";
            }
        }
        return null;
    }

    private static bool Has(IReadOnlyList<AiValue> values, string pattern)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Ai.Fits(pattern))
            {
                return true;
            }
        }
        return false;
    }

    private static string? SignatureFault(IReadOnlyList<AiValue> values)
    {
        if (Has(values, "8030"))
        {
            foreach (var value in values)
            {
                var withoutSerial = value.Ai.Code switch { "253" or "255" => 13, "8003" => 14, _ => 0 };
                if (value.Value.Length == withoutSerial)
                {
                    return $"a digital signature (8030) needs {value.Ai.Name} with its serial";
                }
            }
        }
        return null;
    }

    private static FrozenDictionary<Ai, T[]> Read<T>(string table, Func<string, T> read) =>
        table.Split('\n')
            .Select(line => line.Split(':') is [var left, var right] ? (Left: left, Right: right) : throw new FormatException(line))
            .SelectMany(line => Words(line.Left)
                .SelectMany(pattern => Ai.All.Where(ai => ai.Fits(pattern)))
                .Select(ai => (Ai: ai, Values: Words(line.Right).Select(read).ToArray())))
            .ToFrozenDictionary(rule => rule.Ai, rule => rule.Values);

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}

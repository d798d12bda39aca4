using System.Diagnostics;
using System.Globalization;

namespace Provenance.EndToEnd;

/// <summary>Finds the server's own child processes. Reads /proc: these tests run on Linux.</summary>
internal static class ProcessTree
{
    /// <summary>Id of the process of that name below another, at any depth; null where there is none.</summary>
    public static int? FindDescendant(int ancestor, string name)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Read).OfType<(int Id, int Parent, string Name)>().ToList();
        var below = new HashSet<int> { ancestor };
        while (all.FindAll(process => below.Contains(process.Parent)).ConvertAll(process => below.Add(process.Id)).Contains(true))
        {
        }
        return all.Where(process => process.Name == name && below.Contains(process.Id)).Select(process => (int?)process.Id).FirstOrDefault();
    }

    /// <summary>Waits until the process is gone; returns at once for null.</summary>
    public static async Task WaitForEndAsync(int? id)
    {
        for (var clock = Stopwatch.StartNew(); id is not null && Directory.Exists($"/proc/{id}"); await Task.Delay(20))
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException($"Process {id} is still there after 20 s.");
            }
        }
    }

    private static (int, int, string)? Read(string folder)
    {
        try
        {
            // pid (name) state ppid …: the name may hold anything, so the last parenthesis counts.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var close = stat.LastIndexOf(')');
            var open = stat.IndexOf('(', StringComparison.Ordinal);
            return (int.Parse(stat.AsSpan(0, open - 1), CultureInfo.InvariantCulture), int.Parse(stat[(close + 2)..].Split(' ')[1], CultureInfo.InvariantCulture), stat[(open + 1)..close]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // no process, or gone meanwhile
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Provenance.Server;

/// <summary>Lines at which the crash tests end this process as a power cut would: no handler, no flush, no finally (<c>npm run crash</c>).</summary>
/// <remarks>
/// Off unless the environment variable <c>PROVENANCE_FAIL_POINT</c> names one, as <c>NAME</c> or <c>NAME:N</c> for the N-th time it is reached. It is
/// not a setting of the ledger: whoever can set a process's environment can kill the process anyway.
/// </remarks>
internal static class FailPoint
{
    private static readonly string[]? Named = Environment.GetEnvironmentVariable("PROVENANCE_FAIL_POINT")?.Split(':');
    private static int _left = Named is [_, var times] ? int.Parse(times, CultureInfo.InvariantCulture) : 1;

    /// <summary>Comes back, unless this is the line that was named.</summary>
    public static void Reach(string name)
    {
        if (Named is not null && Named[0] == name && Interlocked.Decrement(ref _left) == 0)
        {
            using (var self = Process.GetCurrentProcess())
            {
                self.Kill(); // SIGKILL
            }
            Thread.Sleep(Timeout.Infinite); // the signal may need a moment, and no line after this one may run
        }
    }
}

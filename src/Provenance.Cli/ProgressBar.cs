using System.Diagnostics;
using System.Globalization;

namespace Provenance.Cli;

/// <summary>A line on a terminal's stderr that says how far something is; nothing where stderr is a file or a pipe.</summary>
internal sealed class ProgressBar(string unit) : IDisposable
{
    private const int Width = 40;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _one = new();
    private TimeSpan _shown;
    private bool _isEnded = Console.IsErrorRedirected;

    public void Show(ulong done, ulong all)
    {
        lock (_one)
        {
            var now = _clock.Elapsed;
            if (_isEnded || all == 0 || (done < all && now - _shown < TimeSpan.FromMilliseconds(200)))
            {
                return;
            }
            _shown = now;
            var part = Math.Min(1, done / (double)all);
            var full = (int)(part * Width);
            var left = part > 0 ? $", {(now / part - now).TotalSeconds.ToString("N0", CultureInfo.InvariantCulture)} s left" : "";
            Console.Error.Write($"\r[{new string('#', full)}{new string('.', Width - full)}] {done} of {all} {unit}{left}   ");
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        lock (_one)
        {
            if (!_isEnded && _shown > TimeSpan.Zero)
            {
                Console.Error.Write("\r" + new string(' ', Width + 60) + "\r");
            }
            _isEnded = true;
        }
    }
}

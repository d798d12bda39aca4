namespace Provenance.Server.Reports;

/// <summary>
/// Holds back floods of reports. It counts by item and in all, not by address: who sends a report is nobody's business, and behind a proxy all addresses are one.
/// Kept in memory only.
/// </summary>
internal sealed class ReportLimit(TimeProvider clock)
{
    /// <summary>Of one item, within <see cref="Window"/>.</summary>
    public const int MostOfItem = 10;

    /// <summary>Of all items, within <see cref="Window"/>.</summary>
    public const int MostInAll = 200;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Queue<(DateTimeOffset At, string Item)> _taken = [];

    /// <summary>Counts one more report, or says that there were too many.</summary>
    public bool Allows(string item)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            while (_taken.TryPeek(out var oldest) && now - oldest.At >= Window)
            {
                _taken.Dequeue();
            }
            if (_taken.Count >= MostInAll || _taken.Count(one => one.Item == item) >= MostOfItem)
            {
                return false;
            }
            _taken.Enqueue((now, item));
            return true;
        }
    }
}

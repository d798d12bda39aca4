using System.Collections.Concurrent;

namespace Provenance.Server.Portal;

/// <summary>Slows down whoever tries keys: after so many wrong ones from an address, none is looked at for a while.</summary>
internal sealed class SignInLimit(TimeProvider clock)
{
    private const int MostWrong = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Of more addresses at once nobody keeps count: what is oldest is forgotten.</summary>
    private const int MostAddresses = 10_000;

    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Wrong)> _byAddress = new(StringComparer.Ordinal);

    /// <summary>How long this address has to wait; null when it need not.</summary>
    public TimeSpan? Wait(string address)
    {
        var (since, wrong) = _byAddress.GetValueOrDefault(address);
        var left = since + Window - clock.GetUtcNow();
        return wrong >= MostWrong && left > TimeSpan.Zero ? left : null;
    }

    public void Failed(string address)
    {
        var now = clock.GetUtcNow();
        _byAddress.AddOrUpdate(address, (now, 1), (_, held) => now - held.Since >= Window ? (now, 1) : (held.Since, held.Wrong + 1));
        if (_byAddress.Count > MostAddresses)
        {
            foreach (var (old, _) in _byAddress.OrderBy(held => held.Value.Since).Take(MostAddresses / 10).ToList())
            {
                _byAddress.TryRemove(old, out _);
            }
        }
    }

    public void Succeeded(string address) => _byAddress.TryRemove(address, out _);
}

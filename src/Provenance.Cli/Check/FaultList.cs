namespace Provenance.Cli.Check;

/// <summary>What was found wrong: the first ones by name, all by count, so that a wreck does not fill the memory.</summary>
public sealed class FaultList
{
    /// <summary>So many are named.</summary>
    public const int Most = 1000;

    private readonly List<string> _named = [];

    public IReadOnlyList<string> Named => _named;

    public long Count { get; private set; }

    public void Add(string fault)
    {
        Count++;
        if (Count <= Most)
        {
            _named.Add(fault);
        }
    }
}

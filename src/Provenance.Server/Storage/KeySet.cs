namespace Provenance.Server.Storage;

/// <summary>Index keys known to exist, in memory: says "new" without touching a segment. The index itself answers the rare "perhaps not".</summary>
/// <remarks>Owned by the writer's thread. In 256 parts, so that growing copies one part at a time and no commit waits for it.</remarks>
internal sealed class KeySet
{
    private readonly HashSet<long>[] _parts = [.. Enumerable.Range(0, 256).Select(_ => new HashSet<long>())];

    public bool Contains(long key) => _parts[(byte)key].Contains(key);

    /// <summary>True when it was not in yet.</summary>
    public bool Add(long key) => _parts[(byte)key].Add(key);

    public void Remove(long key) => _parts[(byte)key].Remove(key);
}

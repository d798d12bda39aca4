namespace Provenance.Server.Batches;

/// <summary>One thing wrong with a request: where, what stood there, and what to do about it.</summary>
/// <param name="Field">The member as the sender wrote it, such as <c>items[0].quantity</c>.</param>
/// <param name="Value">What stood there; null when the member is missing.</param>
/// <param name="IsForbidden">It is well said, and not this party's to say.</param>
internal sealed record Fault(string Field, string? Value, string Detail, bool IsForbidden = false);

/// <summary>Everything wrong with one request. A person who corrects a form wants all of it at once.</summary>
internal sealed class Faults
{
    private readonly List<Fault> _all = [];

    public IReadOnlyList<Fault> All => _all;

    public bool None => _all.Count == 0;

    public void Add(string field, string? value, string detail) => _all.Add(new Fault(field, value, detail));

    public void Forbid(string field, string? value, string detail) => _all.Add(new Fault(field, value, detail, IsForbidden: true));
}

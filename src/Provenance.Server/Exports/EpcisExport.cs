using System.Buffers;
using Provenance.Server.Epcis;

namespace Provenance.Server.Exports;

/// <summary>A trail as an EPCISDocument, for whatever speaks EPCIS: the events that the caller may see whole, as they were captured, and no others.</summary>
internal sealed class EpcisExport(EpcisEventStore events, TimeProvider clock)
{
    public const string MediaType = "application/json";

    /// <summary>Null when the caller sees none of them whole.</summary>
    /// <param name="trail">Of somebody with a key.</param>
    public byte[]? Make(Trail trail)
    {
        var found = trail.Leaves.SelectMany(leaf => events.FindAt(leaf, trail.Caller!)).ToList();
        if (found.Count == 0)
        {
            return null;
        }
        var output = new ArrayBufferWriter<byte>();
        QueryResults.WriteDocument(output, found, clock.GetUtcNow());
        return output.WrittenSpan.ToArray();
    }
}

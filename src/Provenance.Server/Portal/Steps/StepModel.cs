using Provenance.Server.Http;
using Provenance.Server.Parties;
using Provenance.Server.Tracing;

namespace Provenance.Server.Portal.Steps;

/// <summary>What the page of a step's form shows.</summary>
/// <param name="Known">What the ledger knows of each of the form's rows.</param>
/// <param name="OnTheWay">Shipments that could be received now.</param>
/// <param name="Partners">Firms dealt with lately: what the form takes for them, and their names.</param>
/// <param name="Problem">Why it was not recorded.</param>
/// <param name="Faults">Which fields that is about.</param>
/// <param name="Said">What was just done with what was scanned; key of its text, and the value.</param>
/// <param name="Preview">Set once everything is right and nothing recorded yet.</param>
internal sealed record StepModel(
    Session Session, StepForm Form, IReadOnlyList<KnownItem> Known, IReadOnlyList<Place> Places, IReadOnlyList<Product> Products, IReadOnlyList<OnTheWay> OnTheWay,
    IReadOnlyList<(string Sent, string Name)> Partners, Problem? Problem, IReadOnlyList<FieldProblem> Faults, (string Key, string Value)? Said, StepPreview? Preview)
{
    /// <summary>A further lot that came out was asked for just now.</summary>
    public bool HasNewOutput { get; init; }

    public FieldProblem? FaultOf(string field) => Faults.FirstOrDefault(fault => fault.Field == field);

    /// <summary>Where the cursor goes: the first thing to mend.</summary>
    public string? First => Faults.Count > 0 ? Faults[0].Field : null;

    public bool IsDuplicate => Problem?.Type.EndsWith("possible-duplicate", StringComparison.Ordinal) == true;

    /// <summary>What belongs to no field.</summary>
    public Problem? General => Faults.Count > 0 || IsDuplicate ? null : Problem;
}

/// <summary>What a form would record.</summary>
/// <param name="Events">Each event's lines, the step itself first, and whether it names another firm.</param>
/// <param name="Warnings">As the API would say them.</param>
internal sealed record StepPreview(IReadOnlyList<(IReadOnlyList<PreviewLine> Lines, bool HasPartner)> Events, IReadOnlyList<string> Warnings);

/// <param name="From">The sender's name.</param>
/// <param name="Lots">Lots, serials and pallets in it.</param>
internal sealed record OnTheWay(TracedEvent Event, string From, IReadOnlyList<string> Lots, string? Paper);

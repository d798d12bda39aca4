namespace Provenance.Server.Batches;

/// <summary>A step as the plain API offers it.</summary>
/// <param name="Says">What it tells, for the API's page.</param>
/// <param name="Example">A request.</param>
/// <param name="Read">Reads its members; null, with faults noted, when one is wrong.</param>
internal sealed record StepKind(string Word, string Says, string Example, Func<RequestObject, StepRequest?> Read);

/// <summary>Every step there is (plain-api.md, Steps). One more is one more line in its family's file.</summary>
internal static class StepTable
{
    public static IReadOnlyList<StepKind> All { get; } =
    [
        .. MakeStep.Kinds, .. TransformSteps.Kinds, .. NestingSteps.Kinds, .. ShipSteps.Kinds, .. ReceiveSteps.Kinds, .. StockSteps.Kinds, .. StatementSteps.Kinds,
        .. CorrectionSteps.Kinds,
    ];

    private static readonly Dictionary<string, StepKind> _byWord = All.ToDictionary(kind => kind.Word, StringComparer.Ordinal);

    /// <summary>Null when anything is wrong; then <paramref name="faults"/> says what.</summary>
    /// <param name="stepIfNone">The step of a request that names none; null where it has to.</param>
    public static StepRequest? Read(RequestObject request, string? stepIfNone, Faults faults)
    {
        var step = request.Has("step") ? request.FindText("step") : stepIfNone;
        if (step is null || !_byWord.TryGetValue(step, out var kind))
        {
            if (faults.None)
            {
                faults.Add("step", step, $"Send one of the steps offered here: {string.Join(", ", All.Select(one => one.Word))}.");
            }
            return null;
        }
        var read = kind.Read(request);
        request.Close();
        return faults.None ? read : null;
    }
}

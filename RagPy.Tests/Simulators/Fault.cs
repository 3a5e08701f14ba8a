namespace RagPy.Tests.Simulators;

/// <summary>What goes wrong with one request.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Status">Status of <see cref="FaultKind.Status"/>.</param>
/// <param name="Time">Retry-After of a refusal, or how much later a slow answer comes.</param>
/// <param name="Items">0-based positions of the items of a batch that fail.</param>
internal sealed record Fault(FaultKind Kind, int Status = 0, TimeSpan? Time = null, IReadOnlyList<int>? Items = null)
{
    /// <summary>The connection ends before anything is done.</summary>
    public static Fault Cut { get; } = new(FaultKind.Cut);

    /// <summary>The request is carried out, then the connection ends without an answer.</summary>
    public static Fault CutAfterwards { get; } = new(FaultKind.CutAfterwards);

    /// <summary>The request is carried out, and the connection ends in the middle of the answer.</summary>
    public static Fault CutInside { get; } = new(FaultKind.CutInside);

    /// <summary>The request is carried out; the answer ends in the middle of its JSON.</summary>
    public static Fault Truncated { get; } = new(FaultKind.Truncated);

    /// <summary>Answered with 429.</summary>
    /// <param name="retryAfter">Whole seconds of the header; none when null.</param>
    public static Fault TooManyRequests(TimeSpan? retryAfter = null) => new(FaultKind.Status, 429, retryAfter);

    /// <summary>Answered with a status, without being carried out.</summary>
    public static Fault WithStatus(int status) => new(FaultKind.Status, status);

    /// <summary>One of the faults that pass, for theories: <c>cut</c>, <c>cut afterwards</c>, <c>truncated</c>, <c>500</c>, <c>429</c>.</summary>
    public static Fault Named(string kind) =>
        kind switch
        {
            "cut" => Cut,
            "cut afterwards" => CutAfterwards,
            "truncated" => Truncated,
            "500" => WithStatus(500),
            "429" => TooManyRequests(TimeSpan.Zero),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no fault of this name."),
        };

    /// <summary>Carried out, answered later.</summary>
    public static Fault Slow(TimeSpan by) => new(FaultKind.Slow, Time: by);

    /// <summary>Some items of a batch fail, the others are carried out; what that looks like is the simulator's matter.</summary>
    public static Fault InItems(params IReadOnlyList<int> positions) => new(FaultKind.Items, Items: positions);
}

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A question that an orchestrator asks of a resource again and again. Times are seconds.</summary>
public abstract class ProbeAnnotation : IResourceAnnotation
{
    public required ProbeType Type { get; init; }

    public int InitialDelaySeconds { get; init; } = 5;

    public int PeriodSeconds { get; init; } = 5;

    public int TimeoutSeconds { get; init; } = 1;

    /// <summary>Failures in a row that count as one.</summary>
    public int FailureThreshold { get; init; } = 3;

    /// <summary>Successes in a row after which it is well again.</summary>
    public int SuccessThreshold { get; init; } = 1;
}

using RagPy.Hosting.Running;

namespace RagPy.Hosting.ResourceService;

/// <summary>The words that the dashboard has for states.</summary>
internal static class StateText
{
    public const string Running = "Running";
    private const string Waiting = "Waiting";
    private const string Starting = "Starting";
    private const string Exited = "Exited";
    private const string Finished = "Finished";
    private const string FailedToStart = "FailedToStart";
    private const string ValueMissing = "ValueMissing";

    /// <summary>State and colour of a process.</summary>
    /// <param name="isHeldBack">Its resource was not started, because of another one.</param>
    public static (string Text, string? Style) Of(ReplicaStatus status, bool isHeldBack) =>
        status.State switch
        {
            ReplicaState.Waiting when isHeldBack => (FailedToStart, "error"),
            ReplicaState.Waiting => (Waiting, "info"),
            ReplicaState.Starting => (Starting, "info"),
            ReplicaState.Running => (Running, "success"),
            ReplicaState.Stopping => ("Stopping", "info"),
            ReplicaState.Stopped or ReplicaState.Finished => (status.ExitCode is 0 or null ? Finished : Exited, "info"),
            ReplicaState.Down when status.StartedAt is null => (FailedToStart, "error"),
            _ => (Exited, "error"),
        };

    /// <summary>State and colour of what is no process of ours.</summary>
    public static (string Text, string? Style) Of(ResourceFacts facts) =>
        facts.Run.Ready switch
        {
            { IsCompletedSuccessfully: true } when facts is { Resource: Aspire.Hosting.ApplicationModel.ParameterResource, Value: null } =>
                (ValueMissing, "warning"),
            { IsCompletedSuccessfully: true } => (Running, "success"),
            { IsFaulted: true } => (FailedToStart, "error"),
            _ => (Waiting, "info"),
        };
}

namespace RagPy.Core.Pipeline;

/// <summary>PostgreSQL notification channels. A lost notification costs time, never correctness: whoever listens also polls.</summary>
internal static class Channels
{
    /// <summary>Work became claimable; the payload is the queue.</summary>
    public const string Work = "ragpy_work";

    /// <summary>Work items were taken away; the payload is the task.</summary>
    public const string Cancel = "ragpy_cancel";

    /// <summary>A task's numbers changed; the payload is the task.</summary>
    public const string Progress = "ragpy_progress";
}

namespace RagPy.Api.Contracts;

/// <summary>Where a session stands: the state of its newest task.</summary>
internal enum SessionState
{
    /// <summary>Nothing was run yet.</summary>
    Created,
    Pending,
    Running,

    /// <summary>Every document ended; some may have failed.</summary>
    Completed,
    Cancelled,

    /// <summary>The source itself could not be read.</summary>
    Failed,
}

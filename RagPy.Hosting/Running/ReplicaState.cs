namespace RagPy.Hosting.Running;

/// <summary>Where a process is in its life.</summary>
internal enum ReplicaState
{
    /// <summary>Not started yet: its resource waits for others.</summary>
    Waiting,
    Starting,
    Running,
    Stopping,

    /// <summary>A person stopped it.</summary>
    Stopped,

    /// <summary>It has done its work.</summary>
    Finished,

    /// <summary>It died, and is started again in a moment.</summary>
    Crashed,

    /// <summary>It died again and again, or cannot be started, and stays down.</summary>
    Down,
}

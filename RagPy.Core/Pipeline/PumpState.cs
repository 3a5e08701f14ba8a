namespace RagPy.Core.Pipeline;

/// <summary>State of a pump slot. The number is stored.</summary>
public enum PumpState
{
    Idle = 0,

    /// <summary>A job was enqueued and has not begun.</summary>
    Enqueued = 1,
    Running = 2,
}

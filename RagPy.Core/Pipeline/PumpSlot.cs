namespace RagPy.Core.Pipeline;

/// <summary>One pump that a queue may have. At most one job with the present ticket runs for it; a job with an older ticket ends at once, so duplicates do no harm.</summary>
public sealed class PumpSlot
{
    public required string Queue { get; set; }

    public int Slot { get; set; }

    public PumpState State { get; set; }

    /// <summary>Grows with every job made for the slot.</summary>
    public long Ticket { get; set; }

    /// <summary>The worker that runs it.</summary>
    public int? WorkerId { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

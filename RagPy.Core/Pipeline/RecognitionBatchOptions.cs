namespace RagPy.Core.Pipeline;

/// <summary>Times and sizes of recognition in batches.</summary>
internal sealed record RecognitionBatchOptions
{
    /// <summary>Most pages of a batch, but for one file more: its answers are held in memory at once.</summary>
    public int MaxPages { get; init; } = 2000;

    /// <summary>How often batches are looked after while there are any.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it is looked whether there are any.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A batch is made when no file has come for so long although more may be on their way.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A batch is made when no file has come for so long and none is on its way.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A batch is made when a file has waited for so long.</summary>
    public TimeSpan LongestCollection { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>First wait before a job is looked at again, and after trouble; it grows.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait before a job is looked at again.</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a job that was asked for without an answer may take until it is listed; longer than the call itself may take.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a waiting document does not look by itself; it is woken when its pages are there.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Time that a job gets beyond its own limit.</summary>
    public TimeSpan Overtime { get; init; } = TimeSpan.FromHours(6);
}

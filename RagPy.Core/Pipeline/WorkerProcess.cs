namespace RagPy.Core.Pipeline;

/// <summary>A process that runs pumps. It lives as long as it holds the advisory lock of its id; the row is for people and gives out the id.</summary>
public sealed class WorkerProcess
{
    public int Id { get; set; }

    public required string Host { get; set; }

    public int ProcessId { get; set; }

    /// <summary>Pumps of each queue this process can run at once, in the order of <see cref="Queues.All"/>.</summary>
    public int[] Concurrency { get; set; } = [];

    public DateTimeOffset StartedAt { get; set; }
}

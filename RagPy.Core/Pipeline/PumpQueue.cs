using Hangfire;
using Hangfire.Common;
using Hangfire.States;

namespace RagPy.Core.Pipeline;

/// <summary>Puts pump jobs into Hangfire's queues.</summary>
internal sealed class PumpQueue(HangfireStorage storage)
{
    private readonly Lazy<BackgroundJobClient> _client = new(() => new BackgroundJobClient(storage.Storage));

    /// <summary>Enqueues a pump for a reserved slot.</summary>
    public void Enqueue(string queue, int slot, long ticket) =>
        _client.Value.Create(Job.FromExpression<PumpJob>(job => job.RunAsync(queue, slot, ticket)), new EnqueuedState(queue));
}

using Hangfire;

namespace RagPy.Core.Pipeline;

/// <summary>What Hangfire runs. It is never retried: the relay makes a new job when there is work.</summary>
internal sealed class PumpJob(Pump pump, Relay relay)
{
    /// <summary>Pumps a queue; see <see cref="Pump.RunAsync"/>.</summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(string queue, int slot, long ticket)
    {
        try
        {
            await pump.RunAsync(queue, slot, ticket);
        }
        finally
        {
            // Closes the gap between the last look at the queue and the slot being free; and hands over after a full turn.
            relay.Look(queue);
        }
    }
}

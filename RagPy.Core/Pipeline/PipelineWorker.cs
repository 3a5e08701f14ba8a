using Microsoft.Extensions.Hosting;

namespace RagPy.Core.Pipeline;

/// <summary>
/// The worker of this process: its presence, the relay, the Hangfire server with its pumps. Registered, but started only by who wants one:
/// a service through <see cref="PipelineServiceCollectionExtensions.AddRagPyWorker"/>, the command line by calling it.
/// </summary>
public sealed class PipelineWorker : IHostedService, IAsyncDisposable
{
    /// <summary>Starts working; the schema must be up to date.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes no more work, finishes or releases what runs within the grace period.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

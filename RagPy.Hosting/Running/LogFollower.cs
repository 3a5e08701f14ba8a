using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>Copies what one process prints into the log of its replica.</summary>
internal sealed class LogFollower(string name, DcpClient client, ReplicaLog log, TimeProvider time)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(300);
    private readonly Stream[] _streams = [new("stdout", isError: false), new("stderr", isError: true)];

    /// <summary>Copies while the process runs, until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_streams.Select(stream => FollowAsync(stream, cancellationToken)));

    /// <summary>Copies what is left, when the process has ended and <see cref="RunAsync"/> too.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in _streams)
        {
            await TryCopyAsync(stream, follow: false, cancellationToken);
        }
    }

    private async Task FollowAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await TryCopyAsync(stream, follow: true, cancellationToken);
            await Task.Delay(s_retry, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryCopyAsync(Stream stream, bool follow, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in client.ReadLogAsync(name, stream.Source, follow, stream.Copied, cancellationToken))
            {
                log.Add(line, stream.IsError);
                stream.Copied++;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process has ended, or the run.
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The orchestrator is busy with this process or has gone; the watch of its objects tells the one from the other.
            log.Note($"The orchestrator gives no {stream.Source} of {name} at this moment ({e.Message}).", isError: true);
        }
    }

    /// <param name="source">The orchestrator's name of it.</param>
    private sealed class Stream(string source, bool isError)
    {
        public string Source => source;

        public bool IsError => isError;

        public int Copied { get; set; }
    }
}

namespace RagPy.Ingestion.Commands;

/// <summary>No verb: an ingestion worker until it is told to stop.</summary>
internal static class WorkerCommand
{
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(hostsWorker: true, cancellationToken);
        await host.RunAsync(cancellationToken);

        return ExitCode.Success;
    }
}

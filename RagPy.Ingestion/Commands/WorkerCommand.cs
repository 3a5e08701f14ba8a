using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RagPy.Ingestion.Commands;

/// <summary>No verb: an ingestion worker until it is told to stop.</summary>
internal static class WorkerCommand
{
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var database = await IngestionDatabase.FindAsync(cancellationToken);
        var host = WorkerHost.Build(database.ConnectionString);
        var worker = host.Services.GetRequiredService<WorkerService>();
        await host.RunAsync(cancellationToken);

        return worker.Failure is null ? ExitCode.Success : throw worker.Failure;
    }
}

using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>
/// Once an hour removes what is left in the blob store by processes that were ended in the middle of something: files half written or half sent, and files of
/// projects that no row names, when a deletion got no further.
/// </summary>
internal sealed partial class BlobSweep(
    NpgsqlDataSource dataSource,
    IBlobStore blobs,
    ProjectJanitor janitor,
    TimeProvider time,
    ILogger<BlobSweep> logger
)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);

    /// <summary>Nobody writes one file for as long as this.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromDays(1);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await TrySweepAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    /// <summary>One round.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await blobs.SweepAsync(s_idle, cancellationToken);
        await using var command = Sql.Command(dataSource, "SELECT coalesce(array_agg(id), '{}') FROM projects WHERE deleted_at IS NULL");
        foreach (var projectId in (long[])(await command.ExecuteScalarAsync(cancellationToken))!)
        {
            await janitor.CleanBlobsAsync(projectId, cancellationToken);
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken);
        }
        catch (Exception exception)
            when (exception
                    is NpgsqlException
                        or IOException
                        or UnauthorizedAccessException
                        or TimeoutException
                        or TransientFailureException
            )
        {
            LogFailed(exception.Message);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "What is left over in the blob store could not be removed; trying again in an hour: {Reason}"
    )]
    private partial void LogFailed(string reason);
}

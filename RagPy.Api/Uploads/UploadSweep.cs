using RagPy.Core.Projects;

namespace RagPy.Api.Uploads;

/// <summary>Removes at start what uploads have left that were cut off with their process.</summary>
internal sealed partial class UploadSweep(UploadService uploads, ILogger<UploadSweep> logger) : IHostedService
{
    /// <summary>An upload that stands still for seconds is cut off by the server: what was not written to for this long is nobody's.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(15);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            uploads.Sweep(s_idle);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogFailed(exception);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Uploads that were cut off could not be removed; trying again at the next start")]
    private partial void LogFailed(Exception exception);
}

using Microsoft.AspNetCore.Http.Features;

namespace RagPy.Api.Events;

/// <summary>Streams a watched task as server-sent events, until it has ended, the client has gone, or the process is told to stop.</summary>
internal sealed class TaskEventStream(TaskWatch watch) : IResult
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        using var _ = watch;
        var services = httpContext.RequestServices;
        // A client that is cut off here goes on at another replica.
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        httpContext.Response.ContentType = "text/event-stream";
        httpContext.Response.Headers.CacheControl = "no-store";
        // For proxies that would gather the answer before they pass it on.
        httpContext.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await WriteAsync(httpContext.Response, services.GetRequiredService<TimeProvider>(), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone, or will be told by the closed connection.
        }
    }

    private async Task WriteAsync(HttpResponse response, TimeProvider time, CancellationToken cancellationToken)
    {
        await response.BodyWriter.WriteAsync(TaskFrames.Opening, cancellationToken);
        while (true)
        {
            var (frame, isEnd, changed) = watch.Next();
            await response.BodyWriter.WriteAsync(frame, cancellationToken);
            if (isEnd)
            {
                return;
            }

            while (!await CompletesAsync(changed, time, cancellationToken))
            {
                await response.BodyWriter.WriteAsync(TaskFrames.Heartbeat, cancellationToken);
            }
        }
    }

    /// <summary>Whether the task completed before a heartbeat is due.</summary>
    private static async Task<bool> CompletesAsync(Task task, TimeProvider time, CancellationToken cancellationToken)
    {
        using var due = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(task, Task.Delay(s_heartbeat, time, due.Token));
        await due.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }
}

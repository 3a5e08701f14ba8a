using Grpc.Core;
using Microsoft.Extensions.Hosting;
using RagPy.Hosting.ResourceService.Protocol;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.ResourceService;

/// <summary>Answers the dashboard. What is watched is written as fast as the dashboard reads and no faster.</summary>
internal sealed class DashboardService(ResourceView view, IHostApplicationLifetime lifetime)
    : Protocol.DashboardService.DashboardServiceBase
{
    public override Task<ApplicationInformationResponse> GetApplicationInformation(
        ApplicationInformationRequest request,
        ServerCallContext context
    ) => Task.FromResult(new ApplicationInformationResponse { ApplicationName = view.Name });

    public override Task WatchResources(
        WatchResourcesRequest request,
        IServerStreamWriter<WatchResourcesUpdate> responseStream,
        ServerCallContext context
    ) =>
        UntilEndAsync(
            context,
            async cancellationToken =>
            {
                await foreach (var update in view.Board.WatchAsync(cancellationToken))
                {
                    await responseStream.WriteAsync(update, cancellationToken);
                }
            }
        );

    public override Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request,
        IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream,
        ServerCallContext context
    )
    {
        var log = view.FindLog(request.ResourceName);
        if (log is null && !view.Board.Rows.ContainsKey(request.ResourceName))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"There is no resource '{request.ResourceName}'."));
        }

        // What is no process of ours prints nothing.
        return log is null
            ? Task.CompletedTask
            : UntilEndAsync(context, cancellationToken => CopyAsync(log, request.SuppressFollow, responseStream, cancellationToken));
    }

    public override Task<ResourceCommandResponse> ExecuteResourceCommand(ResourceCommandRequest request, ServerCallContext context) =>
        view.Commands.ExecuteAsync(request, context.CancellationToken);

    /// <summary>Nothing is ever asked of the person. Without it the dashboard 13.5 stops watching the resources too, and shows none.</summary>
    public override Task WatchInteractions(
        IAsyncStreamReader<WatchInteractionsRequestUpdate> requestStream,
        IServerStreamWriter<WatchInteractionsResponseUpdate> responseStream,
        ServerCallContext context
    ) => UntilEndAsync(context, cancellationToken => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));

    private static async Task CopyAsync(
        ReplicaLog log,
        bool isOnce,
        IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream,
        CancellationToken cancellationToken
    )
    {
        for (var last = 0; ; )
        {
            var next = log.Next;
            var lines = log.Read(last);
            if (lines.Count > 0)
            {
                var update = new WatchResourceConsoleLogsUpdate();
                update.LogLines.AddRange(
                    lines.Select(line => new ConsoleLogLine
                    {
                        Text = line.Text,
                        IsStdErr = line.IsError,
                        LineNumber = line.Number,
                    })
                );
                await responseStream.WriteAsync(update, cancellationToken);
                last = lines[^1].Number;
            }
            else if (isOnce)
            {
                return;
            }
            else
            {
                await next.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Watches end when the dashboard leaves, and when we do: open ones would hold up our own end.</summary>
    private async Task UntilEndAsync(ServerCallContext context, Func<CancellationToken, Task> watch)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await watch(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Nobody is left to tell.
        }
    }
}

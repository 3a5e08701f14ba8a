using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>One listening connection for the whole process; reconnects by itself. Begins with the first subscriber.</summary>
public sealed partial class NotificationHub(NpgsqlDataSource dataSource, TimeProvider time, ILogger<NotificationHub> logger)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Action<string, string>> _subscribers = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private long _nextId;
    private Task? _loop;

    /// <summary>Calls back for every notification (channel, payload), and with empty strings after a reconnection, when some may have been missed.</summary>
    /// <param name="callback">Must be quick and must not throw.</param>
    /// <returns>Ends the subscription when disposed.</returns>
    public IDisposable Subscribe(Action<string, string> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            _loop ??= Listen();
        }

        var id = Interlocked.Increment(ref _nextId);
        _subscribers[id] = callback;
        return new Subscription(this, id);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task? loop;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _stop.Cancel();
            loop = _loop;
        }

        if (loop is not null)
        {
            await loop;
        }

        _stop.Dispose();
    }

    /// <summary>Begins the loop outside of whatever request or trace happens to be the first that wants it.</summary>
    private Task Listen()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(() => ListenAsync(_stop.Token));
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                connection.Notification += (_, notification) => Publish(notification.Channel, notification.Payload);
                await using (
                    var command = new NpgsqlCommand(
                        $"LISTEN {Channels.Work}; LISTEN {Channels.Cancel}; LISTEN {Channels.Progress}",
                        connection
                    )
                )
                {
                    await command.ExecuteNonQueryAsync(cancellationToken);
                }

                Publish("", "");
                while (true)
                {
                    await connection.WaitAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                LogLost(exception);
                await DelayQuietlyAsync(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }

    private async Task DelayQuietlyAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop's condition ends it.
        }
    }

    private void Publish(string channel, string payload)
    {
        foreach (var subscriber in _subscribers.Values)
        {
            subscriber(channel, payload);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection that listens for notifications was lost; trying again")]
    private partial void LogLost(Exception exception);

    private sealed class Subscription(NotificationHub hub, long id) : IDisposable
    {
        public void Dispose() => hub._subscribers.TryRemove(id, out _);
    }
}

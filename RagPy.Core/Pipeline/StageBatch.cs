using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>Claimed items on their way through a stage handler.</summary>
internal sealed class StageBatch(
    LeaseKeeper.HeldItems held,
    StageRun run,
    ItemFailures failures,
    NpgsqlDataSource dataSource,
    PipelineOptions options,
    CancellationToken stopping
)
{
    public IReadOnlyList<ClaimedItem> Items => held.Items;

    /// <summary>Cancelled when the process must end; ends database work of the whole batch.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>Runs the work on one item under its limits; what goes wrong is written down as the item's failure.</summary>
    /// <returns>Whether the work came to its end.</returns>
    /// <exception cref="NpgsqlException">The database is not there: nobody's failure, the pump gives its items back.</exception>
    public async Task<bool> Guard(ClaimedItem item, Func<CancellationToken, Task> work)
    {
        using var running = run.Begin(item);
        var stop = held.StopOf(item);
        if (stop.IsCancellationRequested)
        {
            run.Note(item, await failures.HandleAsync(item, new OperationCanceledException(), Stopping, timedOut: false));
            return false;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(options.SoftLimit);
        try
        {
            await work(limit.Token).WaitAsync(options.HardLimit, CancellationToken.None);
            return true;
        }
        catch (Exception exception) when (!ItemFailures.IsDatabaseAway(exception))
        {
            var timedOut = exception is TimeoutException || (limit.IsCancellationRequested && !stop.IsCancellationRequested);
            limit.Cancel();
            run.Note(item, await failures.HandleAsync(item, exception, Stopping, timedOut));
            return false;
        }
    }

    /// <summary>Runs statements for several items in one transaction. When one item's data break it, each is tried by itself.</summary>
    /// <typeparam name="T">An item with what was made of it.</typeparam>
    public async Task CommitAsync<T>(
        IReadOnlyList<T> results,
        Func<T, ClaimedItem> itemOf,
        Func<NpgsqlConnection, IReadOnlyList<T>, CancellationToken, Task> write
    )
    {
        if (results.Count == 0)
        {
            return;
        }

        if (results.Count == 1)
        {
            await Guard(itemOf(results[0]), token => WriteAsync(results, write, token));
            return;
        }

        try
        {
            await WriteAsync(results, write, Stopping);
        }
        catch (Exception exception) when (!ItemFailures.IsDatabaseAway(exception) && !Stopping.IsCancellationRequested)
        {
            foreach (var result in results)
            {
                await CommitAsync([result], itemOf, write);
            }
        }
    }

    private async Task WriteAsync<T>(
        IReadOnlyList<T> results,
        Func<NpgsqlConnection, IReadOnlyList<T>, CancellationToken, Task> write,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await write(connection, results, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}

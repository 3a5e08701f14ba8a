using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Bench;

/// <summary>A stage without work of its own: it completes its items, fenced, one transaction a batch, as the cheap stages do.</summary>
internal sealed class ShortStage(Stage stage, int batchSize, NpgsqlDataSource dataSource, WorkItemStore store, ShortWork work)
    : IStageHandler
{
    public Stage Stage => stage;

    public int BatchSize => batchSize;

    public async Task RunAsync(StageBatch batch)
    {
        await using var connection = await dataSource.OpenConnectionAsync(batch.Stopping);
        await using var transaction = await connection.BeginTransactionAsync(batch.Stopping);
        var finished = await store.FinishAsync(connection, [.. batch.Items], batch.Stopping);
        await transaction.CommitAsync(batch.Stopping);
        work.Add(finished.Count);
    }
}

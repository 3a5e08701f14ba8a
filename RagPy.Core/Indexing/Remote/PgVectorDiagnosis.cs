namespace RagPy.Core.Indexing.Remote;

/// <summary>Looks at the database with pgvector without changing it.</summary>
public static class PgVectorDiagnosis
{
    /// <summary>Whether points can be kept there, and what was found or must be done, as words for people.</summary>
    /// <param name="connectionString">Value of RAGPY_PGVECTOR.</param>
    public static async Task<(bool IsUsable, string Text)> RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var database = new PgVectorDatabase(connectionString);
        try
        {
            return (true, await database.DescribeAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (StoreFailures.Of(exception) is { } failure)
        {
            return (false, failure.Reason);
        }
    }
}

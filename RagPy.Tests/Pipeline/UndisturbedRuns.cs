namespace RagPy.Tests.Pipeline;

/// <summary>What a worker that nobody disturbs makes of the library of the tests that kill workers: one run for each size, shared by the tests of a class.</summary>
public sealed class UndisturbedRuns(PostgresFixture postgres)
{
    private readonly Dictionary<int, SortedDictionary<Guid, string>> _points = [];

    /// <summary>Points with text and vector. Tests of one class run one after the other.</summary>
    /// <param name="items">Size of the library.</param>
    internal async Task<SortedDictionary<Guid, string>> PointsAsync(int items)
    {
        if (!_points.TryGetValue(items, out var points))
        {
            await using var database = await postgres.CreateDatabaseAsync();
            using var data = new TemporaryFolder();
            await KillTests.FinishAsync(database.ConnectionString, data.Path, items);
            _points[items] = points = await KillTests.PointsAsync(database.ConnectionString, data.Path);
        }

        return points;
    }
}

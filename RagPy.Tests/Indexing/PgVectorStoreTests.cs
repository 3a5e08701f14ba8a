using Npgsql;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>pgvector, against a real one.</summary>
public sealed class PgVectorStoreTests(PostgresFixture postgres, PgLiteServer server)
    : VectorStoreConformanceTests(postgres),
        IClassFixture<PgLiteServer>
{
    private RemoteStoreHost _host = null!;

    protected override bool IgnoresStale => false;

    public override async ValueTask DisposeAsync()
    {
        // One server for all tests of the class: each leaves it as it was.
        await Store.RemoveProjectAsync(ProjectId, CancellationToken.None);
        await base.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Each_project_has_a_table_that_goes_with_it()
    {
        await AddDocumentsAsync(2);
        var name = await NameAsync();
        Assert.Contains(name, await TablesAsync());

        await Store.RemoveProjectAsync(ProjectId, Token);

        Assert.DoesNotContain(name, await TablesAsync());
        Assert.Empty(await ScanAsync());
        await Store.RemoveProjectAsync(ProjectId, Token);
    }

    [Fact]
    public async Task A_table_that_is_gone_is_empty_and_made_anew_by_the_next_write_but_one()
    {
        var points = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 3);
        await Store.WriteAsync(ProjectId, points, Token);
        await ExecuteAsync($"DROP TABLE ragpy_points.\"{await NameAsync()}\"");

        Assert.Equal(0, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
        Assert.Empty((await Store.QueryAsync(new StoreQuery(ProjectId, points[0].Dense, points[0].Sparse, 5, null), Token)).Sparse);
        await Store.RemoveStaleAsync(ProjectId, [points[0].DocumentId], Token);
        await Assert.ThrowsAsync<TransientFailureException>(() => Store.WriteAsync(ProjectId, points, Token));

        await Store.WriteAsync(ProjectId, points, Token);
        Assert.Equal(3, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
    }

    [Fact]
    public async Task A_write_that_was_interrupted_leaves_nothing()
    {
        var points = IndexSeeds.Points(5, Guid.NewGuid(), Guid.NewGuid(), 450);
        points[430] = points[430] with { Dense = TooLong(points[430].Dense) };

        await Assert.ThrowsAnyAsync<Exception>(() => Store.WriteAsync(ProjectId, points, Token));

        Assert.Equal(0, await Store.CountAsync(ProjectId, points[0].DocumentId, points[0].Generation, Token));
    }

    [Fact]
    public async Task Points_come_in_pages()
    {
        var points = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 450);
        await Store.WriteAsync(ProjectId, points, Token);

        Assert.Equal(points.Select(p => p.Id).Order(), (await ScanAsync()).Select(p => p.Id).Order());
    }

    [Fact]
    public async Task A_server_without_the_extension_is_named_with_what_to_do()
    {
        await using var other = Host(Database.ConnectionString);

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() => WriteOneAsync(other.Store));

        Assert.Contains("install pgvector", exception.Failure.Reason, StringComparison.Ordinal);
        var (isUsable, text) = await PgVectorDiagnosis.RunAsync(Database.ConnectionString, Token);
        Assert.Equal((false, exception.Failure.Reason), (isUsable, text));
    }

    [Fact]
    public async Task The_extension_that_is_there_is_described()
    {
        var (isUsable, text) = await PgVectorDiagnosis.RunAsync(server.ConnectionString + ";Pooling=false", Token);

        Assert.True(isUsable, text);
        Assert.StartsWith("vector 0.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told_at_once()
    {
        var builder = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Database = "nowhere" };
        await using var other = Host(builder.ConnectionString);

        var exception = await Assert.ThrowsAsync<DocumentFailedException>(() => WriteOneAsync(other.Store));

        Assert.Equal(FailureCode.ProviderAuth, exception.Failure.Code);
        Assert.Contains("RAGPY_PGVECTOR", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_is_a_failure_that_may_pass()
    {
        await using var other = Host("Host=127.0.0.1;Port=1;Database=x;Username=x;Password=secret;Pooling=false");

        var exception = await Assert.ThrowsAsync<TransientFailureException>(() => WriteOneAsync(other.Store));

        Assert.DoesNotContain("secret", exception.Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "set RAGPY_PGVECTOR")]
    [InlineData("Database=x", "names no host")]
    [InlineData("postgresql://me:secret@host/x", "cannot be read")]
    public async Task What_must_be_set_is_said_before_anything_is_tried(string? connection, string words)
    {
        await using var other = Host(connection);

        var missing = ((IRemoteVectorStore)other.Store).Missing;

        Assert.Contains(words, missing, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", missing, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DocumentFailedException>(() => WriteOneAsync(other.Store));
    }

    protected override Task<IVectorStore> CreateStoreAsync()
    {
        _host = Host(server.ConnectionString);
        return Task.FromResult(_host.Store);
    }

    private RemoteStoreHost Host(string? connection) =>
        new(Database, StoreKinds.PgVector, new RemoteStoreOptions { PgVectorConnection = connection });

    private Task WriteOneAsync(IVectorStore store) =>
        store.WriteAsync(ProjectId, IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1), Token);

    private static float[] TooLong(ReadOnlyMemory<float> vector)
    {
        // Of unit length still, and more than pgvector takes.
        var changed = vector.ToArray();
        return [.. changed, .. new float[16_001 - changed.Length]];
    }

    private async Task<string> NameAsync()
    {
        await using var command = Database.DataSource.CreateCommand("SELECT name FROM project_stores WHERE project_id = $1");
        command.Parameters.Add(new() { Value = ProjectId });
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }

    private async Task<string> TablesAsync()
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(
            "SELECT coalesce(string_agg(tablename, ' '), '') FROM pg_tables WHERE schemaname = 'ragpy_points'"
        );
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}

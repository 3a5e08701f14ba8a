using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;
using RagPy.Tests.Sources;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Rows of tables whose keys only count them.</summary>
public sealed class NumberedRowTests(PostgresFixture postgres) : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();
    private bool _isOld;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Two_tables_of_a_project_do_not_take_each_others_rows_away()
    {
        await using var host = await StartAsync();

        await BringInAsync(host, Write("one.csv", "The tide mill."));
        await BringInAsync(host, Write("two.csv", "The lighthouse."));
        await BringInAsync(host, Write("one.csv", "The tide mill turns."));

        var keys = (await host.DocumentsAsync()).Select(document => document.SourceKey);
        Assert.Equal(["csv/one.csv#csv_0/text", "csv/two.csv#csv_0/text"], keys.Order());
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_session_that_knows_its_rows_by_number_alone_is_not_indexed_anew()
    {
        await using var host = await StartAsync();
        var path = Write("one.csv", "The tide mill.");
        _isOld = true;
        await BringInAsync(host, path);
        var points = await host.PointsAsync();

        _isOld = false;
        var again = await BringInAsync(host, path);

        Assert.Equal((1, 0, 0), (again.Unchanged, again.Added, again.Removed));
        Assert.Equal(points, await host.PointsAsync());
        Assert.Equal("csv/csv_0/text", Assert.Single(await host.DocumentsAsync()).SourceKey);
    }

    private string Write(string name, string text) => Path.Combine(_folder.Write(name, $"itemKey,text\ncsv_0,{text}\n").Root, name);

    private static async Task<TaskProgress> BringInAsync(PipelineHost host, string path) =>
        await host.WaitAsync((await host.Tasks.StartAsync(host.ProjectId, host.PersonId, path, null, Token)).Id);

    private async Task<PipelineHost> StartAsync()
    {
        SourceOpener open = (location, options) =>
            SourceFactory.Open(location, _isOld ? options with { SharesRowNumbers = true } : options);
        var host = await PipelineHost.CreateAsync(postgres, extra: services => services.AddSingleton(open));
        await host.Worker.StartAsync(Token);
        return host;
    }
}

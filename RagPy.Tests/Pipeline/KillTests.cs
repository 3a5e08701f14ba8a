using System.Diagnostics;
using System.Globalization;
using Npgsql;
using RagPy.LocalServices;
using RagPy.LocalServices.Postgres;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>
/// DESIGN §4.2: kill anything at any moment and start again, and the index is that of an undisturbed run. The worker is a process of its own
/// (RagPy.Tests.Worker) and is killed as by SIGKILL: at stage boundaries by itself, at random from here, or with its database under it.
/// </summary>
[Trait("Category", "slow")]
public sealed class KillTests(PostgresFixture postgres, UndisturbedRuns undisturbed) : IClassFixture<UndisturbedRuns>
{
    private const int Items = 40;
    private const int Killed = 128 + 9;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("read:before:1")]
    [InlineData("read:after:1")]
    [InlineData("extract:before:5")]
    [InlineData("extract:after:9")]
    [InlineData("chunk:before:2")]
    [InlineData("chunk:after:2")]
    [InlineData("embed:before:2")]
    [InlineData("embed:after:1")]
    [InlineData("index:before:2")]
    [InlineData("index:written:1")]
    [InlineData("index:written:3")]
    [InlineData("index:after:1")]
    public async Task A_worker_killed_at_a_stage_boundary_leaves_no_gap_and_no_double(string failpoint)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var data = new TemporaryFolder();

        using (var worker = StartWorker(database.ConnectionString, data.Path, Items, failpoint))
        {
            await worker.WaitForExitAsync(Token);
            Assert.Equal(Killed, worker.ExitCode);
        }

        await FinishAsync(database.ConnectionString, data.Path, Items);
        Assert.Equal(await undisturbed.PointsAsync(Items), await PointsAsync(database.ConnectionString, data.Path));
    }

    [Fact]
    public async Task A_worker_killed_at_random_again_and_again_leaves_no_gap_and_no_double()
    {
        const int items = 150;
        var random = new Random(20240607);
        await using var database = await postgres.CreateDatabaseAsync();
        using var data = new TemporaryFolder();
        for (var i = 0; i < 8; i++)
        {
            using var worker = StartWorker(database.ConnectionString, data.Path, items);
            await KillAfterAsync(worker, TimeSpan.FromMilliseconds(random.Next(800, 3000)));
        }

        await FinishAsync(database.ConnectionString, data.Path, items);
        Assert.Equal(await undisturbed.PointsAsync(items), await PointsAsync(database.ConnectionString, data.Path));
    }

    [Fact]
    public async Task A_database_killed_under_the_worker_leaves_no_gap_and_no_double()
    {
        const int items = 150;
        var options = PostgresFixture.TemporaryOptions() with { Durable = true };
        PostgresFixture.MakeSearchable(options.DataDirectory);
        using var data = new TemporaryFolder();
        await using (var server = await LocalPostgres.AcquireAsync(options, null, Token))
        {
            using (var worker = StartWorker(server.ConnectionString, data.Path, items))
            {
                for (var i = 0; i < 3 && !worker.HasExited; i++)
                {
                    await Task.WhenAny(worker.WaitForExitAsync(Token), Task.Delay(TimeSpan.FromSeconds(2 + i), Token));
                    KillServer(options);
                    await WaitForServerAsync(server.ConnectionString);
                }

                await KillAfterAsync(worker, TimeSpan.FromSeconds(1));
            }

            await FinishAsync(server.ConnectionString, data.Path, items);
            Assert.Equal(await undisturbed.PointsAsync(items), await PointsAsync(server.ConnectionString, data.Path));
        }

        await PostgresFixture.RemoveAsync(options);
    }

    [Fact]
    public async Task A_worker_outlives_its_database()
    {
        var options = PostgresFixture.TemporaryOptions() with { Durable = true };
        PostgresFixture.MakeSearchable(options.DataDirectory);
        using var data = new TemporaryFolder();
        await using (var server = await LocalPostgres.AcquireAsync(options, null, Token))
        {
            await using var host = await PipelineHost.OnServerAsync(
                server.ConnectionString,
                data.Path,
                KillLibrary.Create(150),
                TimeSpan.FromMilliseconds(15)
            );
            await host.Worker.StartAsync(Token);
            var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
            await Task.Delay(TimeSpan.FromSeconds(1.5), Token);

            KillServer(options);
            await WaitForServerAsync(server.ConnectionString);

            var progress = await host.WaitThroughAsync(task.Id);
            Assert.Equal(RagPy.Core.Pipeline.TaskState.Completed, progress.State);
            await host.AssertCleanAsync();
            Assert.Equal(await undisturbed.PointsAsync(150), await host.PointsAsync());
        }

        await PostgresFixture.RemoveAsync(options);
    }

    /// <summary>Lets a worker bring the library in to its end.</summary>
    internal static async Task FinishAsync(string connectionString, string data, int items)
    {
        using var worker = StartWorker(connectionString, data, items);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        await worker.WaitForExitAsync(limit.Token);
        Assert.Equal(0, worker.ExitCode);
    }

    /// <summary>Points with text and vector; the project is the first of its database, so that ids can be compared between databases.</summary>
    internal static async Task<SortedDictionary<Guid, string>> PointsAsync(string connectionString, string data)
    {
        await using var host = PipelineHost.Look(connectionString, data, projectId: 1);
        await host.AssertCleanAsync();
        return await host.PointsAsync();
    }

    /// <param name="settings">Variables of the providers and stores to use.</param>
    internal static Process StartWorker(
        string connectionString,
        string data,
        int items,
        string? failpoint = null,
        params (string Name, string Value)[] settings
    )
    {
        // artifacts/bin/RagPy.Tests/<configuration>/ → artifacts/bin/RagPy.Tests.Worker/<configuration>/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(output.Parent!.Parent!.FullName, "RagPy.Tests.Worker", output.Name, "RagPy.Tests.Worker");
        var start = new ProcessStartInfo(program, [connectionString, data, items.ToString(CultureInfo.InvariantCulture)]);
        start.Environment["RAGPY_OCR"] = "none";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        if (failpoint is not null)
        {
            start.Environment["RAGPY_FAILPOINT"] = failpoint;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The worker did not start.");
    }

    private static async Task KillAfterAsync(Process worker, TimeSpan delay)
    {
        await Task.WhenAny(worker.WaitForExitAsync(Token), Task.Delay(delay, Token));
        worker.Kill();
        await worker.WaitForExitAsync(Token);
    }

    /// <summary>Kills the postmaster; its children end by themselves, without writing anything more.</summary>
    private static void KillServer(LocalServicesOptions options)
    {
        var file = Directory.EnumerateFiles(PostgresFiles.Of(options).Root, "postmaster.pid", SearchOption.AllDirectories).Single();
        var id = int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);
        using var server = Process.GetProcessById(id);
        server.Kill();
    }

    private static async Task WaitForServerAsync(string connectionString)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 }.ConnectionString;
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(unpooled);
                await connection.OpenAsync(limit.Token);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            }
        }
    }
}

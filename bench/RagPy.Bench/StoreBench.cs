using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RagPy.Core;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Providers;
using RagPy.Tests.Simulators;

namespace RagPy.Bench;

/// <summary>Upserts into a simulated store, which runs in a process of its own and checks one exchange in twenty against the published document.</summary>
/// <remarks>A write into Pinecone also lists its points until all of them show.</remarks>
internal static class StoreBench
{
    private const int Dimension = 3072;
    private const int PointsOfWrite = 1_000;
    private const int CheckOneIn = 20;
    private const string Key = "simulated";

    /// <summary>The simulator's process: prints its address, works until its input ends, then prints what it found.</summary>
    public static async Task ServeAsync(string kind)
    {
        var isPinecone = kind == StoreKinds.Pinecone;
        var contract = ApiContract.Find(isPinecone ? "pinecone-data-2025-10.oas.yaml" : "qdrant.openapi.json");
        var (seen, problems) = (0, 0);
        var log = new ExchangeLog
        {
            KeepOneIn = CheckOneIn,
            Sink = exchange =>
            {
                Interlocked.Increment(ref seen);
                Interlocked.Add(ref problems, contract?.Check([exchange]).Count ?? 0);
            },
        };
        await using Simulator simulator = isPinecone
            ? new PineconeSimulator
            {
                Key = Key,
                ForgetsVectors = true,
                DataExchanges = log,
            }
            : new QdrantSimulator { ForgetsVectors = true, Exchanges = log };
        await simulator.StartAsync();
        Console.WriteLine(simulator.Address);
        await Console.In.ReadToEndAsync();
        Console.WriteLine($"{(contract is null ? "no document, " : "")}{seen} exchanges checked, {problems} problems");
    }

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var points = int.Parse(args[0], CultureInfo.InvariantCulture);
        var kind = args.Length > 1 ? args[1] : StoreKinds.Qdrant;
        await using var database = await BenchDatabase.CreateAsync(cancellationToken);
        using var server = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ["store-server", kind])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var address = new Uri((await server.StandardOutput.ReadLineAsync(cancellationToken))!);
        await using var services = Build(database.DataSource, address);
        var store = services.GetServices<IRemoteVectorStore>().Single(s => s.Kind == kind);
        var project = await AddProjectAsync(database.DataSource, cancellationToken);
        var batch = Points();
        await store.WriteAsync(project, batch, cancellationToken);

        Console.WriteLine("| points so far | points/s | client CPU ms a point | client memory, MB |");
        Console.WriteLine("|---|---|---|---|");
        using var self = Process.GetCurrentProcess();
        for (var done = 0; done < points; )
        {
            var (begun, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            for (var part = 0; part < 5; part++, done += PointsOfWrite)
            {
                await store.WriteAsync(project, batch, cancellationToken);
            }

            self.Refresh();
            var written = 5 * PointsOfWrite;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {done} | {written / Stopwatch.GetElapsedTime(begun).TotalSeconds:0} | {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / written:0.00} | {self.WorkingSet64 >> 20} |"
                )
            );
        }

        server.StandardInput.Close();
        Console.WriteLine();
        Console.WriteLine(await server.StandardOutput.ReadToEndAsync(cancellationToken));
        await server.WaitForExitAsync(cancellationToken);
    }

    private static ServiceProvider Build(NpgsqlDataSource dataSource, Uri address)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddRagPyProviders();
        services.AddSingleton(dataSource);
        services.AddRemoteStores(
            new RemoteStoreOptions
            {
                QdrantUrl = address,
                PineconeUrl = address,
                PineconeKey = Key,
                PineconeEnvironment = "aws-eu-west-1",
            }
        );
        return services.BuildServiceProvider();
    }

    private static List<IndexPoint> Points()
    {
        var random = new Random(1);
        var (document, generation) = (Guid.NewGuid(), Guid.NewGuid());
        return [.. Enumerable.Range(0, PointsOfWrite).Select(ordinal => Point(random, document, generation, ordinal))];
    }

    /// <summary>A vector of a model's length, and as many terms as a chunk of a thousand tokens has.</summary>
    private static IndexPoint Point(Random random, Guid document, Guid generation, int ordinal)
    {
        var vector = Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var norm = MathF.Sqrt(vector.Sum(x => x * x));
        var terms = Enumerable.Range(0, 250).Select(_ => (uint)random.Next()).Distinct().Order().ToArray();
        var sparse = new SparseVector(terms, [.. terms.Select(_ => 1)], terms.Length);
        var id = Uuid5.ForPoint(document, generation, ordinal);
        return new IndexPoint(id, document, generation, ordinal, Array.ConvertAll(vector, x => x / norm), sparse);
    }

    private static async Task<long> AddProjectAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            WITH person AS (INSERT INTO people (name, created_at) VALUES ('bench', now()) RETURNING id)
            INSERT INTO projects (name, description, owner_id, embedder, dimension, store, index_version, created_at)
            SELECT 'bench', '', id, 'bench', 3072, 'qdrant', 0, now() FROM person RETURNING id
            """
        );
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

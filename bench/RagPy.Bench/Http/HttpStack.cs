using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RagPy.Bench.Http;

/// <summary>The served system: two API replicas and a worker as processes of their own, on a database and a data folder that go with the run.</summary>
internal sealed class HttpStack : IAsyncDisposable
{
    private readonly List<Process> _processes = [];

    private HttpStack(BenchDatabase database, string data) => (Database, Data) = (database, data);

    public BenchDatabase Database { get; }

    public string Data { get; }

    /// <summary>Addresses of the replicas.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Processor time of the replicas so far.</summary>
    public TimeSpan ServerCpu =>
        TimeSpan.FromSeconds(
            _processes
                .Take(Addresses.Count)
                .Sum(process =>
                {
                    process.Refresh();
                    return process.TotalProcessorTime.TotalSeconds;
                })
        );

    public static async Task<HttpStack> StartAsync(int replicas, bool hasWorker, CancellationToken cancellationToken)
    {
        var database = await BenchDatabase.CreateAsync(cancellationToken);
        var stack = new HttpStack(database, Directory.CreateTempSubdirectory("ragpy-bench-").FullName);
        stack.Addresses = [.. Enumerable.Range(0, replicas).Select(_ => stack.Serve())];
        if (hasWorker)
        {
            stack.Start("RagPy.Ingestion", address: null);
        }

        foreach (var address in stack.Addresses)
        {
            await ReadyAsync(address, cancellationToken);
        }

        return stack;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            using (var stop = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            {
                await stop.WaitForExitAsync();
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        await Database.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    private Uri Serve()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        listener.Stop();
        Start("RagPy.Api", address);
        return address;
    }

    private void Start(string program, Uri? address)
    {
        // Beside this program's own folder, in the same configuration.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Path.Combine(here.Parent!.Parent!.FullName, program, here.Name);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, program + ".dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        start.Environment["ConnectionStrings__ragpy"] = Database.ConnectionString;
        start.Environment["DATABASE_URL"] = Database.ConnectionString;
        start.Environment["RAGPY_DATA"] = Data;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        if (address is not null)
        {
            start.Environment["ASPNETCORE_URLS"] = address.ToString();
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.OutputDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        _processes.Add(process);
    }

    private static async Task ReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await client.GetAsync(new Uri(address, "/health"), cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (attempt < 600)
            {
                // Not listening yet.
            }

            await Task.Delay(100, cancellationToken);
        }
    }
}

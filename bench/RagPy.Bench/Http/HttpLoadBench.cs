using System.Diagnostics;
using System.Globalization;
using RagPy.Bench.Http;

namespace RagPy.Bench;

/// <summary><c>hey -n 5000 -c 50</c> on the probe and on a list of sessions, each of which has documents and a task.</summary>
internal static class HttpLoadBench
{
    private const int Sessions = 20;

    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var stack = await HttpStack.StartAsync(replicas: 1, hasWorker: true, cancellationToken);
        using var client = new HttpClient { BaseAddress = stack.Addresses[0] };
        var project = await client.NewProjectAsync("load", cancellationToken);
        var folder = Directory.CreateTempSubdirectory("ragpy-bench-");
        for (var i = 0; i < Sessions; i++)
        {
            var files = Enumerable.Range(0, 10).Select(n => Path.Combine(folder.FullName, $"{i}-{n}.pdf")).ToList();
            files.ForEach(file => File.WriteAllText(file, $"%PDF-1.4 {Path.GetFileName(file)}"));
            var (_, task) = await client.UploadAsync(project, files, cancellationToken);
            while (
                (await client.GetJsonAsync($"/api/v1/tasks/{task}", cancellationToken)).GetProperty("state").GetString()
                    is "pending"
                        or "running"
            )
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        folder.Delete(recursive: true);
        string[] paths = ["/health", $"/api/v1/projects/{project}/sessions", $"/api/pipeline/projects/{project}/sessions"];
        foreach (var path in paths)
        {
            await HeyAsync(new Uri(stack.Addresses[0], path), cancellationToken);
        }

        foreach (var path in paths)
        {
            var (server, watch) = (stack.ServerCpu, Stopwatch.StartNew());
            var output = await HeyAsync(new Uri(stack.Addresses[0], path), cancellationToken);
            Console.WriteLine($"### `hey -n 5000 -c 50` on `{path}`");
            Console.WriteLine();
            Console.WriteLine("```");
            Console.WriteLine(output.Trim());
            Console.WriteLine("```");
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Server: {(stack.ServerCpu - server).TotalSeconds / watch.Elapsed.TotalSeconds:P0} of a core."
                )
            );
            Console.WriteLine();
        }
    }

    private static async Task<string> HeyAsync(Uri address, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("hey", ["-n", "5000", "-c", "50", address.ToString()]) { RedirectStandardOutput = true };
        using var hey = Process.Start(start) ?? throw new InvalidOperationException("hey did not start: apt-get install hey.");
        var output = await hey.StandardOutput.ReadToEndAsync(cancellationToken);
        await hey.WaitForExitAsync(cancellationToken);
        return output;
    }
}

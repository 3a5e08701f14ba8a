using System.Diagnostics;
using System.Globalization;
using RagPy.Tests.Simulators;

namespace RagPy.Bench;

/// <summary>The tests' OpenAI simulator in a process of its own. Says its address, then answers each line on its input with its numbers.</summary>
internal static class ProviderSimulator
{
    /// <summary>Arguments: milliseconds an answer takes, share of calls answered 500, share answered 429, requests a second really allowed (0 for any).</summary>
    public static async Task ServeAsync(string[] args)
    {
        var numbers = args.Select(a => double.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var (total, limited, failed) = (0, 0, 0);
        var log = new ExchangeLog
        {
            Sink = exchange =>
            {
                Interlocked.Increment(ref total);
                Interlocked.Add(ref limited, exchange.Status == 429 ? 1 : 0);
                Interlocked.Add(ref failed, exchange.Status >= 500 ? 1 : 0);
            },
        };
        await using var simulator = new OpenAISimulator { Exchanges = log, RequestsPerSecond = numbers[3] > 0 ? numbers[3] : null };
        simulator.Faults.Latency = TimeSpan.FromMilliseconds(numbers[0]);
        simulator.Faults.AddShare(Fault.WithStatus(500), numbers[1], seed: 1);
        simulator.Faults.AddShare(Fault.TooManyRequests(TimeSpan.FromSeconds(1)), numbers[2], seed: 2);
        await simulator.StartAsync();
        Console.WriteLine(simulator.Address);
        while (Console.ReadLine() is not null)
        {
            var bought = simulator.Vectors.Bought.Values;
            Console.WriteLine($"{total} {limited} {failed} {bought.Sum()} {(bought.Any() ? bought.Max() : 0)}");
        }
    }

    /// <summary>Starts one.</summary>
    public static async Task<(Process Process, string Address)> StartAsync(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["simulate-openai", .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        return (process, (await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>Requests, those answered 429, those answered 5xx, vectors given, most often that one text was given.</summary>
    public static async Task<int[]> ReadAsync(Process process)
    {
        await process.StandardInput.WriteLineAsync();
        var line = (await process.StandardOutput.ReadLineAsync())!;
        return [.. line.Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
    }
}

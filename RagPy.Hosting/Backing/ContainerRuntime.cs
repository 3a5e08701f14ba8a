using System.Diagnostics;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.Backing;

/// <summary>What runs containers on this machine.</summary>
internal static class ContainerRuntime
{
    /// <summary>Whether servers are to run in containers.</summary>
    private const string Wanted = "AppHost:Containers";

    /// <summary>Aspire's setting that chooses one.</summary>
    private const string Choice = "ASPIRE_CONTAINER_RUNTIME";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The one that is used; null when no containers are asked for.</summary>
    /// <returns><c>docker</c> or <c>podman</c>.</returns>
    /// <exception cref="DistributedApplicationException">They are asked for, and none runs.</exception>
    public static async Task<string?> FindWantedAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        if (configuration[Wanted] is not "true")
        {
            return null;
        }

        string[] candidates = configuration[Choice] is { Length: > 0 } given ? [given] : ["docker", "podman"];
        var problems = new List<string>();
        foreach (var name in candidates)
        {
            if (await FindProblemAsync(name, cancellationToken) is not { } problem)
            {
                return name;
            }

            problems.Add(problem);
        }

        throw new DistributedApplicationException(
            $"--containers needs a container runtime, and {string.Join(" and ", problems)}; start one, or leave --containers out for the embedded servers."
        );
    }

    private static async Task<string?> FindProblemAsync(string name, CancellationToken cancellationToken)
    {
        if (Programs.Find(name, "/") is not { } program)
        {
            return $"{name} is not installed";
        }

        var start = new ProcessStartInfo(program, "info") { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(patience.Token),
                process.StandardError.ReadToEndAsync(patience.Token),
                process.WaitForExitAsync(patience.Token)
            );

            return process.ExitCode == 0 ? null : $"{name} does not run ({program} info ends with code {process.ExitCode})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);

            return $"{name} does not answer within {s_patience.TotalSeconds:0} s";
        }
    }
}

using System.Text.Json;
using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>The orchestrator's object for the process of a replica.</summary>
internal sealed class ReplicaExecutable(string name, RunServices run)
{
    private const int LastLines = 8;

    private DcpObject<ExecutableSpec, ExecutableStatus>? Present =>
        run.Executables.Present.FirstOrDefault(executable => executable.Metadata.Name == name);

    /// <summary>It is there and has not ended.</summary>
    public bool IsAlive => Present is { Status: not { HasEnded: true } };

    /// <summary>Number of the process; null when none runs.</summary>
    public int? Process => Present is { Status: { IsRunning: true } status } ? status.Pid : null;

    /// <summary>Starts the process; returns when the object is there.</summary>
    public async Task CreateAsync(ExecutableSpec spec, IReadOnlyList<ServedService> serves, CancellationToken cancellationToken)
    {
        await run.Client.CreateAsync(
            DcpKind.Executables,
            new DcpObject<ExecutableSpec, ExecutableStatus>
            {
                Kind = DcpKind.Executable,
                Metadata = new DcpMetadata
                {
                    Name = name,
                    Annotations = new Dictionary<string, string>
                    {
                        [DcpKind.ServiceProducer] = JsonSerializer.Serialize(serves, JsonSerializerOptions.Web),
                    },
                },
                Spec = spec,
            },
            cancellationToken
        );

        // It may not be seen yet: absent means ended only after it was there.
        await run.Executables.WaitAsync(name, executable => executable is not null, cancellationToken);
    }

    /// <summary>Returns when the process exists.</summary>
    public async Task<ExecutableStatus> WaitForStartAsync(CancellationToken cancellationToken) =>
        (await run.Executables.WaitAsync(name, executable => executable?.Status is { IsRunning: true }, cancellationToken))!.Status!;

    /// <summary>Returns when the process has ended.</summary>
    public async Task<ExecutableStatus> WaitForEndAsync(CancellationToken cancellationToken)
    {
        // Without a status it was made, and not looked at by the orchestrator yet.
        var ended = await run.Executables.WaitAsync(name, executable => executable is null or { Status.HasEnded: true }, cancellationToken);

        return ended?.Status ?? new ExecutableStatus { State = "NotFound" };
    }

    /// <summary>Asks the process to end.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => run.Client.StopExecutableAsync(name, cancellationToken);

    /// <summary>Removes the object: one never runs twice, and the next start needs its name.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await run.Client.DeleteAsync(DcpKind.Executables, name, cancellationToken);
        await run.Executables.WaitAsync(name, executable => executable is null, cancellationToken);
    }

    /// <summary>What the process printed last, on standard error if it did there; the orchestrator's words when it was never started.</summary>
    public async Task<IReadOnlyList<string>> ReadLastWordsAsync(ExecutableStatus status, CancellationToken cancellationToken)
    {
        if (status.State is "FailedToStart")
        {
            return await run.Client.ReadLastLinesAsync(name, "system", LastLines, cancellationToken);
        }

        var error = await run.Client.ReadLastLinesAsync(name, "stderr", LastLines, cancellationToken);

        return error.Count > 0 ? error : await run.Client.ReadLastLinesAsync(name, "stdout", LastLines, cancellationToken);
    }
}

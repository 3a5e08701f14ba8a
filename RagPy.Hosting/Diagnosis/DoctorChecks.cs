using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Running;
using RagPy.Hosting.Tools;
using RagPy.LocalServices;

namespace RagPy.Hosting.Diagnosis;

/// <summary>The questions that <c>doctor</c> asks.</summary>
internal static class DoctorChecks
{
    private const long LittleSpace = 2L << 30;

    public static async IAsyncEnumerable<Finding> RunAsync(AppDefinition app, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(
            "machine",
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 ? Verdict.Good : Verdict.Missing,
            $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}"
        );
        yield return DataFolder(app);
        yield return Running(app);
        yield return Tools("orchestrator and dashboard", AspireBundle.Find(app.Services)?.Folder, app.Services);
        var plan = await PlanAsync(app, cancellationToken);
        if (plan.Problem is { } problem)
        {
            yield return new("topology", Verdict.Missing, problem);
            yield break;
        }

        foreach (var (resource, backing) in plan.Plan!.Backings)
        {
            yield return await BackingAsync(resource, backing, app, cancellationToken);
        }

        foreach (var finding in app.Model.Resources.OfType<ProjectResource>().Select(project => Project(project, app)))
        {
            yield return finding;
        }
    }

    private static Finding DataFolder(AppDefinition app)
    {
        var path = app.Services.DataDirectory;
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".doctor-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("data folder", Verdict.Missing, $"{path} cannot be written ({e.Message}); set RAGPY_DATA to a folder that can");
        }

        var free = new DriveInfo(path).AvailableFreeSpace;
        var why = app.Configuration["RAGPY_DATA"] is { Length: > 0 } ? "named by RAGPY_DATA" : "because RAGPY_DATA names no other";

        return new(
            "data folder",
            free < LittleSpace ? Verdict.Note : Verdict.Good,
            $"{path}, {why}, {free / (double)(1 << 30):0.0} GB free"
        );
    }

    private static Finding Running(AppDefinition app)
    {
        if (!RunLock.IsTaken(app.Folder))
        {
            var left = RunMark.FindProcesses(app.Folder.Data).Count;

            return left == 0
                ? new("AppHost", Verdict.Good, "none runs with this data folder")
                : new("AppHost", Verdict.Note, $"none runs, {left} processes of a killed one do; the next start ends them");
        }

        var state = RunState.Read(app.Folder);
        var urls = string.Join(", ", (state?.Urls ?? []).Select(url => $"{url.Title} {url.Address}"));

        return new(
            "AppHost",
            Verdict.Good,
            state is null ? "one is starting with this data folder" : $"runs as process {state.ProcessId}: {urls}"
        );
    }

    private static Finding Tools(string what, string? folder, LocalServicesOptions options)
    {
        if (folder is not null)
        {
            return new(what, Verdict.Good, folder);
        }

        if (options.PreparedTools is { } prepared)
        {
            return ToolPackages.Find(ToolPackage.Aspire, options) is null
                ? new(what, Verdict.Missing, $"RAGPY_TOOLS names {prepared}, which has no {ToolPackage.Aspire.Module}")
                : new(what, Verdict.Note, $"the first start unpacks them from {prepared}, named by RAGPY_TOOLS");
        }

        return Programs.Find("npm", "/") is { } npm
            ? new(what, Verdict.Note, $"not there yet; the first start installs them with {npm} into {options.ToolsDirectory}")
            : new(
                what,
                Verdict.Missing,
                "not there, and npm was not found to install them; install Node.js, or name a prepared folder in RAGPY_TOOLS"
            );
    }

    private static async Task<(RunPlan? Plan, string? Problem)> PlanAsync(AppDefinition app, CancellationToken cancellationToken)
    {
        try
        {
            return (await RunPlan.MakeAsync(app, cancellationToken), null);
        }
        catch (Exception e) when (e is DistributedApplicationException or LocalServicesException)
        {
            return (null, e.Message);
        }
    }

    private static async Task<Finding> BackingAsync(
        IResource resource,
        BackingService backing,
        AppDefinition app,
        CancellationToken cancellationToken
    )
    {
        if (backing.IsContainer)
        {
            return new(resource.Name, Verdict.Good, backing.Reason);
        }

        if (backing.Process is null)
        {
            var problem = await backing.FindProblemAsync(cancellationToken);

            return new(resource.Name, problem is null ? Verdict.Good : Verdict.Missing, problem ?? $"{backing.Reason}; it answers");
        }

        if (resource is not PostgresServerResource || ToolPackages.Find(ToolPackage.Postgres, app.Services) is { })
        {
            return new(resource.Name, Verdict.Good, backing.Reason);
        }

        return new(resource.Name, Verdict.Note, $"{backing.Reason}; the first start installs it from npm");
    }

    private static Finding Project(ProjectResource project, AppDefinition app)
    {
        var replicas = project.GetReplicaCount();
        var parts = new List<string> { $"{(replicas == 1 ? "1 process" : $"{replicas} processes")}{ProcessLimits.Of(project).Describe()}" };
        var verdict = Verdict.Good;
        foreach (var endpoint in project.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.Port is not null))
        {
            var isFree = PortBook.IsFree(endpoint.Port!.Value);
            verdict = isFree || RunLock.IsTaken(app.Folder) ? verdict : Verdict.Note;
            parts.Add(
                isFree
                    ? $"port {endpoint.Port} is free"
                    : $"port {endpoint.Port} is taken by {PortOwner.Describe(endpoint.Port.Value) ?? "another program"}"
            );
        }

        parts.AddRange(project.Annotations.OfType<DoctorNoteAnnotation>().Select(note => note.Text));

        return new(project.Name, verdict, string.Join(", ", parts));
    }
}

using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Model;

namespace RagPy.Hosting.Running;

/// <summary>What will be started, known to be whole before anything is.</summary>
/// <param name="ContainerRuntime">What runs containers; null when none are asked for.</param>
internal sealed record RunPlan(
    IReadOnlyDictionary<IResource, BackingService> Backings,
    IReadOnlyDictionary<IResource, ResourcePlan> Resources,
    string? ContainerRuntime
)
{
    /// <summary>Chooses backing services, puts environments together, and looks for mistakes.</summary>
    /// <exception cref="DistributedApplicationException">There are mistakes; the message names all of them.</exception>
    public static async Task<RunPlan> MakeAsync(AppDefinition app, CancellationToken cancellationToken)
    {
        var runtime = await Backing.ContainerRuntime.FindWantedAsync(app.Configuration, cancellationToken);
        // First: references to a server depend on which one it is.
        var backings = await BackingServices.ChooseAsync(
            app.Model,
            app.Configuration,
            app.Services,
            Environment.ProcessId,
            runtime is null ? null : new ContainerServers(runtime, app.Folder),
            cancellationToken
        );
        var mistakes = new List<string>();
        var plans = new Dictionary<IResource, ResourcePlan>();
        foreach (var resource in app.Model.Resources.Where(resource => resource is not ParameterResource))
        {
            var plan = await ResourcePlan.MakeAsync(resource, app.Execution, cancellationToken);
            plans[resource] = plan;
            mistakes.AddRange(await plan.FindMistakesAsync(app.Model, cancellationToken));
            mistakes.AddRange(FindLaunchMistakes(resource, app));
        }

        if (mistakes.Count > 0)
        {
            throw new DistributedApplicationException(Sentence(mistakes));
        }

        return new RunPlan(backings, plans, runtime);
    }

    /// <summary>All mistakes in one message.</summary>
    public static string Sentence(IReadOnlyList<string> mistakes) =>
        mistakes.Count == 1
            ? mistakes[0]
            : $"There are {mistakes.Count} mistakes:{string.Concat(mistakes.Select(mistake => $"{Environment.NewLine}  - {mistake}"))}";

    private static IEnumerable<string> FindLaunchMistakes(IResource resource, AppDefinition app)
    {
        if (resource.TryGetLastAnnotation<ProjectPathAnnotation>(out var project))
        {
            if (!app.Assemblies.TryGetValue(project.Path, out var assembly))
            {
                yield return $"The project of '{resource.Name}', {project.Path}, is not built with the AppHost; add a ProjectReference to it to the AppHost's project file.";
            }
            else if (!File.Exists(assembly))
            {
                yield return $"The program of '{resource.Name}', {assembly}, is missing; build the AppHost again.";
            }
        }

        if (resource is ExecutableResource executable)
        {
            if (!Directory.Exists(executable.WorkingDirectory))
            {
                yield return $"The folder of '{resource.Name}', {executable.WorkingDirectory}, does not exist.";
            }
            else if (Programs.Find(executable.Command, executable.WorkingDirectory) is null)
            {
                yield return $"The program of '{resource.Name}', {executable.Command}, was not found.";
            }
        }
    }
}

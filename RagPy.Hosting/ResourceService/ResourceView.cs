using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.ResourceService;

/// <summary>What the dashboard sees of a run, and can have done.</summary>
/// <param name="Name">What people call the application.</param>
/// <param name="Runs">What runs.</param>
internal sealed record ResourceView(string Name, IReadOnlyList<ResourceRun> Runs, ResourceBoard Board, ResourceCommands Commands)
{
    public static async Task<ResourceView> MakeAsync(
        AppDefinition app,
        IReadOnlyList<ResourceRun> runs,
        IReadOnlyDictionary<IResource, BackingService> backings,
        RunControl control,
        RunServices run,
        IEnumerable<string> secrets,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        var mask = await SecretMask.MakeAsync(app.Model, secrets, cancellationToken);
        var facts = new List<ResourceFacts>();
        foreach (var one in runs)
        {
            facts.Add(await ResourceFacts.MakeAsync(one, app, backings, cancellationToken));
        }

        var rows = new ResourceRows(facts, run.Endpoints, mask, run.Time.GetUtcNow());

        return new ResourceView(
            app.Name,
            runs,
            new ResourceBoard(rows.Read, run.Changes, run.Time),
            new ResourceCommands(control, facts, services, run.Console, run.Time)
        );
    }

    /// <summary>What a replica printed; null when there is no such process.</summary>
    public ReplicaLog? FindLog(string replica) =>
        Runs.OfType<ProcessRun>().SelectMany(run => run.Replicas).FirstOrDefault(one => one.Name == replica)?.Log;
}

using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;

namespace RagPy.Hosting.Publishing;

/// <summary>The resources of a model with what each is started with, for one kind of publishing.</summary>
internal sealed record PublishPlan(DistributedApplicationModel Model, IReadOnlyList<ResourcePlan> Resources)
{
    /// <summary>Calls the callbacks of every resource, in the order of the model.</summary>
    /// <exception cref="DistributedApplicationException">A value refers to something that is not in the model.</exception>
    public static async Task<PublishPlan> MakeAsync(
        DistributedApplicationModel model,
        DistributedApplicationExecutionContext execution,
        CancellationToken cancellationToken
    )
    {
        var plans = new List<ResourcePlan>();
        foreach (var resource in model.Resources)
        {
            plans.Add(await ResourcePlan.MakeAsync(resource, execution, cancellationToken));
        }

        return new PublishPlan(model, plans);
    }
}

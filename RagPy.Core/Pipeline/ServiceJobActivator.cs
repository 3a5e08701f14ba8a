using Hangfire;
using Microsoft.Extensions.DependencyInjection;

namespace RagPy.Core.Pipeline;

/// <summary>Lets Hangfire take its jobs from the container.</summary>
internal sealed class ServiceJobActivator(IServiceProvider services) : JobActivator
{
    /// <inheritdoc/>
    public override object ActivateJob(Type jobType) => services.GetRequiredService(jobType);

    /// <inheritdoc/>
    public override JobActivatorScope BeginScope(JobActivatorContext context) => new Scope(this);

    private sealed class Scope(ServiceJobActivator activator) : JobActivatorScope
    {
        public override object Resolve(Type type) => activator.ActivateJob(type);
    }
}

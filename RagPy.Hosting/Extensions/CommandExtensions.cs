using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;

namespace Aspire.Hosting;

/// <content>Commands.</content>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds something that people can have done with the resource, shown at each of its replicas in the dashboard.</summary>
    /// <param name="name">Identifies it; a command of that name takes its place.</param>
    public static IResourceBuilder<T> WithCommand<T>(
        this IResourceBuilder<T> builder,
        string name,
        string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand,
        CommandOptions? commandOptions = null
    )
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(displayName);
        ArgumentNullException.ThrowIfNull(executeCommand);
        foreach (var former in builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().Where(one => one.Name == name).ToArray())
        {
            builder.Resource.Annotations.Remove(former);
        }

        return builder.WithAnnotation(
            new ResourceCommandAnnotation(name, displayName, executeCommand, commandOptions ?? new CommandOptions())
        );
    }
}

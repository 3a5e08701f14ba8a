using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>What a resource is started with: texts and values that are known once others run.</summary>
/// <param name="Environment">By name of the variable, in the order of the declarations.</param>
internal sealed record ResourcePlan(IResource Resource, IReadOnlyDictionary<string, object> Environment, IReadOnlyList<object> Arguments)
{
    /// <summary>Calls the resource's callbacks.</summary>
    public static async Task<ResourcePlan> MakeAsync(
        IResource resource,
        DistributedApplicationExecutionContext execution,
        CancellationToken cancellationToken
    )
    {
        var environment = new EnvironmentCallbackContext(execution, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(environment);
        }

        var arguments = new CommandLineArgsCallbackContext([], cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(arguments);
        }

        return new ResourcePlan(resource, environment.EnvironmentVariables, [.. arguments.Args]);
    }

    /// <summary>One sentence for each value that will never be known.</summary>
    public async Task<IReadOnlyList<string>> FindMistakesAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        var check = new ValueCheck(Resource, model);
        foreach (var value in Environment.Values.Concat(Arguments))
        {
            await check.VisitAsync(value, isOptional: false, cancellationToken);
        }

        return [.. check.Mistakes.Distinct()];
    }

    /// <summary>The variables as they are handed to the orchestrator; those without a value are left out.</summary>
    public async Task<Dictionary<string, string>> ResolveEnvironmentAsync(CancellationToken cancellationToken)
    {
        var resolved = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Environment)
        {
            if (await ResolveAsync(value, cancellationToken) is { } text)
            {
                resolved[name] = text;
            }
        }

        return resolved;
    }

    /// <summary>The arguments as they are handed to the orchestrator.</summary>
    public async Task<List<string>> ResolveArgumentsAsync(CancellationToken cancellationToken)
    {
        var resolved = new List<string>();
        foreach (var argument in Arguments)
        {
            resolved.Add(await ResolveAsync(argument, cancellationToken) ?? "");
        }

        return resolved;
    }

    private static async ValueTask<string?> ResolveAsync(object value, CancellationToken cancellationToken) =>
        value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : value.ToString();
}

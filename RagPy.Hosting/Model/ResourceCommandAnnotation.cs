using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>Something that people can have done with a resource.</summary>
internal sealed record ResourceCommandAnnotation(
    string Name,
    string DisplayName,
    Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand,
    CommandOptions Options
) : IResourceAnnotation;

using Aspire.Hosting;

namespace RagPy.Hosting.Running;

/// <summary>A resource does not run and will not be started again. The message says why.</summary>
/// <param name="isConsequence">Only because another one does not run, which says so itself.</param>
internal sealed class ResourceDownException(string message, bool isConsequence = false) : DistributedApplicationException(message)
{
    public bool IsConsequence { get; } = isConsequence;
}

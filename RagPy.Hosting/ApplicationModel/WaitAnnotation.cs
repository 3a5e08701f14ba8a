namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource does not start before another one is as far.</summary>
/// <param name="exitCode">The code with which the other one has to end, where its end is waited for.</param>
public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    public IResource Resource { get; } = resource ?? throw new ArgumentNullException(nameof(resource));

    public WaitType WaitType { get; } = waitType;

    public int ExitCode { get; } = exitCode;
}

using RagPy.LocalServices;

namespace RagPy.Hosting.Backing;

/// <summary>How a service that the model declares is provided on this machine.</summary>
/// <param name="Reason">What was chosen and why, as <c>doctor</c> says it.</param>
/// <param name="Process">The embedded service's process; null when the service is in a container, or one of the user's, which is not started here.</param>
/// <param name="FindProblemAsync">Asks the service; gives null when it answers, else the reason why it does not.</param>
internal sealed record BackingService(string Reason, LocalServiceProcess? Process, Func<CancellationToken, Task<string?>> FindProblemAsync)
{
    /// <summary>It runs in a container.</summary>
    public bool IsContainer { get; init; }
}

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A program that is run as it is.</summary>
/// <param name="command">Name or path of the program.</param>
/// <param name="workingDirectory">Absolute path of the folder it is started in.</param>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name),
        IResourceWithEnvironment,
        IResourceWithArgs,
        IResourceWithEndpoints,
        IResourceWithWaitSupport
{
    public string Command { get; } = command ?? throw new ArgumentNullException(nameof(command));

    public string WorkingDirectory { get; } = workingDirectory ?? throw new ArgumentNullException(nameof(workingDirectory));
}

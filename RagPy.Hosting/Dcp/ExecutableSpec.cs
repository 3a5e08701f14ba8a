namespace RagPy.Hosting.Dcp;

/// <summary>A process.</summary>
internal sealed record ExecutableSpec
{
    public required string ExecutablePath { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>May hold templates, as the values of <see cref="Env"/> may.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    public IReadOnlyList<NameValue> Env { get; init; } = [];

    public string ExecutionType { get; init; } = "Process";

    /// <summary>The orchestrator's own variables are none of the process's business.</summary>
    public AmbientEnvironment AmbientEnvironment { get; init; } = new("DoNotInherit");

    public bool? Stop { get; init; }
}

namespace RagPy.Hosting.Dcp;

/// <summary>A container.</summary>
internal sealed record ContainerSpec
{
    public required string Image { get; init; }

    /// <summary>Program in place of the image's own.</summary>
    public string? Command { get; init; }

    /// <summary>May hold templates, as the values of <see cref="Env"/> may.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    public IReadOnlyList<NameValue> Env { get; init; } = [];

    public IReadOnlyList<ContainerPort> Ports { get; init; } = [];

    public IReadOnlyList<VolumeMount> VolumeMounts { get; init; } = [];
}

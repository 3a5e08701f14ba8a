namespace RagPy.Hosting.Dcp;

/// <summary>Something that is mounted into a container.</summary>
/// <param name="Type"><c>volume</c> or <c>bind</c>.</param>
/// <param name="Source">Name of the volume or path on this machine; null for a volume of the container's own.</param>
/// <param name="Target">Path in the container.</param>
internal sealed record VolumeMount(string Type, string? Source, string Target, bool ReadOnly);

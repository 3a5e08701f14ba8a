namespace RagPy.Tests.Pipeline;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ragpy-pipeline-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

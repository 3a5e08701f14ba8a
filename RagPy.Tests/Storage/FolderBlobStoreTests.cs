using RagPy.Core.Storage;

namespace RagPy.Tests.Storage;

/// <summary>The folder store against the rules of all blob stores.</summary>
public sealed class FolderBlobStoreTests : BlobStoreConformanceTests, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ragpy-blobs-").FullName;

    public FolderBlobStoreTests() => Store = new FolderBlobStore(_folder);

    protected override IBlobStore Store { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

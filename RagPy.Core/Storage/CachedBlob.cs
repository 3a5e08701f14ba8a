namespace RagPy.Core.Storage;

/// <summary>A local copy that nobody removes until this is disposed of.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Lock">The open file, whose shared lock holds it.</param>
internal sealed record CachedBlob(string Path, FileStream Lock) : IDisposable
{
    public void Dispose() => Lock.Dispose();
}

namespace RagPy.Core.Storage;

/// <summary>A local copy of a stored file.</summary>
/// <param name="path">Where it can be read; do not write to it.</param>
/// <param name="release">Called once at disposal, e.g. to delete a temporary copy.</param>
public sealed class LocalBlob(string path, Action? release = null) : IDisposable
{
    private Action? _release = release;

    public string Path { get; } = path;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}

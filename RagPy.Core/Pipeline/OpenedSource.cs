using RagPy.Core.Sources;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>A source with the local copy of the upload that it reads.</summary>
internal sealed class OpenedSource(ISource source, LocalBlob? upload) : IAsyncDisposable
{
    public ISource Source => source;

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        upload?.Dispose();
    }
}

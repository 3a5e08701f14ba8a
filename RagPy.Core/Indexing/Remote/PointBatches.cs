using System.Buffers;
using System.Collections.Concurrent;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Sends points in batches, some of them at once, each from a buffer that is used again: a batch of long vectors has megabytes.</summary>
internal sealed class PointBatches
{
    private const int Streams = 3;

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];

    /// <summary>Sends all points; what is thrown for one batch ends the others.</summary>
    /// <param name="size">Points in a batch.</param>
    /// <param name="send">Writes the points from a position up to another, not included, into a buffer, and sends it.</param>
    public Task SendAsync(
        int count,
        int size,
        Func<int, int, ArrayBufferWriter<byte>, CancellationToken, Task> send,
        CancellationToken cancellationToken
    )
    {
        var batches = Enumerable.Range(0, (count + size - 1) / size);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Streams, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(
            batches,
            parallel,
            async (batch, token) =>
            {
                var buffer = _buffers.TryTake(out var used) ? used : new ArrayBufferWriter<byte>();
                try
                {
                    await send(batch * size, Math.Min(count, (batch + 1) * size), buffer, token).ConfigureAwait(false);
                }
                finally
                {
                    buffer.ResetWrittenCount();
                    _buffers.Add(buffer);
                }
            }
        );
    }
}

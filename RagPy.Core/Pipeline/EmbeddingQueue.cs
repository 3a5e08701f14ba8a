using RagPy.Core.Embedding;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Texts of one session that wait for one embedder. Makes batches of them: full ones as they come, and a smaller one when the provider would else have nothing to
/// do. More batches are out than the provider takes at once, so that one that waits before a second try keeps nobody from going.
/// </summary>
/// <param name="send">Sends a batch and ends everything in it; does not throw.</param>
internal sealed class EmbeddingQueue(EmbeddingLimits limits, Func<IReadOnlyList<PendingEmbedding>, Task> send, TimeProvider time)
    : IDisposable
{
    /// <summary>How long a text waits for others to fill a batch.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(15);

    private const int BatchesOfOneCall = 3;

    private readonly Lock _lock = new();
    private readonly Queue<PendingEmbedding> _waiting = new();
    private ITimer? _timer;
    private long _tokens;
    private int _calls;

    /// <summary>Adds a text.</summary>
    public void Add(PendingEmbedding pending)
    {
        lock (_lock)
        {
            pending.QueuedAt = time.GetTimestamp();
            _waiting.Enqueue(pending);
            _tokens += pending.First.Tokens;
        }

        Advance();
    }

    public void Dispose() => _timer?.Dispose();

    private void Advance()
    {
        while (TakeBatch() is { } batch)
        {
            // Not awaited: each batch ends by itself and then looks for the next.
            _ = RunAsync(batch);
        }
    }

    private async Task RunAsync(IReadOnlyList<PendingEmbedding> batch)
    {
        await Task.Yield();
        await send(batch);
        lock (_lock)
        {
            _calls--;
        }

        Advance();
    }

    private List<PendingEmbedding>? TakeBatch()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 || _calls >= limits.Calls * BatchesOfOneCall)
            {
                return null;
            }

            if (_waiting.Count < limits.Inputs && _tokens < limits.TokensPerRequest)
            {
                if (_calls >= limits.Calls)
                {
                    return null;
                }

                var waited = time.GetElapsedTime(_waiting.Peek().QueuedAt);
                if (waited < s_linger)
                {
                    _timer ??= time.CreateTimer(
                        static state => ((EmbeddingQueue)state!).Advance(),
                        this,
                        Timeout.InfiniteTimeSpan,
                        Timeout.InfiniteTimeSpan
                    );
                    _timer.Change(s_linger - waited, Timeout.InfiniteTimeSpan);
                    return null;
                }
            }

            return Take();
        }
    }

    private List<PendingEmbedding> Take()
    {
        var batch = new List<PendingEmbedding>();
        var tokens = 0L;
        while (
            _waiting.TryPeek(out var next)
            && batch.Count < limits.Inputs
            && (batch.Count == 0 || tokens + next.First.Tokens <= limits.TokensPerRequest)
        )
        {
            batch.Add(_waiting.Dequeue());
            tokens += next.First.Tokens;
            _tokens -= next.First.Tokens;
        }

        _calls++;
        return batch;
    }
}

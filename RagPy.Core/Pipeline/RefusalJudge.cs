using System.Collections.Concurrent;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Tells whether an embedder refuses a text or every request (docs/adr/0025-refused-passages.md). A refusal is the text's when the embedder has taken another text
/// lately; where it has not, it is asked for a word's vector, and what refuses that as well refuses everything. Thread safe.
/// </summary>
internal sealed class RefusalJudge(TimeProvider time)
{
    /// <summary>Asked for where nothing else tells.</summary>
    public const string Probe = "word";

    /// <summary>Refusals in a row that are believed to be the texts' without asking again.</summary>
    private const int MostInARow = 16;

    /// <summary>How long an embedder that refused the word is not asked again.</summary>
    private static readonly TimeSpan s_respite = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Embedder> _embedders = new(StringComparer.Ordinal);

    /// <summary>Notes that an embedder gave vectors.</summary>
    public void Accepted(string embedder) => Of(embedder).Trust();

    /// <summary>Whether a refusal is the text's own.</summary>
    /// <param name="probe">Asks for the vector of <see cref="Probe"/>.</param>
    /// <exception cref="TransientFailureException">Asking did not work, and may later.</exception>
    public async Task<bool> IsOfTheTextAsync(string embedder, Func<Task> probe, CancellationToken cancellationToken)
    {
        var known = Of(embedder);
        await known.Turn.WaitAsync(cancellationToken);
        try
        {
            if (known.TryBelieve())
            {
                return true;
            }

            if (known.RefusedAt is { } at && time.GetElapsedTime(at) < s_respite)
            {
                return false;
            }

            await probe();
            known.Trust();
            return true;
        }
        catch (ProviderRefusedException)
        {
            known.RefusedAt = time.GetTimestamp();
            return false;
        }
        finally
        {
            known.Turn.Release();
        }
    }

    private Embedder Of(string embedder) => _embedders.GetOrAdd(embedder, _ => new Embedder());

    private sealed class Embedder
    {
        private int _believed;

        /// <summary>One question at a time.</summary>
        public SemaphoreSlim Turn { get; } = new(1);

        public long? RefusedAt { get; set; }

        public void Trust()
        {
            Volatile.Write(ref _believed, MostInARow);
        }

        public bool TryBelieve() => Interlocked.Decrement(ref _believed) >= 0;
    }
}

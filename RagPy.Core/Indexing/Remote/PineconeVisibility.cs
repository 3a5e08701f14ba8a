using System.Collections.Concurrent;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Waits until Pinecone shows what it has taken: it is eventually consistent, and its document knows no other sign than the ids that are listed. What does not show
/// in time may show later; doing it all again does no harm.
/// </summary>
internal sealed class PineconeVisibility(PineconeData data, TimeProvider time)
{
    private const int AtOnce = 8;

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <summary>Waits until every point of the generations can be listed.</summary>
    /// <param name="generations">What the ids of each begin with, in which index, and how many there are.</param>
    /// <exception cref="TransientFailureException">It takes too long.</exception>
    public Task WrittenAsync(
        PineconeProject project,
        IEnumerable<(PineconeIndex Index, string Prefix, int Count)> generations,
        CancellationToken cancellationToken
    ) =>
        WaitAsync(
            generations,
            async (generation, token) =>
                await data.CountAsync(generation.Index, project.Namespace, generation.Prefix, token).ConfigureAwait(false)
                >= generation.Count,
            "has taken the points and does not show all of them yet",
            cancellationToken
        );

    /// <summary>Waits until none of the ids is listed any more.</summary>
    /// <param name="removed">What the ids of each document begin with, in which index, and which went.</param>
    /// <exception cref="TransientFailureException">It takes too long.</exception>
    public Task RemovedAsync(
        PineconeProject project,
        IEnumerable<(PineconeIndex Index, string Prefix, HashSet<string> Ids)> removed,
        CancellationToken cancellationToken
    ) =>
        WaitAsync(
            removed,
            async (document, token) =>
            {
                var pages = data.ListAsync(document.Index, project.Namespace, document.Prefix, token);
                await foreach (var page in pages.ConfigureAwait(false))
                {
                    if (page.Exists(document.Ids.Contains))
                    {
                        return false;
                    }
                }

                return true;
            },
            "still shows points that were removed",
            cancellationToken
        );

    private async Task WaitAsync<T>(
        IEnumerable<T> expected,
        Func<T, CancellationToken, Task<bool>> isThere,
        string otherwise,
        CancellationToken cancellationToken
    )
    {
        var begun = time.GetTimestamp();
        var open = expected.ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        for (var wait = TimeSpan.FromMilliseconds(50); ; wait = PineconeIndexes.Next(wait))
        {
            var left = new ConcurrentBag<T>();
            await Parallel
                .ForEachAsync(
                    open,
                    parallel,
                    async (item, token) =>
                    {
                        if (!await isThere(item, token).ConfigureAwait(false))
                        {
                            left.Add(item);
                        }
                    }
                )
                .ConfigureAwait(false);
            if (left.IsEmpty)
            {
                return;
            }

            if (time.GetElapsedTime(begun) > s_longest)
            {
                throw new TransientFailureException(new Failure(FailureCode.ProviderError, $"Pinecone {otherwise}."));
            }

            open = [.. left];
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }
}

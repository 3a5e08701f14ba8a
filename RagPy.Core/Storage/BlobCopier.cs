using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>
/// Copies the files of all projects from one blob store to another, which only gets what it has not: cut off and begun again, it goes on. Each file is hashed on
/// its way. Nothing is removed from where it was.
/// </summary>
public sealed class BlobCopier(NpgsqlDataSource dataSource)
{
    private const int Parallel = 4;

    /// <param name="progress">Told after each file; null for nobody.</param>
    /// <exception cref="TransientFailureException">One of the stores is away; what is copied stays.</exception>
    public async Task<BlobCopyResult> CopyAsync(
        IBlobStore from,
        IBlobStore to,
        IProgress<BlobCopyResult>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var done = new Counts();
        foreach (var projectId in await ReadProjectsAsync(cancellationToken))
        {
            await System.Threading.Tasks.Parallel.ForEachAsync(
                from.ListAsync(projectId, cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
                async (blob, token) =>
                {
                    await CopyAsync(from, to, projectId, blob, done, token);
                    progress?.Report(done.Result);
                }
            );
        }

        return done.Result;
    }

    private static async Task CopyAsync(
        IBlobStore from,
        IBlobStore to,
        long projectId,
        BlobReference blob,
        Counts done,
        CancellationToken cancellationToken
    )
    {
        if (await to.ExistsAsync(projectId, blob, cancellationToken))
        {
            done.AddPresent();
            return;
        }

        try
        {
            await using var content = await from.OpenAsync(projectId, blob, cancellationToken);
            var stored = await to.PutAsync(projectId, content, long.MaxValue, cancellationToken);
            if (stored == blob)
            {
                done.AddCopied(blob.Length);
                return;
            }

            await to.RemoveAsync(projectId, stored, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // Deleted meanwhile.
            return;
        }
        catch (DocumentFailedException)
        {
            // Empty, which no stored file is.
        }

        done.AddDamaged(string.Create(CultureInfo.InvariantCulture, $"{projectId}/{blob.Sha256}"));
    }

    private async Task<long[]> ReadProjectsAsync(CancellationToken cancellationToken)
    {
        const string sql = "SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM projects WHERE deleted_at IS NULL";
        await using var command = Sql.Command(dataSource, sql);
        return (long[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private sealed class Counts
    {
        private readonly ConcurrentQueue<string> _damaged = [];
        private int _copied;
        private int _present;
        private long _bytes;

        public BlobCopyResult Result => new(_copied, _bytes, _present, [.. _damaged.Order(StringComparer.Ordinal)]);

        public void AddPresent() => Interlocked.Increment(ref _present);

        public void AddDamaged(string name) => _damaged.Enqueue(name);

        public void AddCopied(long bytes)
        {
            Interlocked.Increment(ref _copied);
            Interlocked.Add(ref _bytes, bytes);
        }
    }
}

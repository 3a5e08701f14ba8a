using Microsoft.EntityFrameworkCore;
using RagPy.Core.Storage;

namespace RagPy.Core.Projects;

/// <summary>Counts over the documents of a session as they stand now.</summary>
public sealed class SessionStatistics(IDbContextFactory<RagPyDbContext> contexts)
{
    /// <summary>One session's numbers; access is checked by the caller.</summary>
    public async Task<SessionCounts> GetAsync(long sessionId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var documents = context
            .SessionDocuments.Where(link => link.SessionId == sessionId)
            .Join(context.Documents, link => link.DocumentId, document => document.Id, (_, document) => document);

        return await documents
                .GroupBy(_ => 1)
                .Select(group => new SessionCounts(
                    group.Count(),
                    group.Count(document => document.Generation != null),
                    group.Count(document => document.State == DocumentState.Failed),
                    group.Sum(document => document.PageCount),
                    group.Sum(document => document.NeedsOcrPages),
                    group.Sum(document => document.Generation == null ? 0L : document.ChunkCount)
                )
                {
                    ChunksWithoutVector = group.Sum(document => document.Generation == null ? 0L : document.ChunksWithoutVector),
                })
                .SingleOrDefaultAsync(cancellationToken)
            ?? new SessionCounts(0, 0, 0, 0, 0, 0);
    }
}

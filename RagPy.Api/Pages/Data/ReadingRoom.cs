using Microsoft.EntityFrameworkCore;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Api.Pages.Data;

/// <summary>Fetches what the reading page shows of a document.</summary>
internal sealed class ReadingRoom(IDbContextFactory<RagPyDbContext> contexts, ProjectAccess access, IBlobStore blobs)
{
    /// <param name="section">1-based section to show of a document without pages.</param>
    /// <exception cref="NotFoundException">No such document for this person.</exception>
    public async Task<ReadDocument> OpenAsync(long personId, Guid documentId, int section, CancellationToken cancellationToken)
    {
        var document = await access.RequireDocumentAsync(personId, documentId, ProjectRole.Viewer, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var item = await context.Items.AsNoTracking().SingleAsync(i => i.Id == document.ItemId, cancellationToken);
        var project = await context.Projects.Where(p => p.Id == document.ProjectId).Select(p => p.Name).SingleAsync(cancellationToken);
        var labels = await context
            .Pages.Where(page => page.ExtractionId == document.ExtractionId && page.Label != null)
            .Select(page => new { page.PageIndex, page.Label })
            .ToDictionaryAsync(page => page.PageIndex, page => page.Label!, cancellationToken);

        var shown = Math.Clamp(section, 1, Math.Max(1, document.PageCount));
        var text = await context
            .Pages.Where(page =>
                page.ExtractionId == document.ExtractionId && page.PageIndex == shown && page.Width == 0 && page.Height == 0
            )
            .Select(page => page.Text)
            .SingleOrDefaultAsync(cancellationToken);

        return new ReadDocument(
            document,
            item,
            project,
            document.FileHash is { } hash
                && await blobs.ExistsAsync(document.ProjectId, new BlobReference(hash, document.FileLength), cancellationToken),
            labels,
            text is null ? null : new ReadSection(shown, document.PageCount, text)
        );
    }
}

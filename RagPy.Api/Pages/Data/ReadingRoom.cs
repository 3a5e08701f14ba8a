using Microsoft.EntityFrameworkCore;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Api.Pages.Data;

/// <summary>Fetches what the reading page shows of a document.</summary>
internal sealed class ReadingRoom(IDbContextFactory<RagPyDbContext> contexts, ProjectAccess access, IBlobStore blobs)
{
    /// <exception cref="NotFoundException">No such document for this person.</exception>
    public async Task<ReadDocument> OpenAsync(long personId, Guid documentId, CancellationToken cancellationToken)
    {
        var document = await access.RequireDocumentAsync(personId, documentId, ProjectRole.Viewer, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var item = await context.Items.AsNoTracking().SingleAsync(i => i.Id == document.ItemId, cancellationToken);
        var project = await context.Projects.Where(p => p.Id == document.ProjectId).Select(p => p.Name).SingleAsync(cancellationToken);
        var labels = await context
            .Pages.Where(page => page.ExtractionId == document.ExtractionId && page.Label != null)
            .Select(page => new { page.PageIndex, page.Label })
            .ToDictionaryAsync(page => page.PageIndex, page => page.Label!, cancellationToken);

        return new ReadDocument(document, item, project, await IsStoredAsync(document, cancellationToken), labels);
    }

    private async Task<bool> IsStoredAsync(Document document, CancellationToken cancellationToken)
    {
        if (document.FileHash is null)
        {
            return false;
        }

        try
        {
            var file = await blobs.OpenAsync(
                document.ProjectId,
                new BlobReference(document.FileHash, document.FileLength),
                cancellationToken
            );
            await file.DisposeAsync();
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}

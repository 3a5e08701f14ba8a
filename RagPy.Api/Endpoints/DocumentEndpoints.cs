using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Contracts;
using RagPy.Api.Http;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Api.Endpoints;

/// <summary><c>/documents</c>: documents, their files and pages.</summary>
internal static class DocumentEndpoints
{
    public static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/documents/{documentId:guid}").WithTags("Documents").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/", GetAsync).WithName("GetDocument");
        group.MapDelete("/", DeleteAsync).WithName("DeleteDocument").ProducesProblem(StatusCodes.Status403Forbidden);
        group.MapGet("/file", GetFileAsync).WithName("GetDocumentFile").GivesFile();
        group.MapMethods("/file", [HttpMethods.Head], GetFileAsync).WithName("HeadDocumentFile").GivesFile();
        group.MapGet("/pages/{index:int}", GetPageAsync).WithName("GetDocumentPage");
    }

    private static void GivesFile(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Pdf)
            .Produces(StatusCodes.Status206PartialContent, contentType: MediaTypeNames.Application.Pdf)
            .Produces(StatusCodes.Status304NotModified)
            .Produces(StatusCodes.Status416RangeNotSatisfiable);

    /// <summary>A document with its state.</summary>
    private static async Task<Ok<DocumentView>> GetAsync(
        Caller caller,
        Guid documentId,
        DocumentReader documents,
        CancellationToken cancellationToken
    ) => TypedResults.Ok((await documents.GetAsync(caller.Id, documentId, cancellationToken)).ToView());

    /// <summary>Delete a document. The next run of a source that still has it brings it back.</summary>
    private static async Task<NoContent> DeleteAsync(
        Caller caller,
        Guid documentId,
        ProjectService projects,
        CancellationToken cancellationToken
    )
    {
        await projects.DeleteDocumentAsync(caller.Id, documentId, cancellationToken);

        return TypedResults.NoContent();
    }

    /// <summary>The stored file of a document.</summary>
    /// <remarks>Ranges and conditional requests are answered. Only what is a PDF is given as one; anything else is a download without a type.</remarks>
    private static async Task<StoredFile> GetFileAsync(
        Caller caller,
        Guid documentId,
        DocumentReader documents,
        IBlobStore blobs,
        CancellationToken cancellationToken
    )
    {
        var document = await documents.GetAsync(caller.Id, documentId, cancellationToken);

        return await StoredFile.OpenAsync(document, blobs, cancellationToken);
    }

    /// <summary>The text of a page, as it was read.</summary>
    /// <param name="index">1-based.</param>
    private static async Task<Ok<PageView>> GetPageAsync(
        Caller caller,
        Guid documentId,
        int index,
        DocumentReader documents,
        CancellationToken cancellationToken
    ) => TypedResults.Ok((await documents.GetPageAsync(caller.Id, documentId, index, cancellationToken)).ToView());
}

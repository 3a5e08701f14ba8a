using Microsoft.AspNetCore.Http.HttpResults;
using RagPy.Api.Http;
using RagPy.Core.Exports;
using RagPy.Core.Projects;

namespace RagPy.Api.Endpoints;

/// <summary><c>/sessions/{sessionId}/exports</c>: the files of the original.</summary>
internal static class ExportEndpoints
{
    public static void MapExports(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/sessions/{sessionId:long}/exports/{fileName}", GetAsync)
            .WithName("GetExport")
            .WithTags("Exports")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv", additionalContentTypes: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>A file of the original, written from what the session holds now.</summary>
    /// <param name="fileName">
    /// <c>output.csv</c>, <c>output_chunks.json</c>, <c>output_chunks_with_embeddings.json</c> or <c>output_chunks_with_embeddings_sparse.json</c>.
    /// </param>
    private static async Task<PushStreamHttpResult> GetAsync(
        Caller caller,
        long sessionId,
        string fileName,
        ProjectAccess access,
        OriginalExport export,
        CancellationToken cancellationToken
    )
    {
        await access.RequireSessionAsync(caller.Id, sessionId, ProjectRole.Viewer, cancellationToken);
        var file = ExportFiles.All.Where(file => file.FileName() == fileName).Select(file => (ExportFile?)file).SingleOrDefault();
        var wanted = file ?? throw new NotFoundException("export", fileName);

        return TypedResults.Stream(
            output => export.WriteAsync(wanted, sessionId, output, cancellationToken),
            $"{wanted.MediaType()}; charset=utf-8",
            wanted.FileName()
        );
    }
}

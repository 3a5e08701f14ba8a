using Microsoft.AspNetCore.Mvc;

namespace RagPy.Api.Uploads;

/// <summary>What endpoints that take uploads have in common.</summary>
internal static class UploadEndpointExtensions
{
    /// <summary>The handler reads the form itself, as a stream, and holds it to its own limits.</summary>
    public static RouteHandlerBuilder TakesUpload(this RouteHandlerBuilder endpoint) =>
        endpoint
            .WithMetadata(new DisableRequestSizeLimitAttribute(), new UploadBody())
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
}

/// <summary>Endpoint metadata: the body is a form with files.</summary>
internal sealed record UploadBody;

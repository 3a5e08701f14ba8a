using Microsoft.AspNetCore.Http.Features;

namespace RagPy.Gateway.Limits;

/// <summary>Refuses bodies that are too large: at once when they say so, else where the limit is passed.</summary>
internal sealed class RequestSize(RequestDelegate next, GatewayOptions options, GatewayMetrics metrics)
{
    /// <summary>What is not an upload is a few kilobytes of JSON or of a form.</summary>
    private const long MostBytes = 16L << 20;

    /// <summary>What multipart adds to the files it carries.</summary>
    private const long Envelope = 1L << 20;

    public Task InvokeAsync(HttpContext context)
    {
        var type = context.Request.ContentType ?? "";
        var limit = type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? options.MaxUploadBytes + Envelope
            : MostBytes;
        if (context.Request.ContentLength > limit)
            return Refuse(context);

        // YARP lifts every limit for gRPC, which the application does not speak.
        if (type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.WriteAsync(
                context,
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported_type",
                "The application does not speak gRPC."
            );
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit;

        return next(context);
    }

    /// <summary>Says that the body was too large.</summary>
    public static Task RefuseAsync(HttpContext context) =>
        Problem.WriteAsync(
            context,
            StatusCodes.Status413PayloadTooLarge,
            "too_large",
            "The request is larger than allowed (RAGPY_MAX_UPLOAD_SIZE for uploads, 16 MB for anything else)."
        );

    private Task Refuse(HttpContext context)
    {
        metrics.Refused("too_large");

        return RefuseAsync(context);
    }
}

using System.Globalization;
using System.Net;
using Amazon.Runtime;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage.S3;

/// <summary>
/// What goes wrong with the object storage, in words. All of it may pass or be mended by the operator, none is a document's fault: so it is transient, whatever
/// it is. Codes: Amazon S3 API Reference, "Error responses".
/// </summary>
internal sealed class S3Failures(S3Options options)
{
    private static readonly HashSet<string> s_keyCodes =
    [
        "AccessDenied",
        "AllAccessDisabled",
        "AuthorizationHeaderMalformed",
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "SignatureDoesNotMatch",
    ];

    /// <summary>Whether an exception of the SDK, or of the connection below it, is one that <see cref="Of"/> puts in words.</summary>
    public static bool Is(Exception exception, CancellationToken cancellationToken) =>
        exception switch
        {
            OperationCanceledException => !cancellationToken.IsCancellationRequested,
            AmazonServiceException or AmazonClientException or HttpRequestException or TimeoutException => true,
            IOException => exception is not FileNotFoundException,
            _ => false,
        };

    /// <summary>The server says that there is no such object. HEAD has no body that could say more.</summary>
    public static bool IsNoSuchKey(Exception exception) =>
        exception is AmazonServiceException { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" };

    /// <summary>The server does not know the operation; many compatible ones lack some.</summary>
    public static bool IsNotOffered(Exception exception) =>
        exception is AmazonServiceException { ErrorCode: not "NoSuchBucket" } service
        && !s_keyCodes.Contains(service.ErrorCode ?? "")
        && service.StatusCode
            is HttpStatusCode.BadRequest
                or HttpStatusCode.NotFound
                or HttpStatusCode.MethodNotAllowed
                or HttpStatusCode.NotImplemented;

    /// <summary>The exception that callers of the store get.</summary>
    public TransientFailureException Of(Exception exception)
    {
        var (code, reason) = exception switch
        {
            AmazonServiceException { ErrorCode: "NoSuchBucket" } => (
                FailureCode.ProviderError,
                $"{options.Name} has no bucket '{options.Bucket}'. Make it, or check RAGPY_S3_BUCKET."
            ),
            AmazonServiceException { ErrorCode: "RequestTimeTooSkewed" } => (
                FailureCode.ProviderError,
                $"{options.Name} refuses the request because the clock of this machine is wrong."
            ),
            AmazonServiceException { ErrorCode: "PermanentRedirect" or "IllegalLocationConstraintException" } => (
                FailureCode.ProviderError,
                $"{options.Name} keeps the bucket '{options.Bucket}' elsewhere. Check RAGPY_S3_REGION and RAGPY_S3_ENDPOINT."
            ),
            AmazonServiceException service when IsKeyRefused(service) => (
                FailureCode.ProviderAuth,
                $"{options.Name} does not let the key use the bucket '{options.Bucket}' ({Codes(service)}). Check RAGPY_S3_ACCESS_KEY, RAGPY_S3_SECRET_KEY and what the key may do."
            ),
            AmazonServiceException { StatusCode: not 0 } service => (
                FailureCode.ProviderError,
                $"{options.Name} has trouble ({Codes(service)})."
            ),
            AmazonClientException client when client.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) => (
                FailureCode.ProviderAuth,
                $"{options.Name} needs a key: set RAGPY_S3_ACCESS_KEY and RAGPY_S3_SECRET_KEY."
            ),
            OperationCanceledException or TimeoutException => (FailureCode.ProviderError, $"{options.Name} does not answer in time."),
            _ => (FailureCode.ProviderError, $"{options.Name} cannot be reached ({Cause(exception)})."),
        };
        return new TransientFailureException(new Failure(code, reason), retryAfter: null, exception);
    }

    /// <summary>The file arrived with other bytes than it was stored with.</summary>
    public TransientFailureException Damaged(BlobReference blob) =>
        new(new Failure(FailureCode.ProviderError, $"{options.Name} gave other bytes than were stored for the file {blob.Sha256}."));

    private static bool IsKeyRefused(AmazonServiceException exception) =>
        s_keyCodes.Contains(exception.ErrorCode ?? "") || exception.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    private static string Codes(AmazonServiceException exception)
    {
        var status = ((int)exception.StatusCode).ToString(CultureInfo.InvariantCulture);
        return string.IsNullOrEmpty(exception.ErrorCode) || exception.ErrorCode == exception.StatusCode.ToString()
            ? status
            : $"{status}, {exception.ErrorCode}";
    }

    private static string Cause(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message.TrimEnd('.');
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Search;
using RagPy.Core.Sources;

namespace RagPy.Api.Http;

/// <summary>What an exception means to whoever asked. Nothing of its text is told unless it was written for people.</summary>
internal static partial class Problems
{
    /// <summary>ENOSPC, as Unix says it, and as the runtime says it elsewhere.</summary>
    private static readonly HashSet<int> s_diskFull = [28, unchecked((int)0x80070070)];

    /// <summary>The answer; status 500 for what nobody expected.</summary>
    public static ProblemException Of(Exception exception) =>
        exception switch
        {
            ProblemException problem => problem,
            NotFoundException or ProjectNotFoundException => New(StatusCodes.Status404NotFound, ProblemCodes.NotFound, exception),
            AccessDeniedException => New(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, exception),
            UploadRefusedException refused => Of(refused),
            SourceException => New(StatusCodes.Status422UnprocessableEntity, ProblemCodes.SourceUnreadable, exception),
            StoreNotUsableException => New(StatusCodes.Status400BadRequest, ProblemCodes.StoreNotUsable, exception),
            TransientFailureException transient => new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                transient.Failure.Code.ToWire(),
                transient.Message,
                transient
            )
            {
                RetryAfter = transient.RetryAfter ?? TimeSpan.FromSeconds(5),
            },
            DocumentFailedException failed => New(StatusCodes.Status502BadGateway, failed.Failure.Code.ToWire(), failed),
            ProviderRefusedException refused => New(StatusCodes.Status502BadGateway, refused.Failure.Code.ToWire(), refused),
            NoSourceException => New(StatusCodes.Status409Conflict, ProblemCodes.NoSource, exception),
            TooManySessionsException => new ProblemException(
                StatusCodes.Status429TooManyRequests,
                ProblemCodes.TooManySessions,
                exception.Message,
                exception
            )
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            },
            BadHttpRequestException bad => Of(bad),
            PostgresException postgres when !IsAway(postgres) => Unexpected(exception),
            NpgsqlException or TimeoutException { InnerException: NpgsqlException } => Away(exception),
            // EF Core wraps what its connection says.
            InvalidOperationException { InnerException: NpgsqlException wrapped } => Of(wrapped),
            ProviderNotConfiguredException => New(StatusCodes.Status422UnprocessableEntity, ProblemCodes.ProviderNotConfigured, exception),
            IOException io when s_diskFull.Contains(io.HResult) => new ProblemException(
                StatusCodes.Status507InsufficientStorage,
                ProblemCodes.DiskFull,
                "The disk of the server is full.",
                exception
            ),
            _ => Unexpected(exception),
        };

    /// <summary>The answer to a request that ended with a status and no words.</summary>
    public static ProblemException Of(int status) =>
        new(
            status,
            ProblemCodes.Of(status),
            status switch
            {
                StatusCodes.Status404NotFound => "There is nothing at this address.",
                StatusCodes.Status405MethodNotAllowed => "This address does not take the method.",
                StatusCodes.Status415UnsupportedMediaType => "The body is of a type that is not taken here.",
                StatusCodes.Status416RangeNotSatisfiable => "The file has no such range.",
                _ => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            }
        );

    private static ProblemException Of(UploadRefusedException refused) =>
        refused.Refusal switch
        {
            UploadRefusal.TooLarge => New(StatusCodes.Status413PayloadTooLarge, ProblemCodes.TooLarge, refused),
            UploadRefusal.UnsupportedType => New(StatusCodes.Status415UnsupportedMediaType, ProblemCodes.UnsupportedType, refused),
            UploadRefusal.Empty => New(StatusCodes.Status422UnprocessableEntity, ProblemCodes.Empty, refused),
            _ => New(StatusCodes.Status422UnprocessableEntity, ProblemCodes.BadArchive, refused),
        };

    private static ProblemException Of(BadHttpRequestException bad)
    {
        var detail =
            BindingFailure().Match(bad.Message) is { Success: true } match
                ? $"'{match.Groups["value"].Value}' is no value of the parameter '{JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value)}'."
            : bad.InnerException is JsonException json
                ? $"The body is not the JSON that is expected{(json.Path is { Length: > 1 } path ? $", at {path}" : "")}."
            : bad.Message;
        return new ProblemException(bad.StatusCode, ProblemCodes.Of(bad.StatusCode), detail, bad);
    }

    /// <summary>Class 08 connection, 57P0x shutdown and crash recovery, 53 out of resources; 42P01 while the first migration is under way.</summary>
    private static bool IsAway(PostgresException exception) =>
        exception.SqlState.StartsWith("08", StringComparison.Ordinal)
        || exception.SqlState.StartsWith("57P", StringComparison.Ordinal)
        || exception.SqlState.StartsWith("53", StringComparison.Ordinal)
        || exception.SqlState == PostgresErrorCodes.UndefinedTable;

    private static ProblemException Away(Exception exception) =>
        new(
            StatusCodes.Status503ServiceUnavailable,
            ProblemCodes.DatabaseUnavailable,
            "The database does not answer at the moment. Try again.",
            exception
        )
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    private static ProblemException New(int status, string code, Exception exception) => new(status, code, exception.Message, exception);

    private static ProblemException Unexpected(Exception exception) =>
        new(
            StatusCodes.Status500InternalServerError,
            ProblemCodes.Internal,
            "Something went wrong here, not with the request. The log has it under the trace id.",
            exception
        );

    [GeneratedRegex("""^Failed to bind parameter ".*?(?<name>\w+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex BindingFailure();
}

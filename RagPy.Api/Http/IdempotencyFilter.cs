using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RagPy.Core.Storage;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RagPy.Api.Http;

/// <summary>
/// A request with the header <c>Idempotency-Key</c> is carried out once; when it is sent again, e.g. because the connection broke before the answer came,
/// the first answer is given again (IETF draft "The Idempotency-Key HTTP Header Field").
/// </summary>
internal sealed class IdempotencyFilter(ICurrentPerson person, IdempotentRequests requests, IOptions<JsonOptions> json) : IEndpointFilter
{
    private const string Header = "Idempotency-Key";
    private const int MaxKeyLength = 255;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            return await next(context);
        }

        if (key.Length > MaxKeyLength)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                ProblemCodes.BadRequest,
                $"The header {Header} has at most {MaxKeyLength} characters."
            );
        }

        var personId = await person.GetIdAsync(http);
        var known = await requests.BeginAsync(personId, key, FingerprintOf(context), http.RequestAborted);
        return known is null ? await RunAsync(context, next, personId, key) : Replay(http, known, FingerprintOf(context));
    }

    private async Task<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, long personId, string key)
    {
        var isKept = false;
        try
        {
            var answer = await next(context);
            var (status, value, location) = Describe(answer);
            if (status is >= 200 and < 300)
            {
                var body = JsonSerializer.Serialize(value, json.Value.SerializerOptions);
                await requests.CompleteAsync(personId, key, status, body, location, CancellationToken.None);
                isKept = true;
            }

            return answer;
        }
        finally
        {
            if (!isKept)
            {
                // Refused or broken off: the same key may be used for another try.
                await requests.ForgetAsync(personId, key, CancellationToken.None);
            }
        }
    }

    private static IResult Replay(HttpContext http, IdempotentRequest known, string fingerprint)
    {
        if (known.Fingerprint != fingerprint)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                ProblemCodes.KeyReused,
                $"The {Header} was used for another request. Take a new one."
            );
        }

        if (known.Status is not { } status)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, ProblemCodes.KeyInUse, $"A request with this {Header} is under way.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }

        if (known.Location is not null)
        {
            http.Response.Headers.Location = known.Location;
        }

        http.Response.Headers["Idempotency-Replayed"] = "true";
        return TypedResults.Text(known.Body, "application/json", Encoding.UTF8, status);
    }

    private static (int Status, object? Value, string? Location) Describe(object? answer)
    {
        if (answer is INestedHttpResult nested)
        {
            return Describe(nested.Result);
        }

        var status = (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        var location = answer?.GetType().GetProperty("Location")?.GetValue(answer) as string;
        return (status, (answer as IValueHttpResult)?.Value ?? answer, location);
    }

    /// <summary>
    /// What was asked: method, path, and the arguments that came from the body. An upload, which is not in memory, counts by its length; the boundary
    /// within it differs from try to try.
    /// </summary>
    private string FingerprintOf(EndpointFilterInvocationContext context)
    {
        var request = context.HttpContext.Request;
        var body = context.Arguments.Where(argument => argument?.GetType().Namespace == typeof(Contracts.NewProject).Namespace);
        var text =
            $"{request.Method} {request.Path}\n{request.ContentLength}\n{JsonSerializer.Serialize(body, json.Value.SerializerOptions)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

namespace RagPy.Api.Http;

/// <summary>Endpoints that honour the header <c>Idempotency-Key</c>.</summary>
internal static class IdempotencyExtensions
{
    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder endpoint) =>
        endpoint
            .AddEndpointFilter<IdempotencyFilter>()
            .WithMetadata(new IdempotencyKey())
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}

/// <summary>Endpoint metadata: takes the header <c>Idempotency-Key</c>.</summary>
internal sealed record IdempotencyKey;

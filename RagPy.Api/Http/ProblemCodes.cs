namespace RagPy.Api.Http;

/// <summary>The stable codes of problem details.</summary>
internal static class ProblemCodes
{
    public const string BadRequest = "bad_request";
    public const string BadCursor = "bad_cursor";
    public const string NotFound = "not_found";
    public const string NameTaken = "name_taken";
    public const string Forbidden = "forbidden";
    public const string WrongHost = "wrong_host";
    public const string GatewayOnly = "gateway_only";
    public const string CrossSite = "cross_site";
    public const string UnsupportedType = "unsupported_type";
    public const string TooLarge = "too_large";
    public const string Empty = "empty";
    public const string BadArchive = "bad_archive";
    public const string NoSource = "no_source";
    public const string SourceUnreadable = "source_unreadable";
    public const string KeyInUse = "idempotency_key_in_use";
    public const string KeyReused = "idempotency_key_reused";
    public const string TooManySessions = "too_many_sessions";
    public const string Overloaded = "overloaded";
    public const string DatabaseUnavailable = "database_unavailable";
    public const string DiskFull = "disk_full";
    public const string StoreNotUsable = "store_not_usable";
    public const string ProviderNotConfigured = "provider_not_configured";
    public const string Internal = "internal";

    /// <summary>The code of an answer that nobody gave a more telling one.</summary>
    public static string Of(int status) =>
        status switch
        {
            StatusCodes.Status403Forbidden => Forbidden,
            StatusCodes.Status404NotFound => NotFound,
            StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
            StatusCodes.Status408RequestTimeout => "request_timeout",
            StatusCodes.Status413PayloadTooLarge => TooLarge,
            StatusCodes.Status415UnsupportedMediaType => UnsupportedType,
            StatusCodes.Status416RangeNotSatisfiable => "range_not_satisfiable",
            StatusCodes.Status429TooManyRequests => "too_many_requests",
            StatusCodes.Status503ServiceUnavailable => Overloaded,
            >= 500 => Internal,
            _ => BadRequest,
        };
}

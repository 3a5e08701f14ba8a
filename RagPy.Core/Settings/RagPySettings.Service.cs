namespace RagPy.Core.Settings;

/// <content>The HTTP service, accounts, clean-up and monitoring.</content>
public sealed partial record RagPySettings
{
    [Setting("MAX_ACTIVE_SESSIONS", "Sessions in work at once; a start beyond is answered 429.", Min = 1, Max = 100_000, Unit = "sessions")]
    public int MaxActiveSessions { get; init; } = 50;

    [Setting(
        "SESSION_TTL_HOURS",
        "Age at which a session's archives, stage files and exports are removed; the indexed library stays.",
        Min = 1,
        Max = 87_600,
        Unit = "hours",
        NotUsedYet = true
    )]
    public int SessionTtlHours { get; init; } = 24;

    [Setting("CLEANUP_ENABLED", "Remove expired sessions.", NotUsedYet = true)]
    public bool CleanupEnabled { get; init; } = true;

    [Setting("CLEANUP_INTERVAL_HOURS", "Time between two clean-ups.", Min = 1, Max = 8760, Unit = "hours", NotUsedYet = true)]
    public int CleanupIntervalHours { get; init; } = 6;

    [Setting("UPLOADS_DIR", "Folder of uploads before they are in the blob store.", Unset = "in the data folder")]
    public string? UploadsDirectory { get; init; }

    [Setting(
        "UVICORN_WORKERS",
        "Workers of the original whose requests one process of the HTTP service takes: it works on this many times `UVICORN_LIMIT_CONCURRENCY`.",
        Min = 1,
        Max = 64
    )]
    public int UvicornWorkers { get; init; } = 4;

    [Setting("UVICORN_TIMEOUT_KEEP_ALIVE", "Time that an idle HTTP connection stays open.", Min = 1, Max = 86_400, Unit = "seconds")]
    public int UvicornTimeoutKeepAliveSeconds { get; init; } = 120;

    [Setting(
        "UVICORN_LIMIT_CONCURRENCY",
        "HTTP requests at once for each of `UVICORN_WORKERS`; more wait, then are answered 503. Event streams, uploads and probes do not count.",
        Min = 1,
        Max = 100_000,
        Unit = "requests"
    )]
    public int UvicornLimitConcurrency { get; init; } = 100;

    [Setting(
        "UVICORN_BACKLOG",
        "HTTP requests that wait in one process for others to end, and connections that wait to be accepted.",
        Min = 0,
        Max = 1_000_000,
        Unit = "requests"
    )]
    public int UvicornBacklog { get; init; } = 2048;

    [Setting(
        "RAGPY_STREAM_LIMIT",
        "Event streams that one process of the HTTP service holds open.",
        Min = 1,
        Max = 100_000,
        Unit = "streams"
    )]
    public int StreamLimit { get; init; } = 1000;

    [Setting(
        "RAGPY_BEHIND_GATEWAY",
        "A gateway that checks who asks stands before the HTTP service, which may therefore listen beyond this machine."
    )]
    public bool BehindGateway { get; init; }

    [Setting(
        "RAGPY_GATEWAY_KEY",
        "What the gateway shows to the HTTP service with each request, so that nobody else's word on a client is believed; the same for both.",
        IsSecret = true,
        Unset = "with `RAGPY_BEHIND_GATEWAY` whoever reaches the service counts as the gateway"
    )]
    public string? GatewayKey { get; init; }

    [Setting("APP_URL", "Address under which people reach the application, for links in e-mails.", IsUrl = true, NotUsedYet = true)]
    public string AppUrl { get; init; } = "http://localhost:8000";

    [Setting("CORS_ORIGINS", "Origins whose pages may call the API, separated by commas.", NotUsedYet = true)]
    public string CorsOrigins { get; init; } = "http://localhost:8000,http://127.0.0.1:8000";

    [Setting("DEBUG", "Development mode: cookies without `Secure`.", NotUsedYet = true)]
    public bool Debug { get; init; }

    [Setting("JWT_SECRET_KEY", "Key that signs access tokens.", IsSecret = true, NotUsedYet = true)]
    public string? JwtSecretKey { get; init; }

    [Setting("JWT_ALGORITHM", "Algorithm that signs access tokens.", NotUsedYet = true)]
    public string JwtAlgorithm { get; init; } = "HS256";

    [Setting("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "Life of an access token.", Min = 1, Max = 525_600, Unit = "minutes", NotUsedYet = true)]
    public int JwtAccessTokenExpireMinutes { get; init; } = 30;

    [Setting("JWT_REFRESH_TOKEN_EXPIRE_DAYS", "Life of a refresh token.", Min = 1, Max = 3650, Unit = "days", NotUsedYet = true)]
    public int JwtRefreshTokenExpireDays { get; init; } = 7;

    [Setting("RESEND_API_KEY", "Key of the mail service.", IsSecret = true, NotUsedYet = true)]
    public string? ResendApiKey { get; init; }

    [Setting("RESEND_FROM_EMAIL", "Sender of e-mails.", NotUsedYet = true)]
    public string ResendFromEmail { get; init; } = "onboarding@resend.dev";

    [Setting(
        "EMAIL_VERIFICATION_EXPIRE_HOURS",
        "Life of an e-mail verification link.",
        Min = 1,
        Max = 8760,
        Unit = "hours",
        NotUsedYet = true
    )]
    public int EmailVerificationExpireHours { get; init; } = 24;

    [Setting("PASSWORD_RESET_EXPIRE_HOURS", "Life of a password reset link.", Min = 1, Max = 8760, Unit = "hours", NotUsedYet = true)]
    public int PasswordResetExpireHours { get; init; } = 1;

    [Setting("ENABLE_CELERY", "Accept job requests through the original's job routes.", NotUsedYet = true)]
    public bool EnableCelery { get; init; }

    [Setting("CELERY_BROKER_URL", "Redis of the application, as `redis://…`.", IsSecret = true, NotUsedYet = true)]
    public string CeleryBrokerUrl { get; init; } = "redis://localhost:6379/0";

    [Setting("CELERY_RESULT_BACKEND", "Redis that keeps results, as `redis://…`.", IsSecret = true, NotUsedYet = true)]
    public string CeleryResultBackend { get; init; } = "redis://localhost:6379/0";

    [Setting("FLOWER_USER", "Account of the job dashboard.", NotUsedYet = true)]
    public string? FlowerUser { get; init; }

    [Setting("FLOWER_PASSWORD", "Password of the job dashboard.", IsSecret = true, NotUsedYet = true)]
    public string? FlowerPassword { get; init; }

    [Setting("ENABLE_METRICS", "Give metrics at `/metrics`.", NotUsedYet = true)]
    public bool EnableMetrics { get; init; } = true;

    [Setting("PROMETHEUS_PUSHGATEWAY_URL", "Push gateway for metrics of the command line.", IsUrl = true, NotUsedYet = true)]
    public string? PrometheusPushgatewayUrl { get; init; }

    [Setting("METRICS_JOB_NAME", "Job name of pushed metrics.", NotUsedYet = true)]
    public string MetricsJobName { get; init; } = "ragpy_cli";

    [Setting("POSTGRES_PASSWORD", "Password of the PostgreSQL that a published topology starts.", IsSecret = true, NotUsedYet = true)]
    public string? PostgresPassword { get; init; }

    [Setting("GRAFANA_PASSWORD", "Password of Grafana's administrator in a published topology.", IsSecret = true, NotUsedYet = true)]
    public string? GrafanaPassword { get; init; }
}

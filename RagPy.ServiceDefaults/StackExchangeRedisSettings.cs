namespace RagPy.ServiceDefaults;

/// <summary>Settings of <see cref="RedisClientExtensions.AddRedisClient"/>, section <c>Aspire:StackExchange:Redis</c>.</summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>StackExchange.Redis connection string, or a <c>redis://</c> or <c>rediss://</c> URL.</summary>
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }
}

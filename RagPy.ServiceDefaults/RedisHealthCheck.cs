using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace RagPy.ServiceDefaults;

/// <summary>Redis answers.</summary>
/// <param name="connection">Resolved at each check, so that a missing connection string shows as a failing check with its sentence.</param>
internal sealed class RedisHealthCheck(Func<IConnectionMultiplexer> connection) : IHealthCheck
{
    /// <summary>How long Redis may take to answer: well below what a probe waits for, or a slow Redis would make a service unready.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // The first call connects, and blocks its thread for as long as that takes.
            var redis = await Task.Run(connection, cancellationToken).WaitAsync(cancellationToken);
            if (!redis.IsConnected)
            {
                return Failing(context, exception: null);
            }

            await redis.GetDatabase().PingAsync().WaitAsync(cancellationToken);

            return HealthCheckResult.Healthy();
        }
        catch (Exception exception)
            when (exception is RedisException or InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            return Failing(context, exception);
        }
    }

    private static HealthCheckResult Failing(HealthCheckContext context, Exception? exception) =>
        new(context.Registration.FailureStatus, "Redis does not answer.", exception);
}

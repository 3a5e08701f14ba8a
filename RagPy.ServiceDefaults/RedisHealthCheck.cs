using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace RagPy.ServiceDefaults;

/// <summary>Redis answers.</summary>
/// <param name="connection">Resolved at each check, so that a missing connection string shows as a failing check with its sentence.</param>
internal sealed class RedisHealthCheck(Func<IConnectionMultiplexer> connection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await connection().GetDatabase().PingAsync().WaitAsync(cancellationToken);

            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is RedisException or InvalidOperationException or TimeoutException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "Redis does not answer.", exception);
        }
    }
}

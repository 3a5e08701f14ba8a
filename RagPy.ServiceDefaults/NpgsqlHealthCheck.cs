using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace RagPy.ServiceDefaults;

/// <summary>The database answers.</summary>
/// <param name="dataSource">Resolved at each check, so that a missing connection string shows as a failing check with its sentence.</param>
internal sealed class NpgsqlHealthCheck(Func<NpgsqlDataSource> dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = dataSource().CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);

            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or TimeoutException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The database does not answer.", exception);
        }
    }
}

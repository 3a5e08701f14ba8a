using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RagPy.ServiceDefaults;

namespace RagPy.Tests.ServiceDefaults;

public sealed class NpgsqlDataSourceTests : ClientIntegrationTests
{
    protected override string Section => "Aspire:Npgsql";

    protected override IReadOnlyList<string> SubSections => [Name];

    protected override string HealthCheckName => "PostgreSql";

    protected override HealthStatus FailureStatus => HealthStatus.Unhealthy;

    protected override string ConnectionString(string host) => $"Host={host};Port=1;Timeout=1";

    protected override void Register(IHostApplicationBuilder builder, string? callbackConnectionString) =>
        builder.AddNpgsqlDataSource(Name, settings => settings.ConnectionString = callbackConnectionString ?? settings.ConnectionString);

    protected override string HostOf(IServiceProvider services) =>
        new NpgsqlConnectionStringBuilder(services.GetRequiredService<NpgsqlDataSource>().ConnectionString).Host!;
}

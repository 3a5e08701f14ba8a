using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;
using RagPy.ServiceDefaults;
using Xunit;

namespace RagPy.Tests.ServiceDefaults;

public sealed class NpgsqlDbContextTests : ClientIntegrationTests
{
    protected override string Section => "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    protected override IReadOnlyList<string> SubSections => [nameof(ThingsContext), Name];

    protected override string HealthCheckName => nameof(ThingsContext);

    protected override HealthStatus FailureStatus => HealthStatus.Unhealthy;

    protected override string ConnectionString(string host) => $"Host={host};Port=1;Timeout=1";

    // Without retries, so that the test of a server that is not there does not wait for six of them.
    protected override void Register(IHostApplicationBuilder builder, string? callbackConnectionString) =>
        builder.AddNpgsqlDbContext<ThingsContext>(
            Name,
            settings =>
            {
                settings.DisableRetry = true;
                settings.ConnectionString = callbackConnectionString ?? settings.ConnectionString;
            }
        );

    protected override string HostOf(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        var context = scope.ServiceProvider.GetRequiredService<ThingsContext>();

        return new NpgsqlConnectionStringBuilder(context.Database.GetConnectionString()).Host!;
    }

    [Fact]
    public void Failed_commands_are_tried_again_unless_that_is_disabled()
    {
        Assert.IsType<NpgsqlRetryingExecutionStrategy>(StrategyOf(("ConnectionStrings:things", ConnectionString("a"))));
        Assert.IsNotType<NpgsqlRetryingExecutionStrategy>(
            StrategyOf(("ConnectionStrings:things", ConnectionString("a")), ($"{Section}:DisableRetry", "true"))
        );
    }

    [Fact]
    public void The_same_context_registered_twice_is_an_error()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        Register(builder, null);

        var error = Assert.Throws<InvalidOperationException>(() => Register(builder, null));

        Assert.Contains(nameof(NpgsqlDbContextExtensions.EnrichNpgsqlDbContext), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_registered_by_a_factory_is_enriched_and_keeps_its_connection()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddDbContextFactory<ThingsContext>(options => options.UseNpgsql(ConnectionString("own")));
        builder.EnrichNpgsqlDbContext<ThingsContext>(settings => settings.CommandTimeout = 7);
        using var host = builder.Build();

        using var context = host.Services.GetRequiredService<IDbContextFactory<ThingsContext>>().CreateDbContext();

        Assert.IsType<NpgsqlRetryingExecutionStrategy>(context.Database.CreateExecutionStrategy());
        Assert.Equal(7, context.Database.GetCommandTimeout());
        Assert.Equal("own", HostOf(host.Services));
        Assert.NotNull(host.Services.GetService<HealthCheckService>());
    }

    [Fact]
    public void Enriching_a_context_that_is_not_registered_is_an_error_that_says_what_to_call()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);

        var error = Assert.Throws<InvalidOperationException>(() => builder.EnrichNpgsqlDbContext<ThingsContext>());

        Assert.Contains(nameof(ThingsContext), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(NpgsqlDbContextExtensions.AddNpgsqlDbContext), error.Message, StringComparison.Ordinal);
    }

    private static Microsoft.EntityFrameworkCore.Storage.IExecutionStrategy StrategyOf(params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            configuration.Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value))
        );
        builder.AddNpgsqlDbContext<ThingsContext>(Name);
        using var host = builder.Build();
        using var scope = host.Services.CreateScope();

        return scope.ServiceProvider.GetRequiredService<ThingsContext>().Database.CreateExecutionStrategy();
    }

    private sealed class ThingsContext(DbContextOptions<ThingsContext> options) : DbContext(options);
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace RagPy.Tests.ServiceDefaults;

/// <summary>What every client integration does: the rules of Aspire's own conformance tests that this solution relies on.</summary>
public abstract class ClientIntegrationTests
{
    protected const string Name = "things";

    /// <summary>Section of the integration's settings.</summary>
    protected abstract string Section { get; }

    /// <summary>Sub-section names that are read, in the order in which they override each other.</summary>
    protected abstract IReadOnlyList<string> SubSections { get; }

    protected abstract string HealthCheckName { get; }

    protected abstract HealthStatus FailureStatus { get; }

    /// <summary>A connection string that names this host.</summary>
    protected abstract string ConnectionString(string host);

    /// <summary>Registers the client; the callback sets the connection string when one is given.</summary>
    protected abstract void Register(IHostApplicationBuilder builder, string? callbackConnectionString = null);

    /// <summary>Resolves the client and says which host it goes to, without connecting.</summary>
    protected abstract string HostOf(IServiceProvider services);

    [Fact]
    public void The_connection_string_wins_over_the_sections()
    {
        using var host = Build(null, ($"{Section}:ConnectionString", "section"), ("ConnectionStrings:things", "strings"));

        Assert.Equal("strings", HostOf(host.Services));
    }

    [Fact]
    public void The_section_is_used_when_there_is_no_connection_string()
    {
        using var host = Build(null, ($"{Section}:ConnectionString", "section"));

        Assert.Equal("section", HostOf(host.Services));
    }

    [Fact]
    public void Each_named_section_overrides_those_before_it()
    {
        var settings = new List<(string, string)> { ($"{Section}:ConnectionString", "section") };
        foreach (var name in SubSections)
        {
            settings.Add(($"{Section}:{name}:ConnectionString", name.ToLowerInvariant()));
        }

        using var host = Build(null, [.. settings]);

        Assert.Equal(SubSections[^1].ToLowerInvariant(), HostOf(host.Services));
    }

    [Fact]
    public void The_callback_wins_over_everything()
    {
        using var host = Build("callback", ("ConnectionStrings:things", "strings"), ($"{Section}:ConnectionString", "section"));

        Assert.Equal("callback", HostOf(host.Services));
    }

    [Fact]
    public void A_missing_connection_string_is_an_error_at_first_use_that_names_every_place()
    {
        using var host = Build(null);

        var error = Assert.Throws<InvalidOperationException>(() => HostOf(host.Services));

        Assert.Contains("ConnectionStrings__things", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{Section}:ConnectionString'", error.Message, StringComparison.Ordinal);
        Assert.All(SubSections, name => Assert.Contains($"'{Section}:{name}:ConnectionString'", error.Message, StringComparison.Ordinal));
        Assert.Contains("callback", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_health_check_is_registered_under_its_name()
    {
        using var host = Build(null, ("ConnectionStrings:things", "strings"));

        var check = Assert.Single(Checks(host));

        Assert.Equal(HealthCheckName, check.Name);
        Assert.Equal(FailureStatus, check.FailureStatus);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":things")]
    public void The_health_check_can_be_disabled_in_either_section(string sub)
    {
        using var host = Build(null, ("ConnectionStrings:things", "strings"), ($"{Section}{sub}:DisableHealthChecks", "true"));

        Assert.Empty(Checks(host));
    }

    [Fact]
    public async Task A_server_that_is_not_there_fails_the_check_in_words()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        // Port 1 on the loopback interface refuses at once.
        Register(builder, ConnectionString("127.0.0.1"));
        using var host = builder.Build();

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.Equal(FailureStatus, report.Status);
        Assert.EndsWith("not answer.", report.Entries[HealthCheckName].Description, StringComparison.Ordinal);
    }

    private IHost Build(string? callback, params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            configuration.Select(pair =>
                KeyValuePair.Create<string, string?>(
                    pair.Key,
                    pair.Key.Contains("Disable", StringComparison.Ordinal) ? pair.Value : ConnectionString(pair.Value)
                )
            )
        );
        Register(builder, callback is null ? null : ConnectionString(callback));

        return builder.Build();
    }

    private static ICollection<HealthCheckRegistration> Checks(IHost host) =>
        host.Services.GetService<IOptions<HealthCheckServiceOptions>>()?.Value.Registrations ?? [];
}

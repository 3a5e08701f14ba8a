using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.ResourceService;
using Xunit;

namespace RagPy.Tests.Hosting.Dashboard;

/// <summary>No secret leaves the AppHost in a variable or an argument.</summary>
public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("MISTRAL_API_KEY", "abc", SecretMask.Hidden)]
    [InlineData("RAGPY_PASSWORD", "x", SecretMask.Hidden)]
    [InlineData("MAX_TOKENS", "4096", "4096")]
    [InlineData("DATABASE_URL", "postgresql://ada:lovelace@db:5432/x", $"postgresql://ada:{SecretMask.Hidden}@db:5432/x")]
    [InlineData("ConnectionStrings__x", "Host=db;Password=a b;Port=1", $"Host=db;Password={SecretMask.Hidden};Port=1")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x-otlp-api-key=key-of-this-run", $"x-otlp-api-key={SecretMask.Hidden}")]
    [InlineData("GREETING", "it is hunter2-hunter2!", $"it is {SecretMask.Hidden}!")]
    public async Task What_is_secret_by_its_value_name_or_place_is_hidden(string name, string value, string shown)
    {
        var builder = DistributedApplication.CreateBuilder();
        builder.AddParameter("secret", "hunter2-hunter2", secret: true);

        var mask = await SecretMask.MakeAsync(
            new DistributedApplicationModel(builder.Resources),
            ["key-of-this-run"],
            TestContext.Current.CancellationToken
        );

        Assert.Equal(shown, mask.Value(name, value));
    }
}

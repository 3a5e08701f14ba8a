using Xunit;

namespace RagPy.Tests.Api;

/// <summary>One served API for the tests of a class; each test takes a project of its own.</summary>
public sealed class ApiFixture(PostgresFixture postgres) : IAsyncLifetime
{
    internal ApiHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await ApiHost.CreateAsync(postgres);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

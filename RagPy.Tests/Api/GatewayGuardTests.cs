using System.Net;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Behind a gateway, the service takes the gateway's word and nobody else's.</summary>
public sealed class GatewayGuardTests(GatewayGuardTests.Fixture fixture) : IClassFixture<GatewayGuardTests.Fixture>
{
    private const string Secret = "what-both-share";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/projects", "ragpy.example", Secret, true)]
    [InlineData("/api/v1/projects", "ragpy.example", "guessed", false)]
    [InlineData("/api/v1/projects", "ragpy.example", null, false)]
    [InlineData("/", "ragpy.example", null, false)]
    [InlineData("/health", "10.0.0.7:8080", null, true)]
    [InlineData("/api/v1/projects", "localhost:8001", null, true)]
    public async Task Only_the_gateway_gets_in_and_this_machine_and_probes(string path, string host, string? key, bool isAnswered)
    {
        using var response = await GetAsync(path, host, key);

        if (isAnswered)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await ApiCalls.AssertProblemAsync(response, HttpStatusCode.MisdirectedRequest, "gateway_only");
        }
    }

    [Theory]
    [InlineData(Secret, true)]
    [InlineData(null, false)]
    public async Task Only_the_gateways_word_on_the_client_is_taken(string? key, bool isBelieved)
    {
        using var response = await GetAsync("/?lang=fr", "localhost", key, ("X-Forwarded-Proto", "https"));

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(isBelieved, cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<HttpResponseMessage> GetAsync(
        string path,
        string host,
        string? key,
        params IReadOnlyList<(string Name, string Value)> headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        foreach (var (name, value) in key is null ? headers : [.. headers, ("X-RagPy-Gateway-Key", key)])
        {
            request.Headers.Add(name, value);
        }

        return await fixture.Host.Client.SendAsync(request, Token);
    }

    public sealed class Fixture(PostgresFixture postgres) : IAsyncLifetime
    {
        internal ApiHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Host = await ApiHost.CreateAsync(postgres, ("RAGPY_BEHIND_GATEWAY", "true"), ("RAGPY_GATEWAY_KEY", Secret));

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}

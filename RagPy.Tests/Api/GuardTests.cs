using System.Net;
using System.Net.Http.Json;
using RagPy.Api.Http;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Without a login, only this machine and its own pages get in.</summary>
public sealed class GuardTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = fixture.Host.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost:5000", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:8000", true)]
    [InlineData("ragpy.dev.localhost", true)]
    [InlineData("evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("192.168.1.20:8000", false)]
    [InlineData("0.0.0.0", false)]
    public async Task Only_names_of_this_machine_are_answered(string host, bool isAnswered)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/projects");
        request.Headers.Host = host;

        using var response = await _client.SendAsync(request, Token);

        if (isAnswered)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await ApiCalls.AssertProblemAsync(response, HttpStatusCode.MisdirectedRequest, "wrong_host");
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "http://localhost:1", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "SELF", true)]
    public async Task Pages_of_other_sites_change_nothing(string header, string value, bool isTaken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/projects");
        request.Content = JsonContent.Create(new { name = $"{header} {value}" });
        request.Headers.Add(header, value == "SELF" ? fixture.Host.Address.GetLeftPart(UriPartial.Authority) : value);

        using var response = await _client.SendAsync(request, Token);

        if (isTaken)
        {
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }
        else
        {
            await ApiCalls.AssertProblemAsync(response, HttpStatusCode.Forbidden, "cross_site");
        }
    }

    [Fact]
    public async Task Answers_tell_browsers_to_be_careful()
    {
        using var response = await _client.GetAsync("/api/v1/projects", Token);

        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Contains(
            "default-src 'none'",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal
        );
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("192.168.1.20", false)]
    public void The_service_listens_on_this_machine_only(string address, bool isAllowed)
    {
        var endpoint = new IPEndPoint(IPAddress.Parse(address), 8000);

        var refusal = Record.Exception(() => KestrelSettings.RequireLoopback(endpoint));

        Assert.Equal(isAllowed, refusal is null);
        Assert.True(isAllowed || refusal!.Message.Contains("RAGPY_BEHIND_GATEWAY", StringComparison.Ordinal));
    }
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using RagPy.Gateway.Access;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Gateway;

public sealed class AccessTests
{
    private const string Secret = "a-token-of-32-characters-or-more";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_but_probes_and_the_login_form_is_served_without_the_token()
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await StartAsync(a);

        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/alive")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/gateway/login")).StatusCode);
        foreach (var path in new[] { "/", "/api/v1/projects", "/health/detailed", "/gateway/loginx", "/metrics", "/?token=" + Secret })
        {
            using var response = await gateway.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Contains("RAGPY_ACCESS_TOKEN", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.SendAsync(HttpMethod.Post, "/health")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/", ("Authorization", "Bearer wrong"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.GetAsync("/", ("Cookie", "ragpy-access=4102444800.AAAA"))).StatusCode);
        Assert.Empty(a.Requests);
    }

    [Fact]
    public async Task The_token_opens_and_is_not_shown_to_replicas()
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await StartAsync(a);

        using var response = await gateway.GetAsync("/", ("Authorization", $"Bearer {Secret}"));

        Assert.Equal("a", await response.Content.ReadAsStringAsync(Token));
        Assert.Null(a.Requests.Single().Header("Authorization"));
    }

    [Fact]
    public async Task The_login_form_gives_a_cookie_that_opens_and_leads_back()
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await StartAsync(a);

        using var refused = await gateway.GetAsync("/?page=2", ("Accept", "text/html,*/*"));
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Equal("/gateway/login?to=%2F%3Fpage%3D2", refused.Headers.Location?.OriginalString);
        var form = await gateway.Client.GetStringAsync(refused.Headers.Location, Token);
        Assert.Contains("value=\"/?page=2\"", form, StringComparison.Ordinal);

        using var response = await LogInAsync(gateway, Secret, "/?page=2");
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/?page=2", response.Headers.Location?.OriginalString);
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, cookie, StringComparison.Ordinal);

        using var opened = await gateway.GetAsync("/", ("Cookie", $"lang=fr; {cookie.Split(';')[0]}; theme=dark"));
        Assert.Equal("a", await opened.Content.ReadAsStringAsync(Token));
        Assert.Equal("lang=fr; theme=dark", a.Requests.Single().Header("Cookie"));
        Assert.DoesNotContain(gateway.Logs, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_token_is_said_in_the_readers_language_and_can_be_tried_ten_times_a_minute()
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await StartAsync(a);

        for (var i = 0; i < 10; i++)
        {
            using var response = await LogInAsync(gateway, "wrong", "/");
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.False(response.Headers.Contains("Set-Cookie"));
            Assert.Contains("Ce n’est pas le jeton", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        using var refused = await LogInAsync(gateway, Secret, "/");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("/gateway/login?to=/")]
    [InlineData("")]
    public async Task The_login_form_leads_nowhere_else(string to)
    {
        await using var gateway = await StartAsync();

        using var response = await LogInAsync(gateway, Secret, to);

        Assert.Equal("/", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public void A_cookie_ends_and_does_not_outlive_its_token()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var cookie = new AccessToken(Secret, clock).IssueCookie();

        Assert.True(new AccessToken(Secret, clock).IsValidCookie(cookie));
        Assert.False(new AccessToken(Secret + "2", clock).IsValidCookie(cookie));
        Assert.False(new AccessToken(Secret, clock).IsValidCookie("9" + cookie));
        clock.Advance(AccessToken.CookieLife);
        Assert.False(new AccessToken(Secret, clock).IsValidCookie(cookie));
    }

    [Fact]
    public async Task Without_a_token_the_gateway_listens_on_loopback_whatever_it_is_told()
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await GatewayHost.StartAsync(
            [a],
            [("urls", "http://0.0.0.0:0;http://127.0.0.1:0"), ("Kestrel:Endpoints:other:Url", "http://0.0.0.0:0")]
        );

        Assert.All(gateway.Addresses, address => Assert.True(new Uri(address).IsLoopback, address));
        Assert.Contains(
            gateway.Logs,
            line => line.Contains("RAGPY_ACCESS_TOKEN is not set: listening on http://localhost:0", StringComparison.Ordinal)
        );
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.GetAsync("/gateway/login")).StatusCode);
    }

    [Fact]
    public async Task A_token_that_could_be_guessed_counts_as_none_and_is_not_shown()
    {
        await using var gateway = await GatewayHost.StartAsync([], [("RAGPY_ACCESS_TOKEN", "hunter2"), ("urls", "http://0.0.0.0:0")]);

        Assert.True(new Uri(gateway.Addresses.Single()).IsLoopback);
        Assert.Contains(gateway.Logs, line => line.Contains("shorter than 16 characters", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Logs, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_token_the_gateway_listens_where_it_is_told()
    {
        await using var gateway = await GatewayHost.StartAsync([], [("RAGPY_ACCESS_TOKEN", Secret), ("urls", "http://0.0.0.0:0")]);

        Assert.StartsWith("http://0.0.0.0:", gateway.Addresses.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.9", "/metrics", false)]
    [InlineData("203.0.113.9", "/Metrics/", false)]
    [InlineData("203.0.113.9", "//metrics", false)]
    [InlineData("203.0.113.9", "/x/../metrics", false)]
    [InlineData("203.0.113.9", "/%6Detrics", false)]
    [InlineData("203.0.113.9", "/hangfire/jobs/enqueued", false)]
    [InlineData("2001:db8::1", "/metrics", false)]
    [InlineData("172.32.0.1", "/metrics", false)]
    [InlineData("203.0.113.9", "/metricsx", true)]
    [InlineData("10.1.2.3", "/metrics", true)]
    [InlineData("172.31.0.1", "/hangfire", true)]
    [InlineData("192.168.1.1", "/metrics", true)]
    [InlineData("::ffff:10.1.2.3", "/metrics", true)]
    [InlineData("fd12::1", "/metrics", true)]
    public async Task Metrics_and_the_job_dashboard_are_for_private_networks(string client, string path, bool isServed)
    {
        await using var a = await Replica.StartAsync("a", MapAll);
        await using var gateway = await GatewayHost.StartAsync([a], [("RAGPY_GATEWAY_TRUSTED_PROXIES", "127.0.0.0/8, ::1")]);
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(gateway.Addresses[0] + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })
        );
        request.Headers.Add("X-Forwarded-For", client);

        using var response = await gateway.Client.SendAsync(request, Token);

        Assert.Equal(isServed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(isServed ? 1 : 0, a.Requests.Count);
    }

    [Fact]
    public async Task What_a_client_says_about_its_origin_is_overwritten_unless_it_is_a_trusted_proxy()
    {
        await using var a = await Replica.StartAsync("a");
        // The variable is what Aspire's manifests set.
        await using var open = await GatewayHost.StartAsync([a], [("FORWARDEDHEADERS_ENABLED", "true"), ("RAGPY_GATEWAY_KEY", "shared")]);
        await using var behind = await GatewayHost.StartAsync([a], [("RAGPY_GATEWAY_TRUSTED_PROXIES", "127.0.0.1, nonsense")]);
        (string, string)[] headers =
        [
            ("X-Forwarded-For", "10.9.9.9"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "elsewhere.example"),
            ("X-Forwarded-Prefix", "/x"),
            ("Forwarded", "for=10.9.9.9"),
            ("X-Real-IP", "10.9.9.9"),
            ("Host", "ragpy.localhost"),
            ("X-RagPy-Gateway-Key", "guessed"),
        ];

        await open.GetAsync("/", headers);
        await behind.GetAsync("/", headers);

        Assert.Equal(("127.0.0.1", "127.0.0.1", "http", "ragpy.localhost", "ragpy.localhost", null, null), Forwarded(a.Requests.First()));
        Assert.Equal(("10.9.9.9", "10.9.9.9", "https", "elsewhere.example", "elsewhere.example", null, null), Forwarded(a.Requests.Last()));
        Assert.Equal(["shared", null], a.Requests.Select(request => request.Header("X-RagPy-Gateway-Key")));
        Assert.Contains(behind.Logs, line => line.Contains("contains \"nonsense\"", StringComparison.Ordinal));

        static (string?, string?, string?, string?, string?, string?, string?) Forwarded(Replica.Seen request) =>
            (
                request.Header("X-Forwarded-For"),
                request.Header("X-Real-IP"),
                request.Header("X-Forwarded-Proto"),
                request.Header("X-Forwarded-Host"),
                request.Header("Host"),
                request.Header("X-Forwarded-Prefix"),
                request.Header("Forwarded")
            );
    }

    [Theory]
    [InlineData("localhost:8000", HttpStatusCode.OK)]
    [InlineData("[::1]:8000", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    public async Task Without_a_token_only_names_of_this_machine_are_answered(string host, HttpStatusCode status)
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await GatewayHost.StartAsync(a);

        using var response = await gateway.GetAsync("/", ("Host", host));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? 1 : 0, a.Requests.Count);
    }

    private static void MapAll(IEndpointRouteBuilder routes, Replica replica) => routes.Map("/{**path}", () => replica.Name);

    private static Task<GatewayHost> StartAsync(params IReadOnlyList<Replica> replicas) =>
        GatewayHost.StartAsync(replicas, [("RAGPY_ACCESS_TOKEN", Secret)]);

    private static Task<HttpResponseMessage> LogInAsync(GatewayHost gateway, string token, string to) =>
        gateway.SendAsync(
            HttpMethod.Post,
            "/gateway/login",
            new FormUrlEncodedContent([new("token", token), new("to", to)]),
            ("Accept-Language", "fr-CH, fr;q=0.9, en;q=0.8")
        );
}

using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Gateway;

public sealed class TransportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Security_headers_are_added_once_and_those_of_the_application_win()
    {
        await using var a = await Replica.StartAsync("a", MapPages);
        await using var gateway = await GatewayHost.StartAsync(a);

        using var page = await gateway.GetAsync("/page");
        using var plain = await gateway.GetAsync("/");

        Assert.Equal("DENY", page.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("SAMEORIGIN", plain.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("same-origin", plain.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(plain.Headers.Contains("Server"));
        Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Caching_headers_and_conditional_requests_pass_as_they_are()
    {
        await using var a = await Replica.StartAsync("a", MapPages);
        await using var gateway = await GatewayHost.StartAsync(a);

        using var asset = await gateway.GetAsync("/app.js", ("Accept-Encoding", "br, gzip"));
        using var same = await gateway.GetAsync("/app.js", ("If-None-Match", "\"v1\""));
        using var part = await gateway.GetAsync("/app.js", ("Range", "bytes=0-3"), ("Accept-Encoding", "br"));

        Assert.Equal("public, max-age=31536000, immutable", asset.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("\"v1\"", asset.Headers.ETag?.Tag);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Empty(part.Content.Headers.ContentEncoding);
        Assert.Equal("0123", await part.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("/json", "br")]
    [InlineData("/json", "gzip")]
    [InlineData("/packed", "gzip")]
    [InlineData("/picture", null)]
    public async Task Text_is_compressed_and_what_is_compressed_already_is_not(string path, string? encoding)
    {
        await using var a = await Replica.StartAsync("a", MapPages);
        await using var gateway = await GatewayHost.StartAsync(a);

        using var response = await gateway.GetAsync(path, ("Accept-Encoding", path == "/packed" ? "br, gzip" : encoding ?? "br"));

        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        await using Stream plain =
            encoding == "br" ? new BrotliStream(body, CompressionMode.Decompress)
            : encoding == "gzip" ? new GZipStream(body, CompressionMode.Decompress)
            : body;
        using var reader = new StreamReader(plain);
        Assert.Equal(new string('x', 5000), await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Events_arrive_one_by_one_and_uncompressed()
    {
        var next = new SemaphoreSlim(0);
        await using var a = await Replica.StartAsync("a", MapEvents);
        await using var gateway = await GatewayHost.StartAsync(a);

        next.Release();
        using var response = await gateway.GetAsync("/events", ("Accept", "text/event-stream"), ("Accept-Encoding", "br, gzip"));
        Assert.Empty(response.Content.Headers.ContentEncoding);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        for (var id = 1; id <= 3; id++)
        {
            Assert.Equal($"id: {id}", await reader.ReadLineAsync(Token));
            Assert.Equal($"data: event {id}", await reader.ReadLineAsync(Token));
            Assert.Equal("", await reader.ReadLineAsync(Token));
            // Only after this one has been read is there another.
            next.Release();
        }

        void MapEvents(IEndpointRouteBuilder routes, Replica replica) =>
            routes.MapGet(
                "/events",
                async (HttpContext context) =>
                {
                    for (var id = 1; id <= 3; id++)
                    {
                        await next.WaitAsync(context.RequestAborted);
                        await Replica.WriteEventAsync(context.Response, id);
                    }
                }
            );
    }

    [Fact]
    public async Task A_trace_goes_through()
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await GatewayHost.StartAsync(a);
        using var activity = new Activity("a person's request").SetIdFormat(ActivityIdFormat.W3C).Start();

        await gateway.GetAsync("/");

        var parent = a.Requests.Single().Header("traceparent");
        Assert.StartsWith($"00-{activity.TraceId}-", parent, StringComparison.Ordinal);
        Assert.DoesNotContain(activity.SpanId.ToString(), parent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_certificate_http_leads_to_https_which_says_to_stay()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = WriteCertificate(folder.Path, "first.example");
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await StartTlsAsync(a, certificate, key);

        using var redirect = await gateway.SendAsync(HttpMethod.Post, "/x?y=1", null, ("Host", "ragpy.example:8080"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, redirect.StatusCode);
        Assert.Equal("https://ragpy.example:8443/x?y=1", redirect.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/health")).StatusCode);
        Assert.Empty(a.Requests);

        using var client = TlsClient(_ => { });
        using var response = await client.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, gateway.Addresses[1]) { Version = HttpVersion.Version20 },
            Token
        );
        Assert.Equal("a", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.Equal("max-age=31536000", response.Headers.GetValues("Strict-Transport-Security").Single());
        Assert.Equal("https", a.Requests.Single().Header("X-Forwarded-Proto"));
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = WriteCertificate(folder.Path, "first.example");
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await StartTlsAsync(a, certificate, key);
        Assert.Equal("CN=first.example", await SubjectAsync(gateway));

        await File.WriteAllTextAsync(certificate, "broken", Token);
        await gateway.UntilAsync(() => gateway.Logs.Any(line => line.Contains("cannot be used", StringComparison.Ordinal)));
        Assert.Equal("CN=first.example", await SubjectAsync(gateway));

        WriteCertificate(folder.Path, "second.example");
        await gateway.UntilAsync(async () => await SubjectAsync(gateway) == "CN=second.example");
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_yet_is_said_and_taken_when_it_comes()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (Path.Combine(folder.Path, "tls.crt"), Path.Combine(folder.Path, "tls.key"));
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await StartTlsAsync(a, certificate, key);
        using var response = await gateway.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("tls.crt", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        WriteCertificate(folder.Path, "late.example");
        await gateway.UntilAsync(() =>
            gateway.Logs.Any(line => line.Contains("Using the certificate of CN=late.example", StringComparison.Ordinal))
        );
        Assert.Equal("CN=late.example", await SubjectAsync(gateway));
    }

    [Fact]
    public async Task An_https_address_without_a_certificate_is_an_error_in_words()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            GatewayHost.StartAsync([], [("urls", "https://127.0.0.1:0"), ("RAGPY_TLS_KEY", "/a.key")])
        );

        Assert.Contains("set RAGPY_TLS_CERTIFICATE and RAGPY_TLS_KEY", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_says_not_ready_first_serves_on_then_ends_streams_and_finishes_what_is_under_way()
    {
        var finish = new TaskCompletionSource();
        await using var a = await Replica.StartAsync("a", MapLong);
        await using var gateway = await GatewayHost.StartAsync([a], [("RAGPY_GATEWAY_DRAIN_SECONDS", "2")]);
        using var stream = await gateway.GetAsync("/events", ("Accept", "text/event-stream"));
        var underWay = gateway.Client.GetStringAsync("/long", Token);
        await gateway.UntilAsync(() => a.Count("/long") == 1);

        var stopping = gateway.StopAsync();
        await gateway.UntilAsync(async () => (await gateway.GetAsync("/health")).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("a", await gateway.Client.GetStringAsync("/", Token));

        // Ended, not cut: reading to the end succeeds.
        Assert.Equal("id: 1\ndata: event 1\n\n", await stream.Content.ReadAsStringAsync(Token));
        Assert.False(stopping.IsCompleted);
        finish.SetResult();
        Assert.Equal("done", await underWay);
        await stopping;

        void MapLong(IEndpointRouteBuilder routes, Replica replica)
        {
            routes.MapGet("/long", async () => await finish.Task.ContinueWith(_ => "done", TaskScheduler.Default));
            routes.MapGet(
                "/events",
                async (HttpContext context) =>
                {
                    await Replica.WriteEventAsync(context.Response, 1);
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            );
        }
    }

    private static void MapPages(IEndpointRouteBuilder routes, Replica replica)
    {
        routes.MapGet(
            "/page",
            (HttpResponse response) =>
            {
                response.Headers.XFrameOptions = "DENY";
                response.Headers.XContentTypeOptions = "nosniff";
            }
        );
        routes.MapGet(
            "/app.js",
            (HttpResponse response) =>
            {
                response.Headers.CacheControl = "public, max-age=31536000, immutable";

                return Results.Bytes(
                    "0123456789"u8.ToArray(),
                    "text/javascript",
                    entityTag: new EntityTagHeaderValue("\"v1\""),
                    enableRangeProcessing: true
                );
            }
        );
        routes.MapGet("/json", () => Results.Text(new string('x', 5000), "application/json"));
        routes.MapGet("/picture", () => Results.Text(new string('x', 5000), "image/png"));
        routes.MapGet(
            "/packed",
            async (HttpResponse response) =>
            {
                response.ContentType = "application/json";
                response.Headers.ContentEncoding = "gzip";
                await using var gzip = new GZipStream(response.Body, CompressionMode.Compress);
                await gzip.WriteAsync(System.Text.Encoding.ASCII.GetBytes(new string('x', 5000)));
            }
        );
    }

    private static Task<GatewayHost> StartTlsAsync(Replica replica, string certificate, string key) =>
        GatewayHost.StartAsync(
            [replica],
            [
                ("urls", "http://127.0.0.1:0;https://127.0.0.1:0"),
                ("RAGPY_TLS_CERTIFICATE", certificate),
                ("RAGPY_TLS_KEY", key),
                ("RAGPY_GATEWAY_HTTPS_PORT", "8443"),
            ],
            options => options with { CertificateInterval = TimeSpan.FromMilliseconds(50) }
        );

    private static async Task<string> SubjectAsync(GatewayHost gateway)
    {
        var subject = "";
        using var client = TlsClient(certificate => subject = certificate.Subject);
        await client.GetStringAsync(gateway.Addresses[1], Token);

        return subject;
    }

    private static HttpClient TlsClient(Action<X509Certificate2> see) =>
        new(
            new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        see((X509Certificate2)certificate!);

                        return true;
                    },
                },
            }
        );

    private static (string Certificate, string Key) WriteCertificate(string folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        var (certificateFile, keyFile) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());

        return (certificateFile, keyFile);
    }
}

using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace RagPy.Tests.Gateway;

public sealed class LimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_beyond_its_rate_is_told_when_to_come_back_and_others_and_probes_are_served()
    {
        await using var a = await Replica.StartAsync("a");
        await using var gateway = await GatewayHost.StartAsync(
            [a],
            [("RAGPY_GATEWAY_RATE_LIMIT", "2"), ("RAGPY_GATEWAY_TRUSTED_PROXIES", "127.0.0.1")]
        );

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 10; i++)
            answers.Add(await gateway.GetAsync("/", ("X-Forwarded-For", $"2001:db8::{i}")));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.InRange(refused.Count, 4, 6);
        Assert.All(refused, answer => Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5));
        Assert.Contains("too_many_requests", await refused[0].Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/", ("X-Forwarded-For", "2001:db8:0:1::1"))).StatusCode);
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/health", ("X-Forwarded-For", "2001:db8::1"))).StatusCode);
    }

    [Fact]
    public async Task Event_streams_have_a_limit_of_their_own()
    {
        await using var a = await Replica.StartAsync("a", MapEvents);
        await using var gateway = await GatewayHost.StartAsync(
            [a],
            [("RAGPY_GATEWAY_STREAM_LIMIT", "2"), ("RAGPY_GATEWAY_RATE_LIMIT", "100")]
        );
        using var first = await gateway.GetAsync("/events", ("Accept", "text/event-stream"));
        var second = await gateway.GetAsync("/events");

        using var third = await gateway.GetAsync("/events", ("Accept", "text/event-stream"));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.NotNull(third.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/")).StatusCode);

        second.Dispose();
        await gateway.UntilAsync(async () =>
        {
            using var again = await gateway.GetAsync("/events", ("Accept", "text/event-stream"));

            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_its_limit_is_refused(bool chunked)
    {
        await using var a = await Replica.StartAsync("a", MapUpload);
        await using var gateway = await GatewayHost.StartAsync([a], [("RAGPY_MAX_UPLOAD_SIZE", "1M")]);

        using var json = await PostAsync(gateway, (16 << 20) + 1, "application/json", chunked);
        using var upload = await PostAsync(gateway, (2 << 20) + 1, "multipart/form-data; boundary=x", chunked);
        using var allowed = await PostAsync(gateway, 3 << 19, "multipart/form-data; boundary=x", chunked);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, json.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, upload.StatusCode);
        Assert.Contains("RAGPY_MAX_UPLOAD_SIZE", await upload.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal("1572864", await allowed.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_client_that_calls_itself_grpc_does_not_get_round_the_limits()
    {
        await using var a = await Replica.StartAsync("a", MapUpload);
        await using var gateway = await GatewayHost.StartAsync(a);

        using var response = await PostAsync(gateway, 10, "application/grpc", chunked: true);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Empty(a.Requests);
    }

    [Fact]
    public async Task A_large_upload_streams_through_in_flat_memory()
    {
        const long size = 500L << 20;
        await using var a = await Replica.StartAsync("a", MapUpload);
        await using var gateway = await GatewayHost.StartAsync(a);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var content = new MadeUpContent(size, () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false)));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        using var response = await gateway.SendAsync(HttpMethod.Post, "/upload", content);

        Assert.Equal($"{size}", await response.Content.ReadAsStringAsync(Token));
        Assert.InRange(most - before, 0, 64L << 20);
    }

    private static Task<HttpResponseMessage> PostAsync(GatewayHost gateway, long size, string type, bool chunked)
    {
        var content = new MadeUpContent(size, () => { }, chunked);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        return gateway.SendAsync(HttpMethod.Post, "/upload", content, ("Expect", "100-continue"));
    }

    private static void MapUpload(IEndpointRouteBuilder routes, Replica replica) =>
        routes.MapPost(
            "/upload",
            async (HttpRequest request) =>
            {
                var buffer = new byte[1 << 16];
                var total = 0L;
                while (await request.Body.ReadAsync(buffer) is > 0 and var read)
                    total += read;

                return $"{total}";
            }
        );

    private static void MapEvents(IEndpointRouteBuilder routes, Replica replica) =>
        routes.MapGet(
            "/events",
            async (HttpContext context) =>
            {
                await Replica.WriteEventAsync(context.Response, 1);
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        );

    /// <summary>A body made up while it is sent.</summary>
    private sealed class MadeUpContent(long size, Action onMegabyte, bool chunked = false) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = new byte[1 << 20];
            for (var left = size; left > 0; left -= block.Length)
            {
                await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
                onMegabyte();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;

            return !chunked;
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace RagPy.Tests.Simulators;

public sealed class SimulatorTests
{
    private const string Document = """
        openapi: 3.0.3
        info: { title: Counting, version: "1" }
        security: [{ key: [] }]
        paths:
          /counts/{name}:
            post:
              parameters:
                - { name: name, in: path, required: true, schema: { type: string } }
                - { name: wait, in: query, schema: { type: boolean } }
                - { name: X-Version, in: header, required: true, schema: { type: string } }
              requestBody:
                required: true
                content: { application/json: { schema: { $ref: "#/components/schemas/Step" } } }
              responses:
                "200":
                  description: done
                  content:
                    application/json: { schema: { type: object, required: [total], properties: { total: { type: integer } } } }
        components:
          securitySchemes: { key: { type: apiKey, in: header, name: Api-Key } }
          schemas:
            Step:
              type: object
              required: [by]
              properties:
                by: { type: array, items: { type: number } }
                note: { anyOf: [{ type: string }, { nullable: true }] }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exchange_as_described_has_no_problem()
    {
        Assert.Empty(await CheckAsync("/counts/a?wait=true", """{"by":[1,2.5],"note":null}"""));
    }

    [Theory]
    [InlineData("/counts", """{"by":[]}""", "no such path")]
    [InlineData("/counts/a?weit=true", """{"by":[]}""", "no query parameter weit")]
    [InlineData("/counts/a?wait=perhaps", """{"by":[]}""", "query parameter wait")]
    [InlineData("/counts/a", """{}""", "required")]
    [InlineData("/counts/a", """{"by":["x"]}""", "/by/0 type")]
    [InlineData("/counts/a", """{"by":[],"nota":"x"}""", "/nota")]
    [InlineData("/counts/a", """{"by":[],"note":7}""", "/note")]
    [InlineData("/counts/a", """{"by":""", "")]
    public async Task What_is_not_as_described_is_said(string path, string body, string problem)
    {
        Assert.Contains(problem, string.Join('\n', await CheckAsync(path, body)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_key_and_a_missing_header_are_said()
    {
        await using var simulator = new CountingSimulator();
        await simulator.StartAsync();
        using var client = new HttpClient { BaseAddress = simulator.Address };
        using var response = await client.PostAsync("/counts/a", Json("""{"by":[1]}"""), Token);

        var problems = string.Join('\n', Contract().Check(simulator.Exchanges));

        Assert.Contains("no key", problems, StringComparison.Ordinal);
        Assert.Contains("X-Version is missing", problems, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_come_in_their_order_and_then_no_more()
    {
        await using var simulator = new CountingSimulator();
        await simulator.StartAsync();
        using var client = new HttpClient { BaseAddress = simulator.Address };
        simulator.Faults.Add(Fault.TooManyRequests(TimeSpan.FromSeconds(3)));
        simulator.Faults.Add(Fault.WithStatus(500));
        simulator.Faults.Add(Fault.Cut);
        simulator.Faults.Add(Fault.CutAfterwards);
        simulator.Faults.Add(Fault.Truncated);

        using var refused = await CountAsync(client);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), refused.Headers.RetryAfter!.Delta);
        using var failed = await CountAsync(client);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => CountAsync(client));
        Assert.Equal(0, simulator.Total);
        await Assert.ThrowsAsync<HttpRequestException>(() => CountAsync(client));
        Assert.Equal(1, simulator.Total);
        using var half = await CountAsync(client);
        await Assert.ThrowsAsync<JsonException>(() => half.Content.ReadFromJsonAsync<JsonElement>(Token));
        using var whole = await CountAsync(client);
        Assert.Equal(3, (await whole.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("total").GetInt32());
        Assert.Equal([429, 500, 0, 0, 200, 200], simulator.Exchanges.Select(e => e.Status));
    }

    private static async Task<IReadOnlyList<string>> CheckAsync(string path, string body)
    {
        await using var simulator = new CountingSimulator();
        await simulator.StartAsync();
        using var client = new HttpClient { BaseAddress = simulator.Address };
        client.DefaultRequestHeaders.Add("Api-Key", "k");
        client.DefaultRequestHeaders.Add("X-Version", "1");
        using var response = await client.PostAsync(path, Json(body), Token);
        return Contract().Check(simulator.Exchanges);
    }

    private static ApiContract Contract() => ApiContract.Read(new MemoryStream(Encoding.UTF8.GetBytes(Document)), "yaml");

    private static Task<HttpResponseMessage> CountAsync(HttpClient client) => client.PostAsync("/counts/a", Json("""{"by":[1]}"""), Token);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private sealed class CountingSimulator : Simulator
    {
        public int Total { get; private set; }

        protected override void Map(IEndpointRouteBuilder routes) =>
            routes.MapPost("/counts/{name}", (string name) => Results.Json(new { total = ++Total }));

        protected override string ErrorBody(int status, string message) => JsonSerializer.Serialize(new { error = message });
    }
}

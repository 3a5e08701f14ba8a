using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>The description of the API says what there is, and its page needs nothing from elsewhere.</summary>
public sealed partial class ApiDescriptionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = fixture.Host.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_description_is_valid_and_names_every_route()
    {
        var document = await ReadAsync();

        var described = document.Paths.SelectMany(path =>
            path.Value.Operations!.Keys.Select(method => $"{method} {path.Key}".ToUpperInvariant())
        );
        var mapped = fixture
            .Host.Get<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(endpoint =>
                endpoint
                    .Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Select(method => $"{method} {PathOf(endpoint.RoutePattern)}".ToUpperInvariant())
            );
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_has_words_answers_and_a_unique_name()
    {
        var document = await ReadAsync();
        var operations = document
            .Paths.SelectMany(path => path.Value.Operations!.Select(o => (Path: path.Key, Operation: o.Value)))
            .ToList();

        Assert.All(
            operations,
            o =>
            {
                Assert.False(string.IsNullOrEmpty(o.Operation.Summary), $"{o.Path} has no summary.");
                Assert.Contains(o.Operation.Responses!.Keys, status => status.StartsWith('2'));
                Assert.All(
                    o.Operation.Parameters ?? [],
                    p =>
                        Assert.False(
                            string.IsNullOrEmpty(p.Description) && p.In != ParameterLocation.Path,
                            $"{o.Path}: {p.Name} is not described."
                        )
                );
            }
        );
        var names = operations.Select(o => o.Operation.OperationId).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(
            operations.Where(o => o.Path.StartsWith("/api/v1/", StringComparison.Ordinal)),
            o =>
                Assert.Contains(
                    o.Operation.Responses!,
                    r => r.Key.StartsWith('4') && r.Value.Content!.ContainsKey("application/problem+json")
                )
        );
        var answers = operations
            .Where(o => o.Path.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(o =>
                o.Operation.Responses!.Where(r => r.Key.StartsWith('2'))
                    .SelectMany(r => r.Value.Content ?? new Dictionary<string, OpenApiMediaType>())
            )
            .Where(content => content.Key == "application/json" && content.Value.Schema is not null);
        Assert.All(answers, content => Assert.NotNull(content.Value.Example));
    }

    [Fact]
    public async Task The_page_that_shows_the_api_needs_nothing_from_elsewhere()
    {
        using var page = await _client.GetAsync("/scalar/v1", Token);
        var html = await page.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.Contains("script-src 'nonce-", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        foreach (Match script in Sources().Matches(html))
        {
            using var answer = await _client.GetAsync(new Uri(page.RequestMessage!.RequestUri!, script.Groups[1].Value), Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private async Task<OpenApiDocument> ReadAsync()
    {
        var json = await _client.GetStringAsync("/openapi/v1.json", Token);
        var read = OpenApiDocument.Parse(json, OpenApiConstants.Json);
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        return read.Document!;
    }

    private static string PathOf(RoutePattern pattern)
    {
        var path = new StringBuilder();
        foreach (var segment in pattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(
                    CultureInfo.InvariantCulture,
                    $"{(part is RoutePatternParameterPart parameter ? $"{{{parameter.Name}}}" : ((RoutePatternLiteralPart)part).Content)}"
                );
            }
        }

        return path.ToString();
    }

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Sources();
}

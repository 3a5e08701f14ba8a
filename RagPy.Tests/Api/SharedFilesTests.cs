using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RagPy.Core.Storage;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Two hosts with nothing in common but the database, an object storage and a vector store.</summary>
public sealed class SharedFilesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly S3Simulator _files = new();
    private readonly QdrantSimulator _points = new();
    private ApiHost _server = null!;
    private ApiHost _worker = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _files.StartAsync();
        await _points.StartAsync();
        (_server, _worker) = await ApiHost.OnTwoHostsAsync(
            postgres,
            ("RAGPY_S3_BUCKET", S3Simulator.Bucket),
            ("RAGPY_S3_ENDPOINT", _files.Address.AbsoluteUri),
            ("RAGPY_S3_ACCESS_KEY", S3Simulator.AccessKey),
            ("RAGPY_S3_SECRET_KEY", S3Simulator.Secret),
            ("RAGPY_S3_PREFIX", "/ragpy/"),
            ("QDRANT_URL", _points.Address.AbsoluteUri),
            ("RAGPY_VECTOR_STORE", "qdrant")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _server.DisposeAsync();
        await _points.DisposeAsync();
        await _files.DisposeAsync();
    }

    [Fact]
    public async Task What_is_uploaded_to_one_host_is_worked_on_by_another_and_read_from_both()
    {
        var pdf = ApiCalls.Pdf(string.Concat(Enumerable.Range(0, 4_000).Select(i => $"The lighthouse {i} stands on granite. ")));
        var project = await _server.Client.NewProjectAsync();

        var session = await _server.Client.BringInAsync(
            project,
            ("lighthouse.pdf", pdf),
            ("b.pdf", ApiCalls.Pdf("Bread rises with time."))
        );

        Assert.Equal("completed", session.GetProperty("state").GetString());
        Assert.Equal(2, session.GetProperty("counts").GetProperty("indexed").GetInt32());
        Assert.Empty(_server.Extractor.Extracted);
        Assert.Equal(2, _worker.Extractor.Extracted.Count);
        Assert.All(_files.Objects.Keys, key => Assert.StartsWith($"ragpy/{project}/", key, StringComparison.Ordinal));
        var document = await FindAsync(project, "lighthouse");
        foreach (var host in new[] { _server, _worker })
        {
            await AssertReadsAsync(host.Client, $"/api/v1/documents/{document}/file", pdf);
        }
    }

    [Fact]
    public async Task What_is_deleted_on_one_host_is_gone_from_the_storage_and_from_the_other()
    {
        var project = await _server.Client.NewProjectAsync();
        await _server.Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("The tide turns.")), ("b.pdf", ApiCalls.Pdf("Bread rises.")));
        var document = await FindAsync(project, "tide");
        var before = _files.Objects.Count;

        using var deleted = await _server.Client.DeleteAsync($"/api/v1/documents/{document}", Token);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(before - 1, _files.Objects.Count);
        using var gone = await _worker.Client.GetAsync($"/api/v1/documents/{document}/file", Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.True((await _server.Get<AuditService>().AuditAsync(project, Token)).IsClean);
        using var emptied = await _server.Client.DeleteAsync($"/api/v1/projects/{project}", Token);
        Assert.Empty(_files.Objects);
        Assert.True((await _worker.Get<AuditService>().AuditAsync(project, Token)).IsClean);
    }

    [Fact]
    public async Task A_storage_that_is_away_degrades_the_service_and_is_named_in_the_answer()
    {
        var project = await _server.Client.NewProjectAsync();
        _files.Faults.Add(Fault.WithStatus(403), int.MaxValue);

        using var upload = await _server.Client.UploadAsync(project, ("a.pdf", ApiCalls.Pdf("One.")));

        var detail = await ApiCalls.AssertProblemAsync(upload, HttpStatusCode.ServiceUnavailable, "provider_auth");
        Assert.Contains("RAGPY_S3_ACCESS_KEY", detail, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Simulator.Secret, detail, StringComparison.Ordinal);
        var second = _server.Second();
        await using (second)
        {
            using var health = await second.Client.GetAsync("/health", Token);
            var text = await health.Content.ReadAsStringAsync(Token);
            Assert.NotEqual(HttpStatusCode.InternalServerError, health.StatusCode);
            Assert.Contains("files", text, StringComparison.Ordinal);
        }

        _files.Faults.Clear();
        Assert.Equal(
            "completed",
            (await _server.Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("One.")))).GetProperty("state").GetString()
        );
    }

    private static async Task AssertReadsAsync(HttpClient client, string path, byte[] expected)
    {
        Assert.Equal(expected, await client.GetByteArrayAsync(path, Token));
        // As PDF.js does: the end first, then pieces here and there.
        foreach (var (from, to) in new[] { (expected.Length - 1000, expected.Length - 1), (0, 65_535), (70_000, 135_535) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Range = new RangeHeaderValue(from, to);
            using var part = await client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal($"bytes {from}-{to}/{expected.Length}", part.Content.Headers.ContentRange!.ToString());
            Assert.Equal(Encoding.UTF8.GetString(expected, from, to - from + 1), await part.Content.ReadAsStringAsync(Token));
        }
    }

    private async Task<Guid> FindAsync(long project, string word) =>
        (await _server.Client.GetJsonAsync($"/api/v1/projects/{project}/search?q={word}&mode=sparse"))
            .GetProperty("results")[0]
            .GetProperty("document")
            .GetGuid();
}

using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RagPy.Core.Storage;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Uploads, those meant to do harm among them: each is refused with a reason, and nothing of it stays.</summary>
public sealed class UploadTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int MaxUpload = 2 << 20;

    private ApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await ApiHost.CreateAsync(postgres, ("RAGPY_MAX_UPLOAD_SIZE", "2M"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Several_pdfs_are_one_session_under_their_names_and_are_found()
    {
        var project = await _host.Client.NewProjectAsync();

        var session = await _host.Client.BringInAsync(
            project,
            ("../Phare d'Eckmühl.pdf", ApiCalls.Pdf("The lighthouse stands on granite.")),
            ("b.pdf", ApiCalls.Pdf("Bread rises with time.")),
            ("b.pdf", ApiCalls.Pdf("Another loaf."))
        );

        Assert.Equal("pdf-folder", session.GetProperty("kind").GetString());
        Assert.Equal("completed", session.GetProperty("state").GetString());
        Assert.Equal("Phare d'Eckmühl.pdf + 2", session.GetProperty("name").GetString());
        Assert.Equal(3, session.GetProperty("counts").GetProperty("indexed").GetInt32());
        var documents = await _host.Client.GetJsonAsync($"/api/v1/sessions/{session.GetProperty("id").GetInt64()}/documents");
        Assert.Equal(
            ["Phare d'Eckmühl.pdf", "b (2).pdf", "b.pdf"],
            documents.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("file").GetString()).Order(StringComparer.Ordinal)
        );
        var found = await _host.Client.GetJsonAsync($"/api/v1/projects/{project}/search?q=lighthouse");
        Assert.Equal("Phare d'Eckmühl", found.GetProperty("results")[0].GetProperty("title").GetString());
    }

    [Fact]
    public async Task The_same_files_again_are_the_same_session()
    {
        var project = await _host.Client.NewProjectAsync();
        var first = await _host.Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("One text.")));

        var second = await _host.Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("One text.")));

        Assert.Equal(first.GetProperty("id").GetInt64(), second.GetProperty("id").GetInt64());
        Assert.Equal(1, second.GetProperty("task").GetProperty("unchanged").GetInt32());
        Assert.Single(_host.Extractor.Extracted);
    }

    [Fact]
    public async Task A_zotero_json_alone_is_brought_in_with_what_it_says()
    {
        var project = await _host.Client.NewProjectAsync();
        var json = """[{"key":"AAAAAAA1","itemType":"book","title":"Tide mills","abstractNote":"Mills that the sea drives."}]""";

        var session = await _host.Client.BringInAsync(project, ("library.json", Encoding.UTF8.GetBytes(json)));

        Assert.Equal("zotero-export", session.GetProperty("kind").GetString());
        Assert.Equal(1, session.GetProperty("counts").GetProperty("indexed").GetInt32());
        var found = await _host.Client.GetJsonAsync($"/api/v1/projects/{project}/search?q=mills");
        var result = found.GetProperty("results")[0];
        Assert.Equal("zotero://select/library/items/AAAAAAA1", result.GetProperty("zotero")[0].GetProperty("uri").GetString());
    }

    [Fact]
    public async Task The_sample_comes_with_the_service()
    {
        var project = await _host.Client.NewProjectAsync();

        var started = await _host.Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/projects/{project}/sessions/sample", null);

        Assert.Equal("Sample library", started.GetProperty("session").GetProperty("name").GetString());
        var end = await _host.Client.WaitAsync(started.GetProperty("task").GetProperty("id").GetInt64());
        Assert.Equal("completed", end.GetProperty("state").GetString());
        Assert.True(end.GetProperty("documents").GetInt32() >= 9);
    }

    [Fact]
    public async Task An_archive_with_a_name_that_climbs_out_is_refused() =>
        await AssertRefusedAsync(Zip(("../evil.pdf", "x"u8.ToArray())), HttpStatusCode.UnprocessableEntity, "bad_archive", "evil.pdf");

    [Fact]
    public async Task An_archive_with_a_link_is_refused()
    {
        var zip = Zip(archive => archive.CreateEntry("link.pdf").ExternalAttributes = unchecked((int)0xA1FF0000));

        await AssertRefusedAsync(zip, HttpStatusCode.UnprocessableEntity, "bad_archive", "link");
    }

    [Fact]
    public async Task An_archive_that_unpacks_out_of_proportion_is_refused() =>
        await AssertRefusedAsync(Zip(("bomb.pdf", new byte[64 << 20])), HttpStatusCode.UnprocessableEntity, "bad_archive", "unpack");

    [Fact]
    public async Task An_archive_that_holds_nothing_to_read_is_refused() =>
        await AssertRefusedAsync(Zip(("a.txt", "x"u8.ToArray())), HttpStatusCode.UnprocessableEntity, "bad_archive", "test.zip");

    [Fact]
    public async Task A_broken_archive_is_refused() =>
        await AssertRefusedAsync(Zip(("a.pdf", "x"u8.ToArray()))[..^30], HttpStatusCode.UnprocessableEntity, "bad_archive", "incomplete");

    [Theory]
    [InlineData("notes.docx", "not a pdf", HttpStatusCode.UnsupportedMediaType, "unsupported_type")]
    [InlineData("paper.pdf", "<html>Sign in first</html>", HttpStatusCode.UnsupportedMediaType, "unsupported_type")]
    [InlineData("data.json", "no json", HttpStatusCode.UnsupportedMediaType, "unsupported_type")]
    [InlineData("data.json", """{"some":"json"}""", HttpStatusCode.UnprocessableEntity, "bad_archive")]
    [InlineData("empty.pdf", "", HttpStatusCode.UnprocessableEntity, "empty")]
    public async Task A_file_of_a_wrong_kind_is_refused_by_what_is_in_it(string name, string content, HttpStatusCode status, string code)
    {
        var project = await _host.Client.NewProjectAsync();

        using var response = await _host.Client.UploadAsync(project, (name, Encoding.UTF8.GetBytes(content)));

        Assert.Contains(name, await ApiCalls.AssertProblemAsync(response, status, code), StringComparison.Ordinal);
        await AssertNothingLeftAsync(project);
    }

    [Fact]
    public async Task Files_that_do_not_go_together_are_refused()
    {
        var project = await _host.Client.NewProjectAsync();

        using var response = await _host.Client.UploadAsync(project, ("a.pdf", ApiCalls.Pdf("x")), ("b.zip", Zip(("c.pdf", [1]))));

        await ApiCalls.AssertProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported_type");
        await AssertNothingLeftAsync(project);
    }

    [Fact]
    public async Task What_grows_beyond_the_limit_while_it_is_read_is_refused()
    {
        var project = await _host.Client.NewProjectAsync();
        using var form = ApiCalls.Form(("a.pdf", [.. ApiCalls.Pdf("x"), .. new byte[MaxUpload]]));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/projects/{project}/sessions") { Content = form };
        request.Headers.TransferEncodingChunked = true;

        using var response = await _host.Client.SendAsync(request, Token);

        await ApiCalls.AssertProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "too_large");
        await AssertNothingLeftAsync(project);
    }

    [Fact]
    public async Task Two_gigabytes_declared_are_refused_before_they_are_sent()
    {
        var project = await _host.Client.NewProjectAsync();
        using var socket = await ConnectAsync();
        await SendHeadAsync(socket, project, contentLength: 2L << 30);

        var answer = await ReadToEndAsync(socket);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"too_large\"", answer, StringComparison.Ordinal);
        await AssertNothingLeftAsync(project);
    }

    [Fact]
    public async Task A_client_that_cuts_the_connection_leaves_nothing()
    {
        var project = await _host.Client.NewProjectAsync();
        using (var socket = await ConnectAsync())
        {
            await SendHeadAsync(socket, project, contentLength: 1 << 20);
            var part =
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n" + new string('x', 200_000);
            await socket.SendAsync(Encoding.ASCII.GetBytes(part), Token);
            await UntilAsync(() => _host.Files().Any(f => f.StartsWith("uploads", StringComparison.Ordinal)));
            socket.Close(timeout: 0);
        }

        await UntilAsync(() => _host.Files().Length == 0);
        await AssertNothingLeftAsync(project);
    }

    [Theory]
    [InlineData("text/plain", "x", HttpStatusCode.UnsupportedMediaType, "unsupported_type")]
    [InlineData("multipart/form-data", "x", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("multipart/form-data; boundary=b", "x", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n", HttpStatusCode.UnprocessableEntity, "empty")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n", HttpStatusCode.BadRequest, "bad_request")]
    public async Task A_body_that_is_no_form_with_files_is_refused(string type, string body, HttpStatusCode status, string code)
    {
        var project = await _host.Client.NewProjectAsync();
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await _host.Client.PostAsync($"/api/v1/projects/{project}/sessions", content, Token);

        await ApiCalls.AssertProblemAsync(response, status, code);
        await AssertNothingLeftAsync(project);
    }

    [Fact]
    public async Task An_uploaded_export_reads_nothing_outside_itself()
    {
        var secret = Path.Combine(Path.GetTempPath(), $"ragpy-secret-{Guid.NewGuid():n}.pdf");
        await File.WriteAllBytesAsync(secret, ApiCalls.Pdf("The secret recipe."), Token);
        try
        {
            var project = await _host.Client.NewProjectAsync();
            var json = $$"""
                [{"key":"AAAAAAA1","itemType":"book","title":"T","attachments":[{"path":"{{secret}}","contentType":"application/pdf"}]}]
                """;

            var session = await _host.Client.BringInAsync(project, ("library.json", Encoding.UTF8.GetBytes(json)));

            var failure = Assert.Single(
                (await _host.Client.GetJsonAsync($"/api/v1/sessions/{session.GetProperty("id").GetInt64()}/documents?state=failed"))
                    .GetProperty("items")
                    .EnumerateArray()
            );
            Assert.Equal("missing_file", failure.GetProperty("code").GetString());
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task What_a_process_that_died_had_received_is_removed_at_the_next_start()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_host.Data, "uploads")).FullName;
        var (old, recent) = (Path.Combine(folder, "old"), Path.Combine(folder, "recent"));
        await File.WriteAllTextAsync(old, "x", Token);
        await File.WriteAllTextAsync(recent, "x", Token);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-1));

        await using var second = _host.Second();

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(recent));
    }

    private async Task AssertRefusedAsync(byte[] zip, HttpStatusCode status, string code, string sentence)
    {
        var project = await _host.Client.NewProjectAsync();

        using var response = await _host.Client.UploadAsync(project, ("test.zip", zip));

        var detail = await ApiCalls.AssertProblemAsync(response, status, code);
        Assert.Contains(sentence, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_host.Data, detail, StringComparison.Ordinal);
        await AssertNothingLeftAsync(project);
    }

    private async Task AssertNothingLeftAsync(long project)
    {
        Assert.Empty(_host.Files());
        var sessions = await _host.Client.GetJsonAsync($"/api/v1/projects/{project}/sessions");
        Assert.Equal(0, sessions.GetProperty("items").GetArrayLength());
        var report = await _host.Get<AuditService>().AuditAsync(project, Token);
        Assert.True(report.IsClean, report.ToString());
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files) =>
        Zip(archive =>
        {
            foreach (var (name, content) in files)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(content);
            }
        });

    private static byte[] Zip(Action<ZipArchive> fill)
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            fill(archive);
        }

        return bytes.ToArray();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_host.Address.Host, _host.Address.Port, Token);
        return socket;
    }

    private async Task SendHeadAsync(Socket socket, long project, long contentLength)
    {
        var head =
            $"POST /api/v1/projects/{project}/sessions HTTP/1.1\r\nHost: {_host.Address.Authority}\r\n"
            + $"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {contentLength}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head), Token);
    }

    /// <summary>Everything up to the end of the connection.</summary>
    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        var buffer = new byte[4096];
        var text = new StringBuilder();
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer, limit.Token)) > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The server does not wait for a body that it has refused.
        }

        return text.ToString();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}

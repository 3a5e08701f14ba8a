using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Requests as tests make them.</summary>
internal static class ApiCalls
{
    private static int s_projects;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes a project and gives its id.</summary>
    public static async Task<long> NewProjectAsync(this HttpClient client)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"project {Interlocked.Increment(ref s_projects)}");
        return (await client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", new { name })).GetProperty("id").GetInt64();
    }

    /// <summary>Sends files to a project.</summary>
    public static Task<HttpResponseMessage> UploadAsync(
        this HttpClient client,
        long project,
        params (string Name, byte[] Content)[] files
    ) => client.PostAsync($"/api/v1/projects/{project}/sessions", Form(files), Token);

    public static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(content), "file", name);
        }

        return form;
    }

    /// <summary>Bytes that begin like a PDF and that the test's extractor reads as text.</summary>
    public static byte[] Pdf(string text) => Encoding.UTF8.GetBytes($"%PDF-1.7\n{text}");

    /// <summary>Sends files and waits until all is done; gives the session as it then is.</summary>
    public static async Task<JsonElement> BringInAsync(this HttpClient client, long project, params (string Name, byte[] Content)[] files)
    {
        using var response = await client.UploadAsync(project, files);
        var started = await ReadAsync(response, HttpStatusCode.Created);
        await client.WaitAsync(started.GetProperty("task").GetProperty("id").GetInt64());
        return await client.GetJsonAsync($"/api/v1/sessions/{started.GetProperty("session").GetProperty("id").GetInt64()}");
    }

    /// <summary>Polls a task until it has ended.</summary>
    public static async Task<JsonElement> WaitAsync(this HttpClient client, long task)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var progress = await client.GetJsonAsync($"/api/v1/tasks/{task}");
            if (progress.GetProperty("state").GetString() is not ("pending" or "running"))
            {
                return progress;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Token);
        return await ReadAsync(response, HttpStatusCode.OK);
    }

    /// <summary>Sends JSON and reads the answer, which must be a success.</summary>
    public static async Task<JsonElement> SendJsonAsync(this HttpClient client, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request, Token);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Token)}");
        return await ReadAsync(response, response.StatusCode);
    }

    /// <summary>The JSON of an answer that must have this status.</summary>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Checks that an answer is a problem of this status and code, and gives its sentence.</summary>
    public static async Task<string> AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await ReadAsync(response, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.DoesNotContain("   at ", detail, StringComparison.Ordinal);
        return detail;
    }

    public static HttpRequestMessage As(this HttpRequestMessage request, long person)
    {
        request.Headers.Add(NamedPerson.Header, person.ToString(CultureInfo.InvariantCulture));
        return request;
    }
}

using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>Uses the API as a patient client does: while connections to what was killed break, it tries again.</summary>
internal sealed class WebClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient _http;

    public WebClient(string address, params (string Name, string Value)[] headers)
    {
        _http = new HttpClient { BaseAddress = new Uri(address) };
        foreach (var (name, value) in headers)
        {
            _http.DefaultRequestHeaders.Add(name, value);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    public Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(path, Token);

    public async Task<JsonElement> GetPatientlyAsync(string path)
    {
        for (var begin = Stopwatch.GetTimestamp(); ; await Task.Delay(s_poll, Token))
        {
            try
            {
                return await GetAsync(path);
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(begin) < s_patience)
            {
                // Again.
            }
        }
    }

    public async Task<long> CreateProjectAsync(string name) =>
        (await PostAsync("/api/v1/projects", JsonContent.Create(new { name }))).GetProperty("id").GetInt64();

    public async Task<(long Session, long Task)> BringInSampleAsync(long project)
    {
        var started = await PostAsync($"/api/v1/projects/{project}/sessions/sample", content: null);

        return (started.GetProperty("session").GetProperty("id").GetInt64(), started.GetProperty("task").GetProperty("id").GetInt64());
    }

    public Task WaitUntilSourceIsReadAsync(long task) => WaitAsync(task, state => state.GetProperty("sourceRead").GetBoolean());

    public async Task WaitUntilCompletedAsync(long task)
    {
        var end = await WaitAsync(task, state => state.GetProperty("state").GetString() is not ("pending" or "running"));

        Assert.Equal("completed", end.GetProperty("state").GetString());
    }

    /// <summary>Text and vectors of every chunk of a session, in an order of their own.</summary>
    public async Task<string[]> GetPointsAsync(long session)
    {
        var dense = await GetPatientlyAsync($"/api/v1/sessions/{session}/exports/output_chunks_with_embeddings.json");

        return
        [
            .. dense
                .EnumerateArray()
                .Select(chunk => $"{chunk.GetProperty("text").GetString()} {chunk.GetProperty("embedding").GetRawText()}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private async Task<JsonElement> WaitAsync(long task, Func<JsonElement, bool> wanted)
    {
        for (var begin = Stopwatch.GetTimestamp(); ; await Task.Delay(s_poll, Token))
        {
            var state = await GetPatientlyAsync($"/api/v1/tasks/{task}");
            if (wanted(state))
            {
                return state;
            }

            Assert.True(Stopwatch.GetElapsedTime(begin) < s_patience, state.GetRawText());
        }
    }

    private async Task<JsonElement> PostAsync(string path, HttpContent? content)
    {
        using var answer = await _http.PostAsync(path, content, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));

        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }
}

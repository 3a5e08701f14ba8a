using System.Net.Http.Json;
using System.Text.Json;

namespace RagPy.Bench.Http;

/// <summary>Requests of the benches.</summary>
internal static class HttpCalls
{
    public static async Task<long> NewProjectAsync(this HttpClient client, string name, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync("/api/v1/projects", new { name }, cancellationToken);
        return (await ReadAsync(response, cancellationToken)).GetProperty("id").GetInt64();
    }

    /// <summary>Sends PDFs as one session, streamed from their files.</summary>
    /// <returns>Ids of session and task.</returns>
    public static async Task<(long Session, long Task)> UploadAsync(
        this HttpClient client,
        long project,
        IEnumerable<string> files,
        CancellationToken cancellationToken
    )
    {
        using var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            form.Add(new StreamContent(File.OpenRead(file)), "file", Path.GetFileName(file));
        }

        using var response = await client.PostAsync($"/api/v1/projects/{project}/sessions", form, cancellationToken);
        var started = await ReadAsync(response, cancellationToken);
        return (started.GetProperty("session").GetProperty("id").GetInt64(), started.GetProperty("task").GetProperty("id").GetInt64());
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(path, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>The value below which this part of the values lies.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double part) =>
        values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * part)));

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"{(int)response.StatusCode} {text}");
    }
}

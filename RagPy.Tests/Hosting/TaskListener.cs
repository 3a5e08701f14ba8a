using System.Net;
using System.Text.Json;

namespace RagPy.Tests.Hosting;

/// <summary>Watches a task as a browser does: when its event stream is cut it comes back with the id of the last event.</summary>
internal sealed class TaskListener(HttpClient http, long task)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _documents = [];
    private string? _lastId;

    /// <summary>The last state told of each document.</summary>
    public IReadOnlyDictionary<string, string> Documents => _documents;

    /// <summary>How often the stream was cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Attempts to connect that were not answered with a stream.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Listens to the end of the task.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!await ListenAsync(cancellationToken))
        {
            await Task.Delay(s_retry, cancellationToken);
        }
    }

    /// <returns>Whether the task has ended, as far as the stream tells.</returns>
    private async Task<bool> ListenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/tasks/{task}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (_lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", _lastId);
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                if (response.StatusCode != HttpStatusCode.NoContent)
                {
                    Failures.Add($"{(int)response.StatusCode} on connecting to the events of task {task}");
                }

                return response.StatusCode == HttpStatusCode.NoContent;
            }

            if (await ReadAsync(response, cancellationToken))
            {
                return true;
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Cut in the middle.
        }

        Cuts++;

        return false;
    }

    /// <returns>Whether the last event came.</returns>
    private async Task<bool> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        string? name = null,
            data = null,
            id = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var (field, value) = line.Split(": ", 2) is [var before, var after] ? (before, after) : ("", "");
            name = field == "event" ? value : name;
            data = field == "data" ? value : data;
            id = field == "id" ? value : id;
            if (line.Length > 0 || data is null)
            {
                continue;
            }

            Take(name, data);
            _lastId = id;
            if (name == "end")
            {
                return true;
            }

            (name, data) = (null, null);
        }

        return false;
    }

    private void Take(string? name, string data)
    {
        if (name != "documents")
        {
            return;
        }

        foreach (var document in JsonSerializer.Deserialize<JsonElement>(data).EnumerateArray())
        {
            _documents[document.GetProperty("id").GetString()!] = document.GetProperty("state").GetString()!;
        }
    }
}

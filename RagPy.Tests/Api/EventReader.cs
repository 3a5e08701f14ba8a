using System.Net;
using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Reads server-sent events as a browser does.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public string? LastId { get; private set; }

    public static async Task<EventReader> OpenAsync(HttpClient client, long task, string? lastEventId = null)
    {
        var token = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/tasks/{task}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(token)));
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<(string Name, JsonElement Data)?> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        string? name = null,
            data = null,
            id = null;
        while (await _reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0 && data is not null)
            {
                LastId = id ?? LastId;
                return (name ?? "message", JsonSerializer.Deserialize<JsonElement>(data));
            }

            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            var (field, value) = colon <= 0 ? ("", "") : (line[..colon], line[(colon + 2)..]);
            name = field == "event" ? value : name;
            data = field == "data" ? data + value : data;
            id = field == "id" ? value : id;
        }

        return null;
    }

    /// <summary>Everything up to the end of the stream.</summary>
    public async Task<List<(string Name, JsonElement Data)>> RestAsync()
    {
        var events = new List<(string, JsonElement)>();
        while (await NextAsync() is { } next)
        {
            events.Add(next);
        }

        return events;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}

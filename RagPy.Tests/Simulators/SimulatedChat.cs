using System.Collections.Concurrent;
using System.Text.Json;

namespace RagPy.Tests.Simulators;

/// <summary>The model behind a simulated chat API.</summary>
internal sealed class SimulatedChat
{
    /// <summary>Gives the answer to a request's body.</summary>
    public Func<JsonElement, SimulatedReply> Reply { get; set; } = _ => new SimulatedReply("");

    /// <summary>A message with this in it is refused, as by a content filter.</summary>
    public string? Refused { get; set; }

    /// <summary>Bodies of the requests that were carried out, in order.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = [];

    /// <summary>Whether a request is one that is refused.</summary>
    public bool Refuses(JsonElement request) =>
        Refused is { } word && request.GetProperty("messages").GetRawText().Contains(word, StringComparison.Ordinal);

    /// <summary>Answers a request.</summary>
    public SimulatedReply Answer(JsonElement request)
    {
        Requests.Enqueue(request);
        return Reply(request);
    }

    /// <summary>The passage that a request asks to be cleaned up.</summary>
    public static string PassageIn(JsonElement request)
    {
        const string begin = "<text>\n";
        const string end = "\n</text>";
        return AskedIn(request)[begin.Length..^end.Length];
    }

    /// <summary>The text of a request's last message.</summary>
    public static string AskedIn(JsonElement request)
    {
        var content = request.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        return content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : content.EnumerateArray().Single(p => p.GetProperty("type").GetString() == "text").GetProperty("text").GetString()!;
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RagPy.Api.Contracts;
using RagPy.Core.Pipeline;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RagPy.Api.Events;

/// <summary>Writes events in the format of server-sent events (HTML Living Standard §9.2).</summary>
internal sealed class TaskFrames(IOptions<JsonOptions> json)
{
    /// <summary>Documents of one event.</summary>
    private const int MaxDocuments = 500;

    /// <summary>First bytes of a stream: how long a client waits, in milliseconds, before it connects again.</summary>
    public static ReadOnlyMemory<byte> Opening { get; } = "retry: 1000\n\n"u8.ToArray();

    /// <summary>A comment that keeps the connection open.</summary>
    public static ReadOnlyMemory<byte> Heartbeat { get; } = ": \n\n"u8.ToArray();

    /// <summary>
    /// The documents, then the progress. Only the last part of the documents carries the new position: whoever loses the connection before it is told
    /// all of them again.
    /// </summary>
    /// <param name="from">Position before these changes.</param>
    /// <param name="to">Position after them.</param>
    public ReadOnlyMemory<byte> Write(TaskView progress, IReadOnlyCollection<DocumentChange> documents, long from, long to)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var left = documents.Count;
        foreach (var part in documents.Chunk(MaxDocuments))
        {
            left -= part.Length;
            WriteEvent(buffer, "documents", new TaskEventId(left == 0 ? to : from, HasEnded: false), part.Select(ToView));
        }

        WriteEvent(buffer, "progress", new TaskEventId(to, HasEnded: false), progress);
        return buffer.WrittenMemory;
    }

    /// <summary>The last event of a stream.</summary>
    /// <param name="state">How the task ended, or <c>deleted</c>.</param>
    public ReadOnlyMemory<byte> WriteEnd(string state, long position)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        WriteEvent(buffer, "end", new TaskEventId(position, HasEnded: true), new TaskEndView(state));
        return buffer.WrittenMemory;
    }

    private static DocumentChangeView ToView(DocumentChange change) =>
        new(change.Id, change.Stage, change.State, change.Code?.ToWire(), change.Reason);

    private void WriteEvent<T>(ArrayBufferWriter<byte> buffer, string name, TaskEventId id, T data)
    {
        Encoding.UTF8.GetBytes($"event: {name}\nid: {id}\ndata: ", buffer);
        // One line: JSON escapes line breaks within texts.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = json.Value.SerializerOptions.Encoder }))
        {
            JsonSerializer.Serialize(writer, data, json.Value.SerializerOptions);
        }

        buffer.Write("\n\n"u8);
    }
}

using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using RagPy.Core.Extraction;
using RagPy.Extractor.Document;
using RagPy.Extractor.Pdf;
using RagPy.Extractor.Text;

namespace RagPy.Extractor.Output;

/// <summary>Writes the protocol: one JSON object a line, flushed after each.</summary>
internal sealed class JsonLines(Stream output) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);

    // The reader is our own process, not a web page: text needs no more escaping than JSON asks for.
    private readonly Utf8JsonWriter _json = new(
        Stream.Null,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    public void Page(int index, string? label, PageText page)
    {
        Begin();
        _json.WriteNumber("page"u8, index);
        _json.WriteString("label"u8, label);
        _json.WriteNumber("width"u8, page.Width);
        _json.WriteNumber("height"u8, page.Height);
        _json.WriteString("text"u8, page.Text);
        _json.WriteBase64String("geometry"u8, PageGeometry.Encode(CollectionsMarshal.AsSpan(page.Words)));
        _json.WriteBoolean("needsOcr"u8, page.NeedsOcr);
        End();
    }

    public void Document(DocumentLine line)
    {
        Begin();
        _json.WriteStartObject("document"u8);
        _json.WriteNumber("pages"u8, line.Labels.Count);
        _json.WriteStartArray("labels"u8);
        foreach (var label in line.Labels)
        {
            _json.WriteStringValue(label);
        }

        _json.WriteEndArray();
        WriteRegions(line.Regions);
        WriteOutline(line.Outline);
        _json.WriteStartArray("needsOcrPages"u8);
        foreach (var page in line.NeedsOcrPages)
        {
            _json.WriteNumberValue(page);
        }

        _json.WriteEndArray();
        _json.WriteString("title"u8, line.Title);
        _json.WriteString("language"u8, line.Language);
        _json.WriteEndObject();
        End();
    }

    public void Failure(string code, string reason)
    {
        Begin();
        _json.WriteStartObject("failure"u8);
        _json.WriteString("code"u8, code);
        _json.WriteString("reason"u8, reason);
        _json.WriteEndObject();
        End();
    }

    public void Dispose() => _json.Dispose();

    private void WriteRegions(IReadOnlyList<Region> regions)
    {
        _json.WriteStartArray("regions"u8);
        foreach (var region in regions)
        {
            _json.WriteStartArray();
            _json.WriteNumberValue(region.Page);
            _json.WriteNumberValue(region.Start);
            _json.WriteNumberValue(region.End);
            _json.WriteNumberValue((int)region.Kind);
            _json.WriteNumberValue(region.Level);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    private void WriteOutline(IReadOnlyList<Bookmark> outline)
    {
        _json.WriteStartArray("outline"u8);
        foreach (var bookmark in outline)
        {
            _json.WriteStartArray();
            _json.WriteNumberValue(bookmark.Level);
            _json.WriteStringValue(bookmark.Title);
            if (bookmark.Page is { } page)
            {
                _json.WriteNumberValue(page);
            }
            else
            {
                _json.WriteNullValue();
            }

            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    private void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n"u8);
        output.Write(_buffer.WrittenSpan);
        output.Flush();
    }
}

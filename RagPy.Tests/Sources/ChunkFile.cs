using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RagPy.Tests.Sources;

/// <summary>A chunk file as the original lays it out (<c>original/formats.md</c> §3): its keys in their order, indent 2, other scripts unescaped.</summary>
internal sealed class ChunkFile
{
    private static readonly JsonSerializerOptions s_python = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<JsonNode?> _entries = [];

    /// <summary>The bytes of the file.</summary>
    public byte[] Bytes => JsonSerializer.SerializeToUtf8Bytes(new JsonArray([.. _entries.Select(e => e?.DeepClone())]), s_python);

    /// <summary>Adds the chunks of a document.</summary>
    /// <param name="vectors">Gives the vector of a chunk's text; null for a file without vectors.</param>
    public ChunkFile Document(
        string documentId,
        string itemKey,
        string fileName,
        string[] texts,
        Func<string, float[]>? vectors = null,
        string provider = "legacy"
    )
    {
        for (var i = 0; i < texts.Length; i++)
        {
            var chunk = Chunk(documentId, i + 1, texts.Length, texts[i], itemKey, fileName, provider);
            if (vectors is not null)
            {
                chunk["embedding"] = new JsonArray([.. vectors(texts[i]).Select(c => (JsonNode)c)]);
                chunk["sparse_embedding"] = new JsonObject { ["indices"] = new JsonArray("48213"), ["values"] = new JsonArray(1.0) };
            }

            _entries.Add(chunk);
        }

        return this;
    }

    /// <summary>Adds any entry.</summary>
    public ChunkFile Entry(string? json)
    {
        _entries.Add(json is null ? null : JsonNode.Parse(json));

        return this;
    }

    /// <summary>Changes the entry added last.</summary>
    public ChunkFile Change(Action<JsonObject> change)
    {
        change((JsonObject)_entries[^1]!);

        return this;
    }

    /// <summary>The same entries in another order.</summary>
    public ChunkFile Reordered(Func<int, int> place)
    {
        var file = new ChunkFile();
        file._entries.AddRange(_entries.Select((entry, i) => (entry, i)).OrderBy(e => place(e.i)).Select(e => e.entry));

        return file;
    }

    private static JsonObject Chunk(
        string documentId,
        int index,
        int total,
        string text,
        string itemKey,
        string fileName,
        string provider
    ) =>
        new()
        {
            ["id"] = $"{documentId}_{index}",
            ["doc_id"] = documentId,
            ["chunk_index"] = index,
            ["total_chunks"] = total,
            ["text"] = text,
            ["itemKey"] = itemKey,
            ["type"] = "journalArticle",
            ["title"] = $"Title of {itemKey}".TrimEnd(),
            ["abstract"] = "",
            ["date"] = 2020.5 - 0.5,
            ["url"] = "",
            ["doi"] = "10.1000/abc",
            ["authors"] = "Doe Jane, Roe Anne",
            ["filename"] = fileName,
            ["path"] = fileName.Length == 0 ? "" : $"/srv/uploads/1a2b3c4d_x/files/101/{fileName}",
            ["attachment_title"] = "Full Text PDF",
            ["texteocr_provider"] = provider,
        };
}

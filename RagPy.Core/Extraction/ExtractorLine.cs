using System.Text.Json;
using System.Text.Json.Serialization;

namespace RagPy.Core.Extraction;

/// <summary>One line of the extractor's output: a page, or the document, or a failure.</summary>
internal sealed record ExtractorLine(
    int? Page,
    string? Label,
    float Width,
    float Height,
    string? Text,
    byte[]? Geometry,
    bool NeedsOcr,
    ExtractorDocumentLine? Document,
    ExtractorFailureLine? Failure
);

/// <summary>The last line of a good run.</summary>
/// <param name="Regions">Each <c>[page, start, end, kind, level]</c>.</param>
/// <param name="Outline">Each <c>[level, "title", page or null]</c>.</param>
internal sealed record ExtractorDocumentLine(
    int Pages,
    string?[]? Labels,
    int[][]? Regions,
    JsonElement[][]? Outline,
    int[]? NeedsOcrPages,
    string? Title,
    string? Language
);

/// <summary>The last line of a run that could not read the file.</summary>
internal sealed record ExtractorFailureLine(string Code, string Reason);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, MaxDepth = 8)]
[JsonSerializable(typeof(ExtractorLine))]
internal sealed partial class ExtractorJson : JsonSerializerContext;

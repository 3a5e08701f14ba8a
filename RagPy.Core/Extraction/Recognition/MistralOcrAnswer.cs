using System.Text.Json;
using System.Text.Json.Serialization;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>An answer of <c>POST /v1/ocr</c> (schema <c>OCRResponse</c> of Mistral's OpenAPI document), as far as it is used here.</summary>
internal sealed record MistralOcrAnswer(
    [property: JsonPropertyName("pages"), JsonRequired] IReadOnlyList<MistralOcrAnswer.Page> Pages,
    [property: JsonPropertyName("model")] string? Model,
    [property: JsonPropertyName("usage_info")] MistralOcrAnswer.Usage? UsageInfo
)
{
    /// <summary>Reads an answer, which must have each of the pages asked for exactly once.</summary>
    /// <param name="indexes">0-based, as asked for.</param>
    /// <exception cref="JsonException">It is no such answer.</exception>
    public static MistralOcrAnswer Read(ReadOnlySpan<byte> body, IReadOnlyCollection<int> indexes)
    {
        var answer = JsonSerializer.Deserialize<MistralOcrAnswer>(body) ?? throw new JsonException("The answer is null.");
        return answer.Pages.Count == indexes.Count && answer.Pages.Select(page => page.Index).ToHashSet().SetEquals(indexes)
            ? answer
            : throw new JsonException("The answer has other pages than those asked for.");
    }

    /// <summary>A page as it was read.</summary>
    /// <param name="Index">0-based, in the file sent.</param>
    internal sealed record Page(
        [property: JsonPropertyName("index"), JsonRequired] int Index,
        [property: JsonPropertyName("markdown"), JsonRequired] string Markdown,
        [property: JsonPropertyName("blocks")] IReadOnlyList<Block>? Blocks
    )
    {
        /// <summary>In the form of the application.</summary>
        /// <param name="page">1-based index in the document.</param>
        public RecognizedPage ToPage(int page) => MarkdownPage.Read(page, Markdown, Blocks is { Count: > 0 } ? KindOf : null);

        /// <summary>What the model's blocks say of a paragraph; where several hold it, the first in reading order.</summary>
        private RegionKind? KindOf(string paragraph) =>
            Blocks!.FirstOrDefault(block => block.Content?.Contains(paragraph.Trim(), StringComparison.Ordinal) == true)?.Type switch
            {
                "title" => RegionKind.Heading,
                "references" => RegionKind.References,
                "header" or "footer" => RegionKind.Furniture,
                "aside_text" or "caption" => RegionKind.Aside,
                _ => null,
            };
    }

    /// <summary>A block of a page: <c>text</c>, <c>title</c>, <c>references</c>, <c>header</c>, and others.</summary>
    internal sealed record Block(
        [property: JsonPropertyName("type")] string? Type,
        [property: JsonPropertyName("content")] string? Content
    );

    /// <summary>What is billed.</summary>
    internal sealed record Usage([property: JsonPropertyName("pages_processed")] int PagesProcessed);
}

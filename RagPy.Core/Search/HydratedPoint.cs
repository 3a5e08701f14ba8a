using RagPy.Core.Chunking;
using RagPy.Core.Sources;

namespace RagPy.Core.Search;

/// <summary>What PostgreSQL knows of a point that was found.</summary>
internal sealed record HydratedPoint
{
    public required Guid DocumentId { get; init; }

    public required int Ordinal { get; init; }

    public required string Text { get; init; }

    /// <summary>What a chat model made of it; null where that is the same.</summary>
    public string? CleanText { get; init; }

    public required IReadOnlyList<TextSpan> Spans { get; init; }

    public required IReadOnlyList<string> HeadingPath { get; init; }

    public required bool IsReferences { get; init; }

    public required string Language { get; init; }

    public required string? FileHash { get; init; }

    public required string FilePath { get; init; }

    public required string ItemKey { get; init; }

    public required string Library { get; init; }

    public required string Title { get; init; }

    public required IReadOnlyList<Creator> Creators { get; init; }

    public required int[] Years { get; init; }

    public required string Date { get; init; }

    public required string Type { get; init; }

    public required string PublicationTitle { get; init; }

    public required string Url { get; init; }

    public required string Doi { get; init; }

    /// <summary>Items of the project that have the same file; empty without a file.</summary>
    public required IReadOnlyList<ItemReference> SameFile { get; init; }

    /// <summary>The passage's pages, or sections where the document has no pages.</summary>
    public required IReadOnlyDictionary<int, PassagePage> Pages { get; init; }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RagPy.Core.CleanUp;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>Names versions of documents by everything that shapes them (DESIGN §3.5): same inputs, same ids, on every machine.</summary>
internal sealed class DocumentVersions(Extractors extractors, IDocumentChunker chunker)
{
    /// <summary>Options of an extraction of the text layer, which has none; see <see cref="Extraction.Recognition.RecognitionMark"/> for those built upon it.</summary>
    public const string ExtractionOptions = "";

    /// <summary>Engine of the extractions whose pages may need recognition.</summary>
    public string PageEngine => extractors.PageEngine;

    /// <summary>Hash of a text that stands for a file.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Text of an item that stands for its files: the abstract, or the title when there is none; empty when there is neither.</summary>
    public static string AbstractText(string title, string @abstract) =>
        string.IsNullOrWhiteSpace(@abstract) ? title.Trim() : @abstract.Trim();

    /// <summary>What is known when the source has been read. A document that ended with the same fingerprint needs no work.</summary>
    /// <param name="contentHash">Hash of the file, or of title and abstract.</param>
    /// <param name="contentType">Media type of the file, which decides what reads it; empty for title and abstract.</param>
    /// <param name="cleanUp">The project's choice.</param>
    public Guid Fingerprint(
        DocumentKind kind,
        string contentHash,
        string contentType,
        string title,
        string language,
        string embedder,
        int dimension,
        string cleanUp
    )
    {
        var extractor = extractors.For(contentType);

        return Name(
            "fingerprint",
            [
                kind.ToString(),
                contentHash,
                title,
                language,
                extractor.Engine,
                extractor.Version,
                ExtractionOptions,
                .. Settings(embedder, dimension),
                .. CleanUp(CleanUpRules.For(kind, contentType, extractor.Engine, cleanUp)),
            ]
        );
    }

    /// <summary>The generation that a document's points belong to, by its content, extraction, language, embedder and clean-up.</summary>
    public Guid Generation(ChunkInput input) =>
        Name(
            "generation",
            [
                input.DocumentId.ToString("d"),
                input.ContentHash,
                input.Title,
                input.Language,
                .. input.Extraction,
                .. Settings(input.Embedder, input.Dimension),
                .. CleanUp(input.CleanUp),
            ]
        );

    /// <summary>False after an upgrade between the stages, or a change of embedder or clean-up: then the chunks belong to a generation that would not be made today.</summary>
    public bool IsCurrent(ChunkInput input) => input.Item.Generation == Generation(input);

    /// <summary>Nothing where nothing is cleaned up: so generations are what they were before there was a clean-up.</summary>
    private static string[] CleanUp(string model) => model == CleanUpRules.None ? [] : [model, CleanUpPrompt.Version];

    private string[] Settings(string embedder, int dimension) =>
        [
            chunker.Version,
            embedder,
            dimension.ToString(CultureInfo.InvariantCulture),
            SparseEncoder.Version.ToString(CultureInfo.InvariantCulture),
        ];

    /// <summary>The parts are length-prefixed, so that no two lists of parts read alike.</summary>
    private static Guid Name(string what, string[] parts)
    {
        var name = new StringBuilder(what);
        foreach (var part in parts)
        {
            name.Append('\n').Append(part.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(part);
        }

        return Uuid5.Create(Uuid5.RagPyNamespace, name.ToString());
    }
}

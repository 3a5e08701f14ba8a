using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Indexing;

namespace RagPy.Core.Search.Evaluation;

/// <summary>Writes a collection into a project the way documents of a library get there: chunked, analysed, embedded, stored.</summary>
internal sealed class EvaluationIndexer(IVectorStore store, IEmbedderRegistry embedders, string? embedderId, TimeProvider time)
{
    private const int BatchDocuments = 256;

    private static readonly DocumentStructure s_plain = new(1, [null], [], [], [], null, null);

    private readonly Chunker _chunker = new(new TokenCounter(), new ChunkSettings());
    private readonly ChunkEncoder _offline = new();
    private readonly SparseEncoder _sparse = new();

    /// <summary>Indexes every document.</summary>
    /// <returns>Id in the collection of each document's id.</returns>
    /// <exception cref="EvaluationException">Two documents have the same id.</exception>
    public async Task<IReadOnlyDictionary<Guid, string>> IndexAsync(
        EvaluationProject project,
        IAsyncEnumerable<BeirDocument> documents,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var names = new Dictionary<Guid, string>();
        var generation = Uuid5.Create(Uuid5.RagPyNamespace, $"evaluation/{project.Id}");
        await foreach (var batch in documents.Chunk(BatchDocuments).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var ids = Array.ConvertAll(batch, d => Uuid5.Create(generation, d.Id));
            for (var i = 0; i < batch.Length; i++)
            {
                if (!names.TryAdd(ids[i], batch[i].Id))
                {
                    throw new EvaluationException($"The corpus has two documents '{batch[i].Id}'.");
                }
            }

            await project.AddAsync(ids, generation, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            var points = new List<IndexPoint>();
            for (var i = 0; i < batch.Length; i++)
            {
                await AddPointsAsync(points, ids[i], generation, batch[i], cancellationToken).ConfigureAwait(false);
            }

            await store.WriteAsync(project.Id, points, cancellationToken).ConfigureAwait(false);
            progress?.Report(new EvaluationProgress("index", names.Count, null));
        }

        await project.PublishAsync(cancellationToken).ConfigureAwait(false);
        return names;
    }

    private async Task AddPointsAsync(
        List<IndexPoint> points,
        Guid documentId,
        Guid generation,
        BeirDocument document,
        CancellationToken cancellationToken
    )
    {
        var texts = new List<string>();
        var page = new ExtractedPage(0, null, "evaluation", document.Text, 0, 0, ReadOnlyMemory<byte>.Empty, false);
        await foreach (var chunk in _chunker.ChunkAsync(OnePage(page), s_plain, cancellationToken).ConfigureAwait(false))
        {
            texts.Add(chunk.Text);
        }

        if (texts.Count == 0 && !string.IsNullOrWhiteSpace(document.Title))
        {
            texts.Add("");
        }

        var language = LanguageDetector.Detect($"{document.Title}\n{document.Text}");
        var vectors = await EncodeAsync(document.Title, texts, language, cancellationToken).ConfigureAwait(false);
        points.AddRange(
            vectors.Select(
                (v, ordinal) =>
                    new IndexPoint(Uuid5.ForPoint(documentId, generation, ordinal), documentId, generation, ordinal, v.Dense, v.Sparse)
            )
        );
    }

    private async Task<IReadOnlyList<(float[] Dense, SparseVector Sparse)>> EncodeAsync(
        string title,
        List<string> texts,
        string language,
        CancellationToken cancellationToken
    )
    {
        if (texts.Count == 0 || embedderId is null)
        {
            return [.. texts.Select(t => (Array.Empty<float>(), _sparse.Encode(title, t, language)))];
        }

        if (embedderId == OfflineEmbeddingGenerator.Info.Id)
        {
            return [.. texts.Select(t => _offline.Encode(title, t, language))];
        }

        var embeddings = await embedders
            .Get(embedderId)
            .GenerateAsync(texts.Select(t => ChunkEncoder.TextToEmbed(title, t)), cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return [.. texts.Select((t, i) => (UnitVector.Of(embeddings[i].Vector.Span), _sparse.Encode(title, t, language)))];
    }

    private static async IAsyncEnumerable<ExtractedPage> OnePage(ExtractedPage page)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return page;
    }
}

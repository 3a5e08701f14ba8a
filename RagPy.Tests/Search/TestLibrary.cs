using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Sources;
using RagPy.Core.Storage;
using RagPy.Tests.Indexing;

namespace RagPy.Tests.Search;

/// <summary>A small indexed library, written row by row: what search finds when the pipeline has done its work.</summary>
internal sealed class TestLibrary : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"ragpy-search-{Guid.NewGuid():N}");
    private readonly TestDatabase _database;
    private readonly ChunkEncoder _encoder = new();
    private int _extractions;

    private TestLibrary(TestDatabase database, long projectId)
    {
        (_database, ProjectId) = (database, projectId);
        Store = new EmbeddedVectorStore(
            database.DataSource,
            new EmbeddedStoreOptions { Folder = _folder },
            TimeProvider.System,
            NullLogger<EmbeddedVectorStore>.Instance
        );
        Search = new SearchService(database.DataSource, Store, new OfflineRegistry());
    }

    public long ProjectId { get; }

    public EmbeddedVectorStore Store { get; }

    public SearchService Search { get; }

    public static async Task<TestLibrary> CreateAsync(PostgresFixture postgres)
    {
        var database = await postgres.CreateDatabaseAsync();
        var library = new TestLibrary(database, await IndexSeeds.AddProjectAsync(database.DataSource));
        await library.ExecuteAsync($"UPDATE projects SET embedder = '{OfflineEmbeddingGenerator.Info.Id}'");
        return library;
    }

    /// <summary>Adds an item with one document whose chunks are the given texts, one page each unless spans say otherwise.</summary>
    public async Task<Guid> AddAsync(Item item, string fileHash, params (string Text, TextSpan[] Spans)[] chunks)
    {
        await using var context = CreateContext();
        var id = Guid.NewGuid();
        var generation = Guid.NewGuid();
        (item.Id, item.ProjectId) = (Guid.NewGuid(), ProjectId);
        var extraction = new Extraction
        {
            ProjectId = ProjectId,
            FileHash = fileHash,
            Engine = "test",
            EngineVersion = "1",
            Options = $"{_extractions++}",
            Structure = "{}",
        };
        context.AddRange(item, extraction);
        await context.SaveChangesAsync();
        foreach (var page in chunks.SelectMany(c => c.Spans).Select(s => s.PageIndex).Where(p => p > 0).Distinct())
        {
            context.Add(
                new Page
                {
                    ExtractionId = extraction.Id,
                    PageIndex = page,
                    Label = $"p{page}",
                    Engine = "test",
                    Text = "",
                    Width = 595,
                    Height = 842,
                }
            );
        }

        context.Add(
            new Document
            {
                Id = id,
                ProjectId = ProjectId,
                ItemId = item.Id,
                Kind = DocumentKind.File,
                SourceKey = $"{id}",
                FileHash = fileHash,
                SourcePath = $"files/{item.ZoteroKey}.pdf",
                State = DocumentState.Indexed,
                Stage = Stage.Index,
                ExtractionId = extraction.Id,
                Generation = generation,
                Language = LanguageDetector.Resolve(item.Language, chunks[0].Text),
            }
        );
        var points = chunks.Select((c, ordinal) => Chunk(id, generation, ordinal, item, c)).ToList();
        context.AddRange(points.Select(p => p.Chunk));
        await context.SaveChangesAsync();
        await Store.WriteAsync(ProjectId, [.. points.Select(p => p.Point)], CancellationToken.None);
        await ExecuteAsync("UPDATE projects SET index_version = index_version + 1");
        return id;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static Item Item(string key, string title, string family = "Doe") =>
        new()
        {
            SourceKey = $"users/1/{key}",
            ZoteroKey = key,
            Title = title,
            Type = "journalArticle",
            Creators = $$"""[{"role":"author","familyName":"{{family}}","givenName":"Jane"}]""",
            AuthorKeys = Bibliography.AuthorKeys([new Creator("author", family, "Jane")]),
        };

    private (StoredChunk Chunk, IndexPoint Point) Chunk(
        Guid document,
        Guid generation,
        int ordinal,
        Item item,
        (string Text, TextSpan[] Spans) content
    )
    {
        var (dense, sparse) = _encoder.Encode(item.Title, content.Text, item.Language);
        var pointId = Uuid5.ForPoint(document, generation, ordinal);
        var chunk = new StoredChunk
        {
            DocumentId = document,
            Generation = generation,
            Ordinal = ordinal,
            Id = pointId,
            ProjectId = ProjectId,
            Text = content.Text,
            Spans = [.. content.Spans.SelectMany(s => (int[])[s.PageIndex, s.Start, s.End])],
            Dense = DenseVectorCodec.Encode(dense),
            Sparse = SparseVectorCodec.Encode(sparse),
        };
        return (chunk, new IndexPoint(pointId, document, generation, ordinal, dense, sparse));
    }

    private RagPyDbContext CreateContext() =>
        new(new DbContextOptionsBuilder<RagPyDbContext>().UseNpgsql(_database.ConnectionString).UseSnakeCaseNamingConvention().Options);
}
